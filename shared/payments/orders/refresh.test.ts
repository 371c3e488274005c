import { describe, expect, it } from 'vitest';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import type { OrderRecord } from './records.ts';
import { claimCheck, closeHere, refreshPayment, settlingMs } from './refresh.ts';
import { loadPayment } from './store.ts';

const create = async (shop: Shop) => {
  const request = { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] };
  return shop.order((await createOrder(shop.ports, payer, request)).paymentNo);
};
const buy = async (shop: Shop, name: string, ...productIds: string[]) => {
  const items = productIds.map((productId) => ({ productId, quantity: 1 }));
  const request = { requestToken: token(name), items };
  return (await createPartnerOrder(shop.ports, payer, request)).paymentNo;
};
const changed = (shop: Shop, order: OrderRecord, changes: Partial<OrderRecord>): OrderRecord => {
  const next = { ...order, ...changes, version: order.version + 1 };
  shop.documents.put('orders', next);
  return next;
};
const paymentOf = async (shop: Shop, paymentNo: string) => (await loadPayment(shop.documents, paymentNo))!;

describe('the check of an order', () => {
  it('is claimed by one of two instances that found it due', async () => {
    const shop = createShop();
    const order = await create(shop);
    shop.nowMs = order.checkAfterMs!;
    expect(await claimCheck(shop.ports, order)).toMatchObject({ checks: 1 });
    expect(await claimCheck(shop.ports, order)).toBeUndefined();
  });

  it('is not claimed for an order that needs no more checks since it was found', async () => {
    const shop = createShop();
    const order = await create(shop);
    shop.nowMs = order.checkAfterMs!;
    changed(shop, order, { checkAfterMs: null });
    expect(await claimCheck(shop.ports, order)).toBeUndefined();
    expect(shop.order(order._id)).toMatchObject({ checks: 0, checkAfterMs: null });
  });

  it('falls right after the expiry once, and comes later and later after that', async () => {
    const shop = createShop();
    const order = changed(shop, await create(shop), { checks: 50 });
    const endMs = order.expiresAtMs + settlingMs;
    shop.nowMs = endMs - 1;
    const last = await claimCheck(shop.ports, order);
    expect(last?.checkAfterMs).toBe(endMs);
    shop.nowMs = endMs;
    expect((await claimCheck(shop.ports, last!))?.checkAfterMs).toBe(
      endMs + shop.ports.policy.checkDelaysMs.at(-1)!,
    );
  });
});

describe('a payment that WeChat Pay never accepted', () => {
  it('is closed a minute after its expiry, and not before', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'prepay') throw new Failure('lost');
    };
    await create(shop).catch(() => undefined);
    const order = shop.documents.all<OrderRecord>('orders')[0]!;
    const payment = await paymentOf(shop, order._id);
    shop.nowMs = order.expiresAtMs + settlingMs - 1;
    expect((await refreshPayment(shop.ports, payment)).orders).toMatchObject([{ state: 'CREATED' }]);
    shop.nowMs += 1;
    expect((await refreshPayment(shop.ports, payment)).orders).toMatchObject([
      { state: 'CLOSED', checkAfterMs: null },
    ]);
  });
});

describe('an answer about a combined payment that names another order', () => {
  it.each(['of nobody', 'of another payment'])('adds none to it: one %s', async (whose) => {
    const shop = createShop('ecommerce');
    const another = await buy(shop, 'b', 'bread');
    const paymentNo = await buy(shop, 'a', 'bread', 'honey');
    const payment = await paymentOf(shop, paymentNo);
    const [, second] = payment.orders;
    const outTradeNo = whose === 'of nobody' ? 'nobody' : another;
    const answered = shop.wechat.orders.get(second!._id)!;
    shop.wechat.orders.set(second!._id, { ...answered, outTradeNo });
    const refreshed = await refreshPayment(shop.ports, payment);
    expect(refreshed.orders.map(({ _id }) => _id)).toEqual(payment.orders.map(({ _id }) => _id));
  });
});

describe('what is closed here', () => {
  it('is not written again', async () => {
    const shop = createShop();
    const order = await create(shop);
    const payment = await paymentOf(shop, order._id);
    for (const [certain, checkAfterMs] of [
      [false, order.checkAfterMs],
      [true, null],
    ] as const) {
      await closeHere(shop.ports, payment, certain);
      const closed = shop.order(order._id);
      expect(closed).toMatchObject({ state: 'CLOSED', checkAfterMs });
      await closeHere(shop.ports, payment, certain);
      expect(shop.order(order._id)).toEqual(closed);
    }
  });

  it('leaves a paid order as it is, with the check that is due', async () => {
    const shop = createShop();
    const order = await create(shop);
    const paid = changed(shop, order, { state: 'SUCCESS' });
    const payment = await paymentOf(shop, order._id);
    expect((await closeHere(shop.ports, payment, true)).orders).toEqual([paid]);
    expect(shop.order(order._id)).toEqual(paid);
    changed(shop, paid, { state: 'NOTPAY' });
  });
});
