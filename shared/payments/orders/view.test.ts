import { describe, expect, it } from 'vitest';
import { createShop, payer, token } from '../testing/shop.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import type { OrderRecord } from './records.ts';
import { viewOrder } from './view.ts';

async function newOrder() {
  const shop = createShop();
  const request = { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, request);
  const order = shop.order(paymentNo);
  const view = (changes: Partial<OrderRecord> = {}, nowMs = shop.nowMs) =>
    viewOrder({ ...order, ...changes }, nowMs, shop.ports.policy);
  return { shop, order, view };
}

describe('the view of an order', () => {
  it('of own goods has these members before it is paid, and no others', async () => {
    const { order, view } = await newOrder();
    const { items, description, createdAtMs, expiresAtMs } = order;
    expect(view()).toStrictEqual({
      outTradeNo: order._id,
      paymentNo: order._id,
      account: 'direct',
      state: 'NOTPAY',
      amountFen: 6800,
      currency: 'CNY',
      description,
      items,
      createdAtMs,
      expiresAtMs,
      payable: true,
      fulfilment: 'NONE',
    });
  });

  it('names the seller', async () => {
    const shop = createShop('ecommerce');
    const request = { requestToken: token('a'), items: [{ productId: 'bread', quantity: 1 }] };
    const { paymentNo } = await createPartnerOrder(shop.ports, payer, request);
    const view = viewOrder(shop.order(paymentNo), shop.nowMs, shop.ports.policy);
    expect(view).toMatchObject({ sellerId: 's1', sellerName: '店 s1' });
  });

  it('has the transaction id once something is shipped, and the times as they become known', async () => {
    const { view } = await newOrder();
    const paid = { state: 'SUCCESS', paidAtMs: 1, transactionId: '42' } as const;
    expect(view(paid)).toMatchObject({ paidAtMs: 1 });
    expect(view(paid)).not.toHaveProperty('transactionId');
    const shipping = { parcels: [] } as unknown as NonNullable<OrderRecord['shipping']>;
    expect(view({ ...paid, shipping })).toMatchObject({ shipping, transactionId: '42' });
    expect(view({ shipping })).not.toHaveProperty('transactionId');
    const times = { shippedAtMs: 2, receivedAtMs: 3, settledAtMs: 4 };
    expect(view({ ...paid, ...times })).toMatchObject(times);
    const none = view({ ...paid, shippedAtMs: null, receivedAtMs: null, settledAtMs: null });
    for (const name of Object.keys(times)) expect(none).not.toHaveProperty(name);
  });

  it('is payable while it is open and there is time enough to pay', async () => {
    const { shop, order, view } = await newOrder();
    const lastMs = order.expiresAtMs - shop.ports.policy.minTimeToPayMs;
    expect(view({}, lastMs - 1).payable).toBe(true);
    expect(view({}, lastMs).payable).toBe(false);
    expect(view({ state: 'CLOSED' }).payable).toBe(false);
    expect(view({ state: 'SUCCESS' }).payable).toBe(false);
  });
});
