import { expect, it } from 'vitest';
import { createPartnerOrder } from '../orders/create.ts';
import { createShop, payer, token } from '../testing/shop.ts';
import { checkDueOrders } from './check-orders.ts';

/** A combined payment of two orders, a minute later. */
async function combined() {
  const shop = createShop('ecommerce');
  const items = ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 }));
  const { orders } = await createPartnerOrder(shop.ports, payer, { requestToken: token('c'), items });
  const [first, second] = orders.map(({ outTradeNo }) => outTradeNo) as [string, string];
  shop.nowMs += 60_000;
  const expire = () => {
    shop.nowMs = shop.order(first).expiresAtMs;
  };
  return { shop, first, second, expire, check: () => checkDueOrders(shop.ports, ['ecommerce'], () => true) };
}

it('is not closed when one of its orders was paid, which is no failure', async () => {
  const { shop, first, second, expire, check } = await combined();
  shop.wechat.pay(first);
  expire();
  expect(await check()).toEqual({ checked: 1, failed: 0 });
  expect([first, second].map((no) => shop.order(no).state)).toEqual(['SUCCESS', 'NOTPAY']);
  expect(shop.wechat.closings).toEqual([]);
});

it('of which an instance closed one order here before it died is closed at its end, and not before', async () => {
  const { shop, first, second, expire, check } = await combined();
  const closed = { ...shop.order(first), state: 'CLOSED', checkAfterMs: null } as const;
  shop.documents.put('orders', closed);
  await check();
  expect(shop.wechat.closings).toEqual([]);
  expire();
  await check();
  expect(shop.wechat.closings).toHaveLength(1);
  expect(shop.order(second)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
});
