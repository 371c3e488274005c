import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { closeOrder } from './close.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { parseProviderRequest, servePayment } from './provider-rpc.ts';
import { queryOrder } from './query.ts';

const create = (shop: Shop, name = 'a') =>
  createOrder(shop.ports, payer, { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] });
const combine = (shop: Shop) =>
  createPartnerOrder(shop.ports, payer, {
    requestToken: token('c'),
    items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
  });

describe("a function without the provider's key", () => {
  const split = () => {
    const shop = createShop('ecommerce');
    const asked: string[] = [];
    const serve = (action: 'refresh' | 'close') => async (paymentNo: string) => {
      asked.push(action);
      await servePayment(shop.ports, { action, paymentNo });
    };
    const providerRpc = { refresh: serve('refresh'), close: serve('close'), reconcile: async () => {} };
    const ports = { ...shop.ports, accounts: { find: () => undefined }, providerRpc };
    return { shop, ports, asked };
  };

  it('lets the function with the key query and close, and returns what that recorded', async () => {
    const { shop, ports, asked } = split();
    const { paymentNo, orders } = await combine(shop);
    for (const { outTradeNo } of orders) shop.wechat.pay(outTradeNo);
    const after = await queryOrder(ports, payer, { paymentNo });
    expect(after.orders.map(({ state }) => state)).toEqual(['SUCCESS', 'SUCCESS']);
    await refusal('ORDER_PAID', () => closeOrder(ports, payer, { paymentNo }));
    expect(asked).toEqual(['refresh']);
  });

  it('closes through the function with the key', async () => {
    const { shop, ports, asked } = split();
    const { paymentNo } = await combine(shop);
    const { orders } = await closeOrder(ports, payer, { paymentNo });
    expect(orders.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
    expect(asked).toEqual(['close']);
  });

  it.each([
    ['BAD_REQUEST', {}],
    ['BAD_REQUEST', { action: 'pay' }],
    ['BAD_REQUEST', { action: 'close' }],
    ['AMOUNT_NOT_ACCEPTED', { action: 'refresh', paymentNo: 'x', openid: 'o' }],
  ] as const)('has the one with the key refuse, as %s: %j', async (code, event) => {
    await refusal(code, async () => parseProviderRequest(event));
  });

  it('lets the function with the key refuse a payment of another account', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const ports = { ...shop.ports, accounts: { find: () => undefined } };
    await refusal('CONFIG_INVALID', () => servePayment(ports, { action: 'refresh', paymentNo }));
    await refusal('ORDER_NOT_FOUND', () => servePayment(ports, { action: 'close', paymentNo: 'nothing' }));
  });
});
