/** Our reader of bills against the simulator's writer: two readings of the official column list. */
import { afterEach, describe, expect, it } from 'vitest';
import { queueYesterday } from '../../shared/payments/bills/days.ts';
import { workOnDueDays } from '../../shared/payments/bills/reconcile-day.ts';
import type { BillDay, BillRecord, DifferenceRecord } from '../../shared/payments/bills/records.ts';
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { expectSameMoney } from './expect-same-money.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

let shop: RefundShop;
afterEach(async () => {
  await shop?.close();
});

const dayMs = 24 * 3600_000;
const chinaOffsetMs = 8 * 3600_000;

/** Noon of tomorrow in China, so that nothing falls on another day. */
async function startAtNoon(): Promise<void> {
  const now = shop.sandbox.clock.now() + chinaOffsetMs;
  await shop.sandbox.clock.advance(dayMs - (now % dayMs) + dayMs / 2);
}

/** A day with three payments and a refund, and the morning after it. */
async function dayAfter(kind: 'direct' | 'partner' | 'ecommerce'): Promise<void> {
  shop = await refundShop(kind);
  await startAtNoon();
  const orders = [await shop.paidOrder(100), await shop.paidOrder(6800), await shop.paidOrder(1)];
  const request = {
    action: 'refund',
    outTradeNo: orders[1]!._id,
    requestToken: 'r'.repeat(16),
    amountFen: 300,
  };
  await refundOrder(shop.ports, 'oOp', request);
  for (let minute = 0; minute < 10; minute++) {
    await shop.sandbox.clock.advance(60_000);
    await workOnDueRefunds(shop.ports, () => true);
  }
  await shop.sandbox.clock.advance(23 * 3600_000);
}

async function reconcile(): Promise<BillDay | undefined> {
  await queueYesterday(shop.ports, shop.account);
  const [day] = await workOnDueDays(shop.ports, [shop.account.kind], () => true);
  return day;
}
const fault = (kind: string, route = '/v3/bill/tradebill') =>
  shop.sandbox.control('PUT', '/faults', [{ route, kind, times: 1 }]);
const bills = () => shop.documents.all<BillRecord>('bills').map(({ type, state }) => `${type} ${state}`);
const found = () =>
  shop.documents
    .all<DifferenceRecord>('bill_differences')
    .map(({ kind, reference }) => `${kind} ${reference}`);

describe.each(['direct', 'partner', 'ecommerce'] as const)('the day of a %s account', (kind) => {
  it('agrees with the ledger to the fen', async () => {
    await dayAfter(kind);
    expect(await reconcile()).toMatchObject({
      state: 'DONE',
      differences: 0,
      sums: { rows: 4, paidFen: 6901, refundedFen: 300 },
    });
    expect(found()).toEqual([]);
    // 0.6 % of 100, 6800 and 1 fen, and what comes back with 300.
    const fees = shop.documents.all<LedgerEntry>('ledger').filter(({ kind }) => kind.startsWith('FEE'));
    expect(fees.map(({ kind, amountFen }) => [kind, amountFen])).toEqual(
      expect.arrayContaining([
        ['FEE', -1],
        ['FEE', -41],
        ['FEE_RETURN', expect.any(Number)],
      ]),
    );
    await expectSameMoney(shop);
    const { json } = await shop.sandbox.control('GET', '/ledger');
    const payee = shop.order(String(fees[0]!.outTradeNo)).subMchid ?? shop.account.mchid;
    const heldFen = shop.documents
      .all<LedgerEntry>('ledger')
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
    expect(heldFen).toBe(json.accounts[`merchant ${payee}`]);
    expect(bills()).toEqual(
      {
        direct: ['trade DONE', 'fundflow DONE'],
        partner: ['trade DONE', 'fundflow EMPTY', 'fundflow-sub DONE', 'withdrawals EMPTY'],
        ecommerce: ['trade DONE', 'fundflow EMPTY', 'fundflow-subs DONE', 'withdrawals EMPTY'],
      }[kind],
    );
  });

  it('shows what the fund flow bill lacks', async () => {
    await dayAfter(kind);
    const route = {
      direct: '/v3/bill/fundflowbill',
      partner: '/v3/bill/sub-merchant-fundflowbill',
      ecommerce: '/v3/ecommerce/bill/fundflowbill',
    }[kind];
    await fault('bill-missing-line', route);
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(shop.documents.all<DifferenceRecord>('bill_differences')).toMatchObject([
      { kind: 'NOT_BILLED', movement: 'PAYMENT', billedFen: null },
    ]);
  });
});

describe('a bill', () => {
  it('that lacks a line shows it', async () => {
    await dayAfter('direct');
    await fault('bill-missing-line');
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^NOT_BILLED /)]);
  });

  it('with another amount shows it', async () => {
    await dayAfter('direct');
    await fault('bill-wrong-amount');
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^OTHER_AMOUNT /)]);
  });

  it('that names an order of nobody shows it', async () => {
    await dayAfter('direct');
    await fault('bill-unknown-order');
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^NOT_RECORDED /)]);
  });

  it.each(['/v3/bill/tradebill', '/v3/bill/fundflowbill'])(
    'of %s with a line twice shows it',
    async (route) => {
      await dayAfter('direct');
      await fault('bill-line-twice', route);
      expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
      expect(found()).toEqual([expect.stringMatching(/^BILLED_TWICE /)]);
    },
  );

  it('of one payment whose line is missing is empty, and shows it', async () => {
    shop = await refundShop('direct');
    await startAtNoon();
    await shop.paidOrder(100);
    await shop.sandbox.clock.advance(23 * 3600_000);
    await fault('bill-missing-line');
    expect(await reconcile()).toMatchObject({ differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^NOT_BILLED /)]);
  });

  it('whose hash is wrong is not compared; the next try is', async () => {
    await dayAfter('direct');
    await fault('bill-bad-hash');
    expect(await reconcile()).toMatchObject({ state: 'FAILED', failure: { code: 'BILL_HASH' } });
    expect(found()).toEqual(['UNREADABLE trade']);
    await shop.sandbox.clock.advance(15 * 60_000);
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0, settled: 1 });
  });

  it('that is not ready is waited for', async () => {
    await dayAfter('direct');
    await fault('bill-not-ready');
    expect(await reconcile()).toMatchObject({ state: 'WAITING' });
  });
});

it('a day without payments is an empty one', async () => {
  shop = await refundShop();
  const now = shop.sandbox.clock.now() + chinaOffsetMs;
  await shop.sandbox.clock.advance(2 * dayMs - (now % dayMs) + 11 * 3600_000);
  expect(await reconcile()).toMatchObject({ state: 'EMPTY', failure: null });
});

describe('what no callback reported', () => {
  const refundInPlatform = async (outTradeNo: string, outRefundNo: string, fen: number, total: number) => {
    const amount = { refund: fen, total, currency: 'CNY' as const };
    const of = { out_trade_no: outTradeNo, out_refund_no: outRefundNo, amount };
    await shop.account.client.request('POST /v3/refund/domestic/refunds', of);
  };

  it('a refund made in the merchant platform is found in the bill, asked about and recorded', async () => {
    shop = await refundShop('direct');
    await startAtNoon();
    const { _id } = await shop.paidOrder(1000, { fulfilment: 'DONE' });
    await refundInPlatform(_id, 'PLATFORM1', 400, 1000);
    await shop.sandbox.clock.advance(23 * 3600_000);
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0, settled: 1 });
    expect(shop.documents.all('refunds')).toMatchObject([
      { _id: 'PLATFORM1', requestedBy: 'merchant-platform', state: 'SUCCESS', amountFen: 400 },
    ]);
    expect(shop.documents.all<DifferenceRecord>('bill_differences')).toMatchObject([
      { kind: 'NOT_RECORDED', reference: 'PLATFORM1', outTradeNo: _id, state: 'REPAIRED' },
    ]);
    expect(shop.order(_id)).toMatchObject({ state: 'REFUND', refunds: [{ amountFen: 400 }] });
    const fees = shop.documents.all<LedgerEntry>('ledger').filter(({ kind }) => kind.startsWith('FEE'));
    const feeFen = fees.reduce((sum, { amountFen }) => sum + amountFen, 0);
    expect(await shop.ledgerFen(_id)).toBe(600 + feeFen);
    await expect(
      refundOrder(shop.ports, 'oOp', {
        action: 'refund',
        outTradeNo: _id,
        requestToken: 'm'.repeat(16),
        amountFen: 601,
      }),
    ).rejects.toMatchObject({ code: 'REFUND_EXCEEDS' });
  });

  it('a payment is found in the bill, asked about and recorded', async () => {
    shop = await refundShop('direct');
    await startAtNoon();
    const request = {
      queriedAtMs: 0,
      prepayId: null,
      prepaidAtMs: null,
    } as unknown as OrderRecord['request'];
    const order = await shop.paidOrder(1000, { request });
    shop.documents.put('orders', { ...order, state: 'CLOSED', transactionId: null, paidAtMs: null } as never);
    await shop.documents.remove('ledger', `PAYMENT:${order.transactionId}`);
    await shop.sandbox.clock.advance(23 * 3600_000);
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0, settled: 1 });
    expect(shop.order(order._id)).toMatchObject({ state: 'SUCCESS', transactionId: order.transactionId });
    expect(await shop.ledgerFen(order._id)).toBe(994);
  });

  it('stays a difference while WeChat Pay cannot be asked', async () => {
    shop = await refundShop('direct');
    await startAtNoon();
    const { _id } = await shop.paidOrder(1000, { fulfilment: 'DONE' });
    await refundInPlatform(_id, 'PLATFORM1', 400, 1000);
    await shop.sandbox.clock.advance(23 * 3600_000);
    const route = 'GET /v3/refund/domestic/refunds/{out_refund_no}';
    await shop.sandbox.control('PUT', '/faults', [{ route, kind: 'system-error' }]);
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(shop.documents.all('refunds')).toEqual([]);
  });
});
