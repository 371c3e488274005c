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

  it('waits where no fulfilment function is configured', async () => {
    const shop = refundedShop();
    expect(await reportRefunds({ ...shop.ports, fulfilmentFunction: undefined }, () => true)).toBe(0);
    expect(await report(shop)).toBe(1);
  });
});
