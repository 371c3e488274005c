import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { order, payer, type Running, run, stranger } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run();
});
afterAll(() => running?.system.close());

const cart = (items: unknown, extra: object = {}) => ({ requestToken: requestToken(), items, ...extra });
const sticker = (quantity: unknown) => [{ productId: 'sticker', quantity }];

it.each([
  ['a quantity of 0', cart(sticker(0)), 'QUANTITY_INVALID'],
  ['a negative quantity', cart(sticker(-1)), 'QUANTITY_INVALID'],
  ['a fraction', cart(sticker(1.5)), 'QUANTITY_INVALID'],
  ['a quantity beyond reason', cart(sticker(1e9)), 'QUANTITY_INVALID'],
  ['a quantity as text', cart(sticker('1')), 'QUANTITY_INVALID'],
  ['an unknown product', cart([{ productId: 'no-such-thing', quantity: 1 }]), 'PRODUCT_NOT_FOUND'],
  ['an operator as product id', cart([{ productId: { $ne: '' }, quantity: 1 }]), 'BAD_REQUEST'],
  ['an empty cart', cart([]), 'BAD_REQUEST'],
  ['no cart', { requestToken: requestToken() }, 'BAD_REQUEST'],
  ['no token', { items: sticker(1) }, 'BAD_REQUEST'],
  ['a total', cart(sticker(1), { total: 1 }), 'AMOUNT_NOT_ACCEPTED'],
  ['an amount', cart(sticker(1), { amount: { total: 1 } }), 'AMOUNT_NOT_ACCEPTED'],
  [
    'a price on a fixed product',
    cart([{ productId: 'sticker', quantity: 1, amountFen: 1 }]),
    'AMOUNT_NOT_ACCEPTED',
  ],
  ['a tip below its bounds', cart([{ productId: 'tip', quantity: 1, amountFen: 99 }]), 'AMOUNT_OUT_OF_RANGE'],
  [
    'a tip above its bounds',
    cart([{ productId: 'tip', quantity: 1, amountFen: 20001 }]),
    'AMOUNT_OUT_OF_RANGE',
  ],
])('createOrder refuses %s', async (_, request, code) => {
  const result = await running.client.call('createOrder', request, payer);
  const message = expect.stringMatching(/\p{Script=Han}/u);
  const messageEn = expect.stringMatching(/^[\x20-\x7e…×–’]+$/);
  expect(result).toMatchObject({ ok: false, error: { code, message, messageEn } });
});

it('createOrder refuses an openid in the request', async () => {
  const result = await running.client.call('createOrder', cart(sticker(1), { openid: stranger }), payer);
  const fields = [{ path: 'openid' }];
  expect(result).toMatchObject({ ok: false, error: { code: 'AMOUNT_NOT_ACCEPTED', fields } });
});

it('createOrder refuses a caller without identity', async () => {
  const { result } = await running.system.host.invoke('createOrder', cart(sticker(1)), { source: 'server' });
  expect(result).toMatchObject({ ok: false, error: { code: 'NO_IDENTITY' } });
});

it('createOrder refuses a token that was used for another cart, and keeps the first order', async () => {
  const token = requestToken();
  const first = await running.client.createOrder(
    { requestToken: token, items: [{ productId: 'sticker', quantity: 1 }] },
    payer,
  );
  const second = await running.client.call(
    'createOrder',
    { requestToken: token, items: [{ productId: 'sticker', quantity: 2 }] },
    payer,
  );
  expect(second).toMatchObject({ ok: false, error: { code: 'TOKEN_REUSED' } });
  expect((await running.client.orderState(first.paymentNo, payer)).amountFen).toBe(1);
});

it('two users with the same token have an order each', async () => {
  const request = { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] };
  const mine = await running.client.createOrder(request, payer);
  const theirs = await running.client.createOrder(request, stranger);
  expect(mine.paymentNo).not.toBe(theirs.paymentNo);
});

it.each(['queryOrder', 'closeOrder', 'createOrder'])(
  "%s does not know someone else's order",
  async (name) => {
    const { paymentNo } = await order(running.client);
    const result = await running.client.call(name, { paymentNo }, stranger);
    expect(result).toMatchObject({ ok: false, error: { code: 'ORDER_NOT_FOUND' } });
  },
);

it('payNotify answers a forged callback by callFunction as it answers one over HTTP', async () => {
  const event = { httpMethod: 'POST', path: '/direct', headers: {}, body: '{}', isBase64Encoded: false };
  expect(await running.client.call('payNotify', event, payer)).toMatchObject({ statusCode: 401 });
  expect(await running.client.call('payNotify', {}, payer)).toMatchObject({
    ok: false,
    error: { code: 'SOURCE_NOT_ALLOWED' },
  });
  expect(await running.client.documents('notifications')).toEqual([]);
});

it('reconcile refuses a user who claims to be a timer', async () => {
  const event = { Type: 'Timer', TriggerName: 'reconcile', Time: '2026-01-01T00:00:00Z', Message: '' };
  const result = await running.client.call('reconcile', event, payer);
  expect(result).toMatchObject({ ok: false, error: { code: 'SOURCE_NOT_ALLOWED' } });
});

it('partnerOrders refuses a user', async () => {
  const result = await running.client.call('partnerOrders', { action: 'reconcile' }, payer);
  expect(result).toMatchObject({ ok: false, error: { code: 'SOURCE_NOT_ALLOWED' } });
});
