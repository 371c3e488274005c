import { describe, expect, it } from 'vitest';
import { type ScriptedShop, scriptedShop } from '../testing/scripted-shop.ts';
import type { RefundRecord } from './records.ts';
import { orderOf, refundableFen, refusalOf, release, reserve } from './reserve.ts';

const minuteMs = 60_000;
const yearMs = 365 * 24 * 3600_000;
const refund = (outRefundNo: string, amountFen: number, changes: Partial<RefundRecord> = {}) =>
  ({ _id: outRefundNo, outTradeNo: 'T1', amountFen, requestedBy: 'operator', ...changes }) as RefundRecord;
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ outRefundNo: `R${index}`, amountFen: 1, sendAfterMs: 0 }));

describe('an order', () => {
  it.each([
    ['unpaid', { state: 'NOTPAY' }, 1, 0, 'NOT_PAID'],
    ['paid', {}, 1000, 1000, undefined],
    ['paid less', {}, 1001, 1000, 'EXCEEDS_PAID'],
    ['with 49 refunds', { refunds: many(49) }, 1, 951, undefined],
    ['with 50 refunds', { refunds: many(50) }, 1, 950, 'TOO_MANY'],
    ['with the time of its payment unknown', { paidAtMs: null, state: 'REFUND' }, 1, 1000, undefined],
  ] as const)('%s can give back what is left of it', (_, changes, amountFen, left, expected) => {
    const shop = scriptedShop();
    const order = shop.putOrder(changes);
    expect(refundableFen(order)).toBe(left);
    expect(refusalOf(order, amountFen, shop.nowMs)).toBe(expected);
  });

  it('can give back for a year', () => {
    const order = scriptedShop().putOrder();
    expect(refusalOf(order, 1, order.paidAtMs! + yearMs)).toBeUndefined();
    expect(refusalOf(order, 1, order.paidAtMs! + yearMs + 1)).toBe('TOO_OLD');
  });
});

describe('a reservation', () => {
  it('is counted once, each in a minute of its own', async () => {
    const shop = scriptedShop();
    shop.putOrder();
    const now = shop.nowMs;
    expect(await reserve(shop.ports, refund('a', 100))).toEqual({ sendAfterMs: now });
    shop.nowMs += 10;
    expect(await reserve(shop.ports, refund('b', 200))).toEqual({ sendAfterMs: now + minuteMs });
    expect(await reserve(shop.ports, refund('c', 300))).toEqual({ sendAfterMs: now + 2 * minuteMs });
    shop.nowMs += 10 * minuteMs;
    expect(await reserve(shop.ports, refund('a', 100))).toEqual({ sendAfterMs: now });
    expect(await reserve(shop.ports, refund('d', 400))).toEqual({ sendAfterMs: shop.nowMs });
    expect(shop.order().refunds).toEqual([
      { outRefundNo: 'a', amountFen: 100, sendAfterMs: now },
      { outRefundNo: 'b', amountFen: 200, sendAfterMs: now + minuteMs },
      { outRefundNo: 'c', amountFen: 300, sendAfterMs: now + 2 * minuteMs },
      { outRefundNo: 'd', amountFen: 400, sendAfterMs: shop.nowMs },
    ]);
  });

  it('is refused beyond what was paid, and nothing changes', async () => {
    const shop = scriptedShop();
    const order = shop.putOrder();
    expect(await reserve(shop.ports, refund('a', 1001))).toEqual({ refusal: 'EXCEEDS_PAID' });
    expect(shop.order()).toEqual(order);
  });

  it('follows the order as it is when another one was faster', async () => {
    const shop = scriptedShop();
    shop.putOrder({ paidAtMs: shop.nowMs - yearMs - 1 });
    let races = 0;
    shop.documents.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== 'update orders' || races++ > 0) return;
      shop.putOrder({ version: 2, refunds: [{ outRefundNo: 'a', amountFen: 100, sendAfterMs: 7 }] });
    };
    shop.putOrder();
    expect(await reserve(shop.ports, refund('a', 100))).toEqual({ sendAfterMs: 7 });
  });

  it('of a refund made in the merchant platform counts whatever is left, and leaves the delivery alone', async () => {
    const shop = scriptedShop();
    shop.putOrder({ fulfilment: 'PENDING', fulfilAfterMs: 1, refunds: many(50) });
    const made = { requestedBy: 'merchant-platform' } as const;
    await reserve(shop.ports, refund('p', 1000, made));
    expect(shop.order().refunds).toHaveLength(51);
    expect(shop.order()).toMatchObject({ fulfilment: 'PENDING', fulfilAfterMs: 1 });
  });

  it.each([
    ['all of what is to be delivered', 1000, 'PENDING', 'HELD', null],
    ['a part of it', 999, 'PENDING', 'PENDING', 1],
    ['all of what was delivered', 1000, 'DONE', 'DONE', 1],
  ] as const)('of %s holds the delivery only then', async (_, amountFen, before, after, fulfilAfterMs) => {
    const shop = scriptedShop();
    shop.putOrder({ fulfilment: before, fulfilAfterMs: 1 });
    await reserve(shop.ports, refund('a', amountFen));
    expect(shop.order()).toMatchObject({ fulfilment: after, fulfilAfterMs });
  });
});

describe('a reservation that is released', () => {
  const released = async (changes: Parameters<ScriptedShop['putOrder']>[0], outRefundNo = 'R0') => {
    const shop = scriptedShop();
    shop.putOrder({ fulfilment: 'HELD', refunds: many(1), ...changes });
    await release(shop.ports, refund(outRefundNo, 1));
    return { order: shop.order(), nowMs: shop.nowMs };
  };

  it('resumes the delivery that waited for it', async () => {
    const { order, nowMs } = await released({});
    expect(order).toMatchObject({ refunds: [], fulfilment: 'PENDING', fulfilAfterMs: nowMs });
  });

  it.each([
    ['there is another', { refunds: many(2) }, [many(2)[1]]],
    ['nothing waits', { fulfilment: 'DONE' }, []],
    ['the order is not paid', { state: 'NOTPAY' }, []],
  ] as const)('resumes nothing when %s', async (_, changes, refunds) => {
    const { order } = await released(changes);
    expect(order).toMatchObject({ refunds, fulfilAfterMs: null });
    expect(order.fulfilment).toBe('fulfilment' in changes ? changes.fulfilment : 'HELD');
  });

  it.each([
    ['is not there', { refunds: many(1) }],
    ['never was', { refunds: undefined as never }],
  ])('changes nothing when it %s', async (_, changes) => {
    expect((await released(changes, 'other')).order).toMatchObject({ version: 1, fulfilment: 'HELD' });
  });
});

it('names the order that is missing', async () => {
  const shop = scriptedShop();
  await expect(orderOf(shop.ports, refund('R1', 1))).rejects.toThrow(
    'The order T1 of the refund R1 is missing',
  );
});
