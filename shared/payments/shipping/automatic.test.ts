import { describe, expect, it } from 'vitest';
import type { OrderRecord } from '../orders/records.ts';
import { shipByItself } from './automatic.ts';
import { fails, parcel, shipping } from './testing/shipping.ts';

const line = {
  ...{ productId: 'p', title: '券', quantity: 1, unitAmountFen: 1000, amountFen: 1000 },
  logistics: 'virtual' as const,
};
const run = (its: ReturnType<typeof shipping>) => shipByItself(its.ports, () => true);
const due = (changes: Partial<OrderRecord> = {}) =>
  shipping({ description: '券', items: [line], shipAfterMs: 1, ...changes });

describe('an order of virtual goods whose turn has come', () => {
  it('is reported to WeChat, once', async () => {
    const its = due();
    expect(await run(its)).toBe(1);
    expect(await run(its)).toBe(0);
    expect(its.called('uploadShippingInfo')).toMatchObject([
      { logistics_type: 3, shipping_list: [{ item_desc: '券' }] },
    ]);
    expect(its.stored()).toMatchObject({ state: 'SHIPPED', operatorOpenid: null });
    expect(its.shop.order()).toMatchObject({ shipAfterMs: null, shipping: { state: 'SHIPPED' } });
  });

  it('is recorded, and uploaded later, when WeChat is busy', async () => {
    const its = due();
    its.answers.uploadShippingInfo = fails('later', 45009);
    expect(await run(its)).toBe(1);
    expect(its.stored()).toMatchObject({ state: 'WAITING', attempts: 1 });
    expect(its.shop.order()).toMatchObject({ shipAfterMs: null });
  });

  it('is not uploaded twice when an instance died after it had recorded it', async () => {
    const its = due();
    its.put({ logistics: 'virtual', parcels: [{ itemDesc: '券' }], state: 'SHIPPED', nextAtMs: null });
    expect(await run(its)).toBe(1);
    expect([its.calls, its.shop.order().shipAfterMs]).toEqual([[], null]);
  });

  it.each([
    ['WAITING', null],
    ['SHIPPED', null],
    ['PARTIAL', null],
    ['RECEIVED', null],
    ['REFUSED', null],
  ] as const)(
    'is left as an operator shipped it, in another way, while that is %s',
    async (state, nextAtMs) => {
      const its = due();
      const before = its.put({ state, nextAtMs, parcels: [parcel], operatorOpenid: 'oOperator' });
      expect(await run(its)).toBe(0);
      expect([its.stored(), its.calls]).toEqual([before, []]);
      expect(its.shop.order()).toMatchObject({ shipAfterMs: null });
      expect(its.shop.logged).toMatchObject([{ event: 'shipping.not_by_itself' }]);
    },
  );

  it('is left alone when the money went back', async () => {
    const its = due({ refunds: [{ outRefundNo: 'r', amountFen: 1000, sendAfterMs: 0 }] });
    expect(await run(its)).toBe(0);
    expect(its.stored()).toBeUndefined();
    expect(its.shop.order()).toMatchObject({ shipAfterMs: null });
    expect(its.shop.logged).toMatchObject([{ event: 'shipping.not_by_itself' }]);
  });

  it('has another turn in ten minutes when something of ours is broken', async () => {
    const its = due();
    its.shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'insert shipments') throw new Error('no database');
    };
    expect(await run(its)).toBe(0);
    expect(its.shop.order()).toMatchObject({ shipAfterMs: its.shop.nowMs + 600_000 });
  });

  it('has another turn when too many instances change it at once', async () => {
    const its = due();
    its.shop.documents.update = async (collection) => collection !== 'shipments';
    await run(its);
    expect(its.shop.logged).toMatchObject([{ event: 'due.item_failed' }]);
  });
});
