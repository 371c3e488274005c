import { describe, expect, it } from 'vitest';
import type { OrderRecord } from '../orders/records.ts';
import type { ScriptedShop } from '../testing/scripted-shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { deliverRest } from './release-delivery.ts';
import { act, refunding } from './testing/refunding.ts';

/** An order of 1000 fen whose delivery was held for refunds of these sums. */
function held(refundedFen: number[], changes: Partial<OrderRecord> = {}): ScriptedShop {
  madeUpRecords();
  const shop = refunding();
  const refunds = refundedFen.map((amountFen, index) => ({
    outRefundNo: `R${index}`,
    amountFen,
    sendAfterMs: 0,
  }));
  shop.putOrder({ state: 'REFUND', fulfilment: 'HELD', fulfilAfterMs: null, refunds, ...changes });
  return shop;
}
const release = (shop: ScriptedShop) => deliverRest(shop.ports, 'T1');
const putRefund = (shop: ScriptedShop, _id: string, state: RefundRecord['state']) =>
  shop.documents.put(refundsCollection, { _id, outTradeNo: 'T1', state, createdAtMs: 1 } as never);

describe('a delivery that was held for a refund', () => {
  it('is released for the rest of the order, and the log says so once', async () => {
    const shop = held([300, 50]);
    const answer = { refundedFen: 350, refundableFen: 650 };
    expect(await act(shop, { action: 'deliverRest', outTradeNo: 'T1' })).toEqual(answer);
    expect(shop.order()).toMatchObject({
      fulfilment: 'PENDING',
      fulfilAfterMs: shop.nowMs,
      releasedAtRefundedFen: 350,
    });
    const released = shop.order();
    expect(await release(shop)).toEqual(answer);
    expect(shop.order()).toEqual(released);
    expect(shop.logged.filter(({ event }) => event === 'order.released')).toHaveLength(1);
  });

  it('is released when the refund was closed at WeChat Pay and nothing went back', async () => {
    const shop = held([]);
    await expect(release(shop)).rejects.toMatchObject({ code: 'REFUND_STATE' });
    putRefund(shop, 'R8', 'SUCCESS');
    await expect(release(shop)).rejects.toMatchObject({ code: 'REFUND_STATE' });
    putRefund(shop, 'R9', 'CLOSED');
    expect(await release(shop)).toEqual({ refundedFen: 0, refundableFen: 1000 });
    expect(shop.order()).toMatchObject({ fulfilment: 'PENDING', releasedAtRefundedFen: 0 });
  });

  it.each([
    ['everything was refunded', [1000], {}],
    ['it is not on hold', [300], { fulfilment: 'PENDING' }],
    ['it was delivered', [300], { fulfilment: 'DONE' }],
    ['more was refunded since it was released', [300], { fulfilment: 'DONE', releasedAtRefundedFen: 200 }],
    ['it is held although the sum is the one released', [1000], { releasedAtRefundedFen: 1000 }],
  ] as const)('is not released when %s', async (_, refundedFen, changes) => {
    const shop = held([...refundedFen], changes);
    const before = shop.order();
    await expect(release(shop)).rejects.toMatchObject({
      code: 'REFUND_STATE',
      texts: { zh: expect.stringContaining('暂停发货'), en: expect.stringContaining('on hold') },
    });
    expect(shop.order()).toEqual(before);
  });
});
