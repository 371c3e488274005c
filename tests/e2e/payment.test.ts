import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { requestToken, until } from '../../scripts/demo/client.ts';
import { deliveries, order, orderDocument, payer, type Running, recorded, run } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run();
});
afterEach(() => running.client.put('/_sandbox/faults', []));
afterAll(() => running?.system.close());

const sandboxOrders = async () =>
  (await running.client.get<{ orders: { outTradeNo?: string; out_trade_no?: string }[] }>('/_sandbox/orders'))
    .orders;

it('takes a payment from cart to fulfilment', async () => {
  const { client } = running;
  const { paymentNo, payment } = await order(client);
  expect(await client.cashier(payment!)).toHaveProperty('order');
  await client.pay(paymentNo, payer);
  await recorded(client, paymentNo, 'SUCCESS');
  await until('the fulfilment', async () => {
    await client.post('/_cloud/timers/reconcile', {});
    return (await deliveries(client, paymentNo)).length === 1 ? true : undefined;
  });
  const view = await client.orderState(paymentNo, payer);
  expect(view).toMatchObject({ state: 'SUCCESS', amountFen: 1, payable: false, fulfilment: 'DONE' });
  expect(view.paidAtMs).toBeGreaterThan(view.createdAtMs - 1000);
});

it('explains a wrong paySign among the exchanges of its order', async () => {
  const { client } = running;
  const { paymentNo, payment } = await order(client);
  const refused = await client.cashier({ ...payment!, nonceStr: `${payment!.nonceStr}x` });
  expect(refused).toMatchObject({ error: 'SIGN_ERROR' });
  const { exchanges } = await client.get<{ exchanges: Record<string, unknown>[] }>(
    '/_sandbox/exchanges?limit=5',
  );
  expect(exchanges).toContainEqual(
    expect.objectContaining({ api: 'wx.requestPayment', outTradeNo: paymentNo, code: 'SIGN_ERROR' }),
  );
});

it('makes one order of eight taps that race on several instances', async () => {
  const { client } = running;
  const before = (await sandboxOrders()).length;
  const request = { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] };
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.createOrder(request, payer)));
  expect(new Set(answers.map((answer) => answer.paymentNo)).size).toBe(1);
  expect(new Set(answers.map((answer) => answer.payment?.package)).size).toBe(1);
  expect((await sandboxOrders()).length).toBe(before + 1);
});

it('applies one callback once when copies of it race on several instances', async () => {
  const { client } = running;
  const { paymentNo } = await order(client);
  await client.pay(paymentNo, payer);
  await recorded(client, paymentNo, 'SUCCESS');
  const [notification] = await client.notifications(paymentNo);
  const before = await orderDocument(client, paymentNo);
  await Promise.all(
    Array.from({ length: 4 }, () =>
      client.post(`/_sandbox/notifications/${notification!.id}/replay`, { times: 2 }),
    ),
  );
  const after = await orderDocument(client, paymentNo);
  expect(after?.transactionId).toBe(before?.transactionId);
  const recordedCallbacks = (await client.documents<{ _id: string }>('notifications')).filter(
    (document) => document._id === notification!.id,
  );
  expect(recordedCallbacks).toHaveLength(1);
});

it('records callbacks that come in the reverse order, each on its own order', async () => {
  const { client } = running;
  await client.post('/_sandbox/notifications/settings', { hold: true });
  const first = await order(client);
  const second = await order(client, 'cup-celadon');
  await client.pay(first.paymentNo, payer);
  await client.pay(second.paymentNo, payer);
  await client.post('/_sandbox/notifications/release', { order: 'reversed' });
  expect(await recorded(client, first.paymentNo, 'SUCCESS')).toMatchObject({ amountFen: 1 });
  expect(await recorded(client, second.paymentNo, 'SUCCESS')).toMatchObject({ amountFen: 12900 });
});

it('asks again with the same request after an answer that was lost, and gets the same prepay_id', async () => {
  const { client } = running;
  await client.put('/_sandbox/faults', [
    { route: '/v3/pay/transactions/jsapi', kind: 'reset', times: 1, afterEffect: true },
  ]);
  const before = (await sandboxOrders()).length;
  const { payment } = await order(client);
  expect(payment?.package).toMatch(/^prepay_id=/);
  expect((await sandboxOrders()).length).toBe(before + 1);
});

it('survives 5xx, an unsigned answer and a rate limit without a second order', async () => {
  const { client } = running;
  for (const kind of ['system-error', 'unsigned', 'rate-limit']) {
    const before = (await sandboxOrders()).length;
    await client.put('/_sandbox/faults', [{ route: '/v3/pay/transactions/jsapi', kind, times: 1 }]);
    const request = { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] };
    const first = await client.call('createOrder', request, payer);
    if (!first.ok) expect(first.error.retryable).toBe(true);
    const second = await client.createOrder(request, payer);
    expect(second.payment?.package).toMatch(/^prepay_id=/);
    expect((await sandboxOrders()).length).toBe(before + 1);
  }
});

it('records a payment from a callback that is signed by a rotated certificate', async () => {
  const { client } = running;
  await client.post('/_sandbox/keys', { mode: 'certificate' });
  const { paymentNo } = await order(client);
  // payNotify asks for new certificates at most once in a few minutes; a rotation does not come as often.
  await client.post('/_sandbox/clock', { advanceMs: 10 * 60_000 });
  await client.post('/_sandbox/keys', { rotate: true });
  await client.pay(paymentNo, payer);
  await recorded(client, paymentNo, 'SUCCESS');
  await client.post('/_sandbox/keys', { mode: 'switching' });
});

it('closes an order, after which it can neither be paid nor closed into something else', async () => {
  const { client } = running;
  const { paymentNo } = await order(client);
  const closed = await client.must<{ orders: { state: string }[] }>('closeOrder', { paymentNo }, payer);
  expect(closed.orders[0]?.state).toBe('CLOSED');
  await expect(client.pay(paymentNo, payer)).rejects.toThrow();
  const repay = await client.call('createOrder', { paymentNo }, payer);
  expect(repay).toMatchObject({ ok: false, error: { code: 'ORDER_CLOSED' } });
});

it('does not close an order that was paid a moment ago, but records the payment', async () => {
  const { client } = running;
  const { paymentNo } = await order(client);
  await client.pay(paymentNo, payer);
  const result = await client.call<{ orders: { state: string }[] }>('closeOrder', { paymentNo }, payer);
  if (result.ok) expect(result.data.orders[0]?.state).toBe('SUCCESS');
  else expect(result.error.code).toBe('ORDER_PAID');
  expect((await client.orderState(paymentNo, payer)).state).toBe('SUCCESS');
});
