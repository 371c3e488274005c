import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RefundOrderAnswers } from '../../shared/contract/index.ts';
import { requestRefund } from '../../shared/payments/refunds/buyer-request.ts';
import { applyRefundCallback } from '../../shared/payments/refunds/callback.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { madeUpCallbacks, madeUpRecords } from '../../shared/payments/testing/watched-money.ts';
import { expectSameMoney } from './expect-same-money.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

let shop: RefundShop;
afterEach(async () => {
  await shop?.close();
});

const token = (name: string) => name.padStart(16, '0');
const refund = (outTradeNo: string, name: string, more: object = {}) =>
  refundOrder(shop.ports, 'oOperator', {
    action: 'refund',
    outTradeNo,
    requestToken: token(name),
    ...more,
  }) as Promise<RefundOrderAnswers['refund']>;
const states = async (outTradeNo: string) => {
  const answer = await refundOrder(shop.ports, undefined, { action: 'query', outTradeNo });
  return (answer as RefundOrderAnswers['query']).refunds.map(({ state }) => state);
};
const pass = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute++) {
    await shop.sandbox.clock.advance(60_000);
    await workOnDueRefunds(shop.ports, () => true);
  }
};
const applications = () =>
  shop.sent.filter(({ method, url }) => method === 'POST' && /refunds(\/apply)?$/.test(url));

describe.each(['direct', 'partner', 'ecommerce'] as const)('a refund of a %s order', (kind) => {
  it('gives a part back, then the rest, and never more', async () => {
    shop = await refundShop(kind);
    const { _id } = await shop.paidOrder(1000);
    const first = await refund(_id, 'a', { amountFen: 300, reason: '少发一件' });
    expect(first).toMatchObject({ refund: { state: 'PROCESSING', amountFen: 300 }, refundableFen: 700 });
    await expect(refund(_id, 'b', { amountFen: 701 })).rejects.toMatchObject({ code: 'REFUND_EXCEEDS' });
    await pass(10);
    expect(await refund(_id, 'c')).toMatchObject({ refund: { amountFen: 700 }, refundableFen: 0 });
    await pass(10);
    expect(await states(_id)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(await shop.ledgerFen(_id)).toBe(0);
    await expectSameMoney(shop);
    expect(shop.order(_id)).toMatchObject({ state: 'REFUND' });
    await expect(refund(_id, 'd')).rejects.toMatchObject({ code: 'REFUND_EXCEEDS' });
  });

  it('is one refund however often it is asked for, and whichever answer is lost', async () => {
    shop = await refundShop(kind);
    const { _id } = await shop.paidOrder(1000);
    shop.lose = 'after';
    expect((await refund(_id, 'a', { amountFen: 400 })).refund.state).toBe('WAITING');
    expect((await refund(_id, 'a', { amountFen: 400 })).refund.state).toBe('WAITING');
    shop.lose = undefined;
    await pass(10);
    expect(await states(_id)).toEqual(['SUCCESS']);
    expect(applications().length).toBeGreaterThan(1);
    expect(new Set(applications().map(({ body }) => body)).size).toBe(1);
    expect(await shop.ledgerFen(_id)).toBe(600);
  });
});

describe('refunds of one order', () => {
  it('wait for a minute of their own, and go out by themselves', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    await refund(_id, 'a', { amountFen: 100 });
    expect((await refund(_id, 'b', { amountFen: 100 })).refund.state).toBe('WAITING');
    expect((await refund(_id, 'c', { amountFen: 100 })).refund.state).toBe('WAITING');
    expect(applications()).toHaveLength(1);
    await pass(1);
    expect(applications()).toHaveLength(2);
    await pass(12);
    expect(await states(_id)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });

  it('never exceed what was paid though several operators ask for fifty at once on instances of their own', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    // Each instance has its own client and caches; they share only the documents and WeChat Pay.
    const instances = [shop.ports, shop.instance(), shop.instance(), shop.instance(), shop.instance()];
    const asked = Array.from({ length: 50 }, (_, index) =>
      refundOrder(instances[index % instances.length]!, `oOperator${index % 7}`, {
        action: 'refund',
        outTradeNo: _id,
        requestToken: token(`t${index}`),
        amountFen: 45,
      }),
    );
    const outcomes = await Promise.allSettled(asked);
    const room = Math.floor(1000 / 45);
    await pass(60);
    const ended = await states(_id);
    expect(ended.filter((state) => state === 'SUCCESS')).toHaveLength(room);
    expect(ended.filter((state) => state === 'REFUSED')).toHaveLength(ended.length - room);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(room);
    expect(await shop.ledgerFen(_id)).toBe(1000 - 45 * room);
    await expectSameMoney(shop);
  });

  it('stop at fifty', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    for (let index = 0; index < 50; index++) await refund(_id, `n${index}`, { amountFen: 1 });
    await expect(refund(_id, 'more', { amountFen: 1 })).rejects.toMatchObject({ code: 'REFUND_STATE' });
  });
});

describe('a refund that WeChat Pay does not take', () => {
  it('waits for funds under the same number when the balance is too low, and says so', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    const balance = `/merchants/${shop.sandbox.credentials.direct.mchid}/balance`;
    const { json } = await shop.sandbox.control('GET', balance);
    await shop.sandbox.control('POST', balance, { takeFen: json.availableFen });
    expect((await refund(_id, 'a')).refund).toMatchObject({
      state: 'WAITING',
      failure: { code: 'NOT_ENOUGH' },
    });
    await pass(3);
    expect(await states(_id)).toEqual(['WAITING']);
    await shop.sandbox.control('POST', balance, { addFen: 1000 });
    await pass(30);
    expect(await states(_id)).toEqual(['SUCCESS']);
    expect(new Set(applications().map(({ body }) => body)).size).toBe(1);
  });

  it('frees its sum only when WeChat Pay knows no such refund', async () => {
    shop = await refundShop();
    madeUpRecords();
    const { _id } = await shop.paidOrder(1000, { amountFen: 2000 });
    await expect(refund(_id, 'a', { amountFen: 1500 })).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
    expect(shop.order(_id).refunds).toEqual([]);
    expect(await states(_id)).toEqual(['REFUSED']);
  });

  it('goes to another account when the card is gone, the number encrypted', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    const { refund: made } = await refund(_id, 'a');
    await shop.sandbox.control('POST', `/refunds/${made.outRefundNo}/settle`, { result: 'ABNORMAL' });
    await pass(2);
    expect(await states(_id)).toEqual(['ABNORMAL']);
    const elsewhere = { action: 'refundElsewhere', outRefundNo: made.outRefundNo, type: 'USER_BANK_CARD' };
    await expect(refundOrder(shop.ports, 'oOp', elsewhere)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const card = { bankType: 'ICBC_DEBIT', bankAccount: '6222020000000000001', realName: '林小满' };
    await refundOrder(shop.ports, 'oOp', { ...elsewhere, ...card });
    await pass(10);
    expect(await states(_id)).toEqual(['SUCCESS']);
    expect(JSON.stringify([shop.sent, shop.logged, shop.documents.all('refunds')])).not.toMatch(
      /6222020|林小满/,
    );
  });

  it('is closed, and its sum can be refunded again', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    const { refund: made } = await refund(_id, 'a');
    await shop.sandbox.control('POST', `/refunds/${made.outRefundNo}/settle`, { result: 'CLOSED' });
    await pass(2);
    expect(await states(_id)).toEqual(['CLOSED']);
    expect(await refund(_id, 'b')).toMatchObject({ refund: { amountFen: 1000 } });
  });
});

describe('a callback', () => {
  beforeEach(madeUpCallbacks);
  const resource = (outTradeNo: string, outRefundNo: string, refundFen: number, status = 'SUCCESS') => ({
    mchid: shop.sandbox.credentials.direct.mchid,
    out_trade_no: outTradeNo,
    transaction_id: '4200000001',
    out_refund_no: outRefundNo,
    refund_id: '50000000001',
    refund_status: status as 'SUCCESS',
    success_time: '2026-11-27T10:00:00+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: 1000, refund: refundFen, payer_total: 1000, payer_refund: refundFen },
  });

  it('ends a refund, once, and says where the money went', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000, { fulfilment: 'DONE' });
    const { refund: made } = await refund(_id, 'a', { amountFen: 250 });
    for (let time = 0; time < 3; time++) {
      await applyRefundCallback(shop.ports, 'direct', resource(_id, made.outRefundNo, 250));
    }
    expect(shop.documents.all('refunds')).toMatchObject([
      {
        state: 'SUCCESS',
        receivedAccount: '支付用户零钱',
        nextAtMs: null,
        notifyAfterMs: expect.any(Number),
      },
    ]);
    expect(await shop.ledgerFen(_id)).toBe(750);
  });

  it('of a refund made in the merchant platform counts it, so that only the rest is left', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    await applyRefundCallback(shop.ports, 'direct', resource(_id, 'PLATFORM1', 600));
    expect(await shop.ledgerFen(_id)).toBe(400);
    await expect(refund(_id, 'a', { amountFen: 401 })).rejects.toMatchObject({ code: 'REFUND_EXCEEDS' });
  });

  it('with another sum changes nothing and is an anomaly', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    const { refund: made } = await refund(_id, 'a', { amountFen: 250 });
    await applyRefundCallback(shop.ports, 'direct', resource(_id, made.outRefundNo, 999));
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUND_MISMATCH' }]);
    expect(await shop.ledgerFen(_id)).toBe(1000);
  });

  it.each([
    ['account', 'partner', {}],
    ['merchant', 'direct', { mchid: '1900009999' }],
    ['provider', 'direct', { mchid: undefined, sp_mchid: '1900009999' }],
    ['sub-merchant', 'direct', { sub_mchid: '1900000109' }],
  ] as const)('that comes to or from another %s changes nothing', async (_, account, changes) => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    const before = shop.documents.dump();
    const theirs = { ...resource(_id, 'R1', 600), ...changes } as ReturnType<typeof resource>;
    expect(await applyRefundCallback(shop.ports, account, theirs)).toBeUndefined();
    expect(shop.documents.dump()).toBe(before);
  });
});

describe('a buyer', () => {
  const ask = (outTradeNo: string, openid = 'oPayer') =>
    requestRefund(shop.ports, openid, { action: 'ask', outTradeNo, reason: '不想要了' });

  it('gets the money back at once soon after paying, before anything was delivered', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000, { fulfilment: 'PENDING', fulfilAfterMs: 0 });
    expect(await ask(_id)).toMatchObject({ request: { state: 'ACCEPTED' }, refunds: [{ amountFen: 1000 }] });
    expect(shop.order(_id)).toMatchObject({ fulfilment: 'HELD', fulfilAfterMs: null });
    await ask(_id);
    await pass(10);
    expect(await states(_id)).toEqual(['SUCCESS']);
  });

  it('waits for an operator after the delivery, and is answered by the refund or by a reply', async () => {
    shop = await refundShop();
    const [one, two] = [
      await shop.paidOrder(1000, { fulfilment: 'DONE' }),
      await shop.paidOrder(500, { fulfilment: 'DONE' }),
    ];
    for (const { _id } of [one, two]) {
      expect(await ask(_id)).toMatchObject({ request: { state: 'OPEN' }, refunds: [] });
    }
    const listed = await refundOrder(shop.ports, 'oOp', { action: 'requests' });
    expect(listed).toMatchObject({ requests: [{ outTradeNo: one._id }, { outTradeNo: two._id }] });
    await refund(one._id, 'a');
    await refundOrder(shop.ports, 'oOp', { action: 'decline', outTradeNo: two._id, reply: '已拆封' });
    const query = (outTradeNo: string) =>
      requestRefund(shop.ports, 'oPayer', { action: 'query', outTradeNo });
    expect(await query(one._id)).toMatchObject({ request: { state: 'ACCEPTED' }, canAsk: false });
    expect(await query(two._id)).toMatchObject({ request: { state: 'DECLINED', reply: '已拆封' } });
  });

  it('learns nothing of the order of somebody else', async () => {
    shop = await refundShop();
    const { _id } = await shop.paidOrder(1000);
    await expect(ask(_id, 'oStranger')).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
  });
});

it.each([
  ['an unknown order', { action: 'query', outTradeNo: 'T000000000' }, 'ORDER_NOT_FOUND'],
  ['an action that does not exist', { action: 'steal' }, 'BAD_REQUEST'],
  [
    'half a fen',
    { action: 'refund', outTradeNo: 'T1', requestToken: token('a'), amountFen: 0.5 },
    'BAD_REQUEST',
  ],
  ['a refund that does not exist', { action: 'returnAdvance', outRefundNo: 'R1' }, 'REFUND_NOT_FOUND'],
])('refuses %s', async (_, event, code) => {
  shop = await refundShop();
  await expect(refundOrder(shop.ports, 'oOp', event)).rejects.toMatchObject({ code });
});

it('keeps its ledger equal to the simulator, whatever is lost between any two steps', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          amountFen: fc.integer({ min: 1, max: 60 }),
          lose: fc.constantFrom('before', 'after', undefined),
        }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      async (wanted) => {
        const mine = await refundShop();
        shop = mine;
        try {
          const { _id } = await mine.paidOrder(100);
          for (const [index, { amountFen, lose }] of wanted.entries()) {
            mine.lose = lose as 'before' | 'after' | undefined;
            await refund(_id, `p${index}`, { amountFen }).catch(() => undefined);
            mine.lose = undefined;
          }
          await pass(60);
          const held = mine.documents.all<RefundRecord>('refunds');
          const given = held
            .filter(({ state }) => state === 'SUCCESS')
            .reduce((sum, { amountFen }) => sum + amountFen, 0);
          expect(held.every(({ state }) => state === 'SUCCESS' || state === 'REFUSED')).toBe(true);
          expect(given).toBeLessThanOrEqual(100);
          expect(await mine.ledgerFen(_id)).toBe(100 - given);
          await expectSameMoney(mine);
        } finally {
          await mine.close();
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});
