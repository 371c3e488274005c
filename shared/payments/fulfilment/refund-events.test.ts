import { describe, expect, it } from 'vitest';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { createShop, type Shop } from '../testing/shop.ts';
import { reportRefunds } from './refund-events.ts';

const minuteMs = 60_000;
const report = (shop: Shop) => reportRefunds(shop.ports, () => true);

function refundedShop(): Shop {
  const shop = createShop();
  const refund = {
    _id: 'R1',
    version: 1,
    state: 'SUCCESS',
    outTradeNo: 'T1',
    amountFen: 300,
    totalFen: 1000,
  };
  const stored = {
    ...refund,
    attempts: 0,
    notifyAfterMs: shop.nowMs,
    nextAtMs: null,
  } as unknown as RefundRecord;
  shop.documents.put(refundsCollection, stored);
  return shop;
}

describe('a refund of delivered goods', () => {
  it('notifies the fulfilment function once', async () => {
    const shop = refundedShop();
    expect(await report(shop)).toBe(1);
    shop.nowMs += 99 * minuteMs;
    expect(await report(shop)).toBe(0);
    expect(shop.fulfilments).toEqual([
      { event: 'refunded', outTradeNo: 'T1', outRefundNo: 'R1', amountFen: 300, totalFen: 1000 },
    ]);
  });

  it('is reported again later until the function says done', async () => {
    const shop = refundedShop();
    shop.answer = () => Promise.reject(new Error('down'));
    expect(await report(shop)).toBe(0);
    expect(await report(shop)).toBe(0);
    expect(shop.fulfilments).toHaveLength(1);
    shop.answer = async () => ({ done: true });
    shop.nowMs += minuteMs;
    expect(await report(shop)).toBe(1);
  });

  it('is reported by one of two runs that find it at once', async () => {
    const shop = refundedShop();
    expect((await Promise.all([report(shop), report(shop)])).sort()).toEqual([0, 1]);
    expect(shop.fulfilments).toHaveLength(1);
  });

  it('is not reported again by a run that read it before it was reported', async () => {
    const shop = refundedShop();
    let reported = false;
    shop.documents.interrupt = async (when, operation) => {
      if (reported || when !== 'before' || operation !== `update ${refundsCollection}`) return;
      reported = true;
      expect(await report(shop)).toBe(1);
    };
    expect(await report(shop)).toBe(0);
    expect(shop.fulfilments).toHaveLength(1);
  });

  it('is tried later and later while the function does not say done', async () => {
    const shop = refundedShop();
    shop.answer = async () => ({ done: false });
    const calls: number[] = [];
    for (let second = 0; second < 600; second += 10) {
      expect(await report(shop)).toBe(0);
      if (shop.fulfilments.length > calls.length) calls.push(second);
      shop.nowMs += 10_000;
    }
    expect(calls).toEqual([0, 60, 120, 240, 540]);
  });

  it('is tried again in ten minutes when the database fails', async () => {
    const shop = refundedShop();
    const update = shop.documents.update;
    shop.documents.update = (collection, id, where, set) =>
      'version' in set ? Promise.reject(new Error('down')) : update(collection, id, where, set);
    expect(await report(shop)).toBe(0);
    expect(shop.documents.peek<RefundRecord>(refundsCollection, 'R1')?.notifyAfterMs).toBe(
      shop.nowMs + 10 * minuteMs,
    );
  });

  it('waits where no fulfilment function is configured', async () => {
    const shop = refundedShop();
    expect(await reportRefunds({ ...shop.ports, fulfilmentFunction: undefined }, () => true)).toBe(0);
    expect(await report(shop)).toBe(1);
  });
});
