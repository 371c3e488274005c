import { describe, expect, it } from 'vitest';
import { type LedgerEntry, ledgerCollection, recordMovement } from '../ledger/ledger.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import type { Mismatch } from './compare.ts';
import { isElsewhere, isLearned, learn, repair } from './complete.ts';
import type { MovementKind } from './flow-kinds.ts';
import type { BilledMovement } from './movement.ts';

const paidAt = '2026-01-02T11:04:05+08:00';
const atMs = Date.parse(paidAt);

/** A movement that differs; nothing is recorded under its number unless a test says so. */
function mismatch(billed: Partial<BilledMovement>, known?: Mismatch['known']): Mismatch {
  const movement = {
    kind: 'PAYMENT',
    reference: '4200000001',
    outTradeNo: 'T1',
    amountFen: 1000,
    atMs,
    ...billed,
  };
  return { billed: movement as BilledMovement, known, difference: {} as never };
}
const recorded = { reference: '1', outTradeNo: 'T1', amountFen: 1 };
const kinds = (holds: (each: Mismatch) => boolean, known?: Mismatch['known']) =>
  (['PAYMENT', 'FEE', 'REFUND', 'FEE_RETURN', 'TRANSFER', 'WITHDRAWAL', 'WITHDRAWAL_RETURN'] as const).filter(
    (kind: MovementKind) => holds(mismatch({ kind }, known)),
  );

describe('what a bill has and we do not', () => {
  it('is learned when it is a fee, and allowed when it is a withdrawal', () => {
    expect(kinds(isLearned)).toEqual(['FEE', 'FEE_RETURN']);
    expect(kinds(isElsewhere)).toEqual(['WITHDRAWAL', 'WITHDRAWAL_RETURN']);
  });

  it('is neither when we have it, and it differs', () => {
    expect(kinds(isLearned, recorded)).toEqual([]);
    expect(kinds(isElsewhere, recorded)).toEqual([]);
  });
});

describe('fees', () => {
  it('are recorded of our payments and refunds, by whose they are, and of no others', async () => {
    const shop = scriptedShop('ecommerce');
    const owner = { outTradeNo: 'T1', account: 'ecommerce', mchid: '1900000001', subMchid: '19' } as const;
    await recordMovement(shop.documents, owner, {
      kind: 'PAYMENT',
      reference: '42',
      amountFen: 1000,
      atMs: 1,
    });
    const refund = { _id: 'R1', ...owner, outTradeNo: 'T2', subMchid: null };
    shop.documents.put('refunds', refund);
    await learn(shop.ports, [
      mismatch({ kind: 'FEE', reference: '42', amountFen: -6 }),
      mismatch({ kind: 'FEE_RETURN', reference: 'R1', amountFen: 3 }),
      mismatch({ kind: 'FEE', reference: '43', amountFen: -6 }),
    ]);
    const fees = shop.documents.all<LedgerEntry>(ledgerCollection).filter(({ kind }) => kind !== 'PAYMENT');
    expect(fees).toMatchObject([
      { _id: 'FEE:42', ...owner, amountFen: -6, atMs },
      { _id: 'FEE_RETURN:R1', ...owner, outTradeNo: 'T2', subMchid: null, amountFen: 3, atMs },
    ]);
  });

  it('are all recorded, however many a part of a bill has', async () => {
    const shop = scriptedShop();
    const owner = { outTradeNo: 'T1', account: 'direct', mchid: '1900000001', subMchid: null } as const;
    const numbers = Array.from({ length: 50 }, (_, index) => `42${index}`);
    for (const reference of numbers)
      await recordMovement(shop.documents, owner, { kind: 'PAYMENT', reference, amountFen: 100, atMs: 1 });
    await learn(
      shop.ports,
      numbers.map((reference) => mismatch({ kind: 'FEE', reference, amountFen: -1 })),
    );
    expect(shop.documents.all(ledgerCollection)).toHaveLength(100);
  });

  it('that are none need no look into the database', async () => {
    await learn({ documents: undefined as never }, []);
  });
});

const open = {
  state: 'NOTPAY',
  transactionId: null,
  paidAtMs: null,
  confirmedAtMs: null,
  request: {},
} as never;
const paid = (changes: object = {}) => ({
  ...{ appid: 'wx0123456789abcdef', mchid: '1900000001', out_trade_no: 'T1', transaction_id: '4200000001' },
  ...{ trade_state: 'SUCCESS', success_time: paidAt, amount: { total: 1000, currency: 'CNY' }, ...changes },
});

async function repairing(answer: unknown, found: readonly Mismatch[], order: object = open) {
  const shop = scriptedShop();
  shop.putOrder(order);
  shop.answer = () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const repaired = await repair(shop.ports, shop.account, found);
  return { shop, repaired: found.map((each) => repaired.has(each)) };
}

describe('a payment of ours whose callback was lost', () => {
  it('is recorded as WeChat Pay confirms it', async () => {
    const { shop, repaired } = await repairing(paid(), [mismatch({})]);
    expect(repaired).toEqual([true]);
    expect(shop.order()).toMatchObject({ state: 'SUCCESS', transactionId: '4200000001', paidAtMs: atMs });
    expect(shop.documents.all(ledgerCollection)).toMatchObject([
      { _id: 'PAYMENT:4200000001', amountFen: 1000 },
    ]);
  });

  it.each([
    ['is of another sum', paid(), mismatch({ amountFen: 999 })],
    ['has another number', paid(), mismatch({ reference: '4200000002' })],
    ['is not paid after all', paid({ trade_state: 'NOTPAY', success_time: undefined }), mismatch({})],
    ['is not answered about', refusal('CONNECTION_LOST', 'unknown'), mismatch({})],
  ])('is no more than reported when it %s', async (_, answer, found) => {
    expect((await repairing(answer, [found])).repaired).toEqual([false]);
  });

  it('is logged when WeChat Pay does not answer; a fault of ours is not hidden', async () => {
    const { shop } = await repairing(refusal('CONNECTION_LOST', 'unknown'), [mismatch({})]);
    const said = { outTradeNo: 'T1', kind: 'PAYMENT', reference: '4200000001' };
    expect(shop.logged).toMatchObject([{ level: 'warn', event: 'bill.not_repaired', fields: said }]);
    await expect(repairing(new Error('ours'), [mismatch({})])).rejects.toThrow('ours');
  });

  it('whose number is already another order’s is not repaired by it', async () => {
    const shop = scriptedShop();
    shop.putOrder(open);
    const other = { outTradeNo: 'T2', account: 'direct', mchid: '1900000001', subMchid: null } as const;
    await recordMovement(shop.documents, other, {
      kind: 'PAYMENT',
      reference: '4200000001',
      amountFen: 1000,
      atMs,
    });
    shop.answer = () => paid({ trade_state: 'NOTPAY' });
    expect((await repair(shop.ports, shop.account, [mismatch({})])).size).toBe(0);
  });
});

describe('a refund of ours that was made elsewhere', () => {
  const refund = mismatch({ kind: 'REFUND', reference: 'R9', amountFen: -400 });
  const said = (changes: object = {}) => ({
    ...{ refund_id: '50', out_refund_no: 'R9', out_trade_no: 'T1', status: 'PROCESSING' },
    ...{ create_time: paidAt, amount: { refund: 400 }, ...changes },
  });

  it('is recorded as WeChat Pay confirms it', async () => {
    const { shop, repaired } = await repairing(said(), [refund], {});
    expect(repaired).toEqual([true]);
    expect(shop.calls).toEqual([
      { route: 'GET /v3/refund/domestic/refunds/{out_refund_no}', parameters: { out_refund_no: 'R9' } },
    ]);
    expect(shop.documents.peek('refunds', 'R9')).toMatchObject({ amountFen: 400, outTradeNo: 'T1' });
  });

  it('is confirmed also when the answer names no order', async () => {
    expect((await repairing(said({ out_trade_no: undefined }), [refund], {})).repaired).toEqual([true]);
  });

  it.each([
    ['of another order', said({ out_trade_no: 'T2' }), 0],
    ['of another sum', said({ amount: { refund: 401 } }), 1],
  ])('%s is no more than reported', async (_, answer, stored) => {
    const { shop, repaired } = await repairing(answer, [refund], {});
    expect(repaired).toEqual([false]);
    expect(shop.documents.all('refunds')).toHaveLength(stored);
  });
});

describe('WeChat Pay is not asked', () => {
  it.each([
    ['about an order that is not ours', mismatch({ outTradeNo: 'X1' }), open],
    ['about an order of another merchant number', mismatch({}), { ...(open as object), mchid: '2' }],
    ['about an order whose payment is gone', mismatch({}), {}],
    ['about what has no order', mismatch({ outTradeNo: undefined }), open],
    ['about what differs from our record', mismatch({}, recorded), open],
    ['about a fee', mismatch({ kind: 'FEE' }), open],
    ['about a share', mismatch({ kind: 'SHARE', reference: 'S1#5' }), open],
  ])('%s', async (_, found, order) => {
    const { shop, repaired } = await repairing(new Error('asked'), [found], order);
    expect(repaired).toEqual([false]);
    expect([shop.calls, shop.logged]).toEqual([[], []]);
  });

  it('when nothing is missing', async () => {
    expect((await repair(undefined as never, undefined as never, [])).size).toBe(0);
  });
});
