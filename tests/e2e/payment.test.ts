import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requestToken, until } from '../../scripts/demo/client.ts';
import { deliveries, order, orderDocument, payer, type Running, recorded, run } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run();
});
afterEach(() => running.client.put('/_sandbox/faults', []));
afterAll(() => running?.system.close());

/** What WeChat Pay has, by the number of the payment. */
const placed = async (paymentNo: string) =>
  (await running.client.get<{ order: PlacedOrder }>(`/_sandbox/orders/${paymentNo}`)).order;

interface PlacedOrder {
  state: string;
  prepayId: string;
}

/** How many orders WeChat Pay has. */
const orderCount = async () =>
  (await running.client.get<{ total: number }>('/_sandbox/orders?limit=1')).total;

interface Exchange {
  api: string;
  code?: string;
  verdict: string;
  request: { body: string };
}

/** The queries about a payment, newest first. */
const exchangesOf = async (paymentNo: string) =>
  (await running.client.get<{ exchanges: Exchange[] }>(`/_sandbox/exchanges?outTradeNo=${paymentNo}`))
    .exchanges;

const instancesOf = (name: string) =>
  running.system.host.functions().find((deployed) => deployed.name === name)!.instances.length;

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
  const [newest] = await exchangesOf(paymentNo);
  expect(newest).toMatchObject({ api: 'wx.requestPayment', code: 'SIGN_ERROR' });
});

it('makes one order of eight taps that race on several instances', async () => {
  const { client, system } = running;
  await system.host.stopInstances();
  const before = await orderCount();
  const request = { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] };
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.createOrder(request, payer)));
  expect(instancesOf('createOrder')).toBeGreaterThan(1);
  expect(new Set(answers.map((answer) => answer.paymentNo)).size).toBe(1);
  expect(new Set(answers.map((answer) => answer.payment?.package)).size).toBe(1);
  expect(await orderCount()).toBe(before + 1);
});

it('applies one callback once when copies of it race on several instances', async () => {
  const { client, system } = running;
  await client.post('/_sandbox/notifications/settings', { hold: true });
  const { paymentNo } = await order(client);
  await client.pay(paymentNo, payer);
  const [notification] = await client.notifications(paymentNo);
  const before = await orderDocument(client, paymentNo);
  expect(before).toMatchObject({ state: 'NOTPAY' });
  await system.host.stopInstances();
  const replay = `/_sandbox/notifications/${notification!.id}/replay`;
  const copies = await Promise.all([1, 2, 3, 4].map(() => client.post<Replayed>(replay, { times: 2 })));
  expect(instancesOf('payNotify')).toBeGreaterThan(1);
  // An attempt that timed out has no status and is repeated; every answered one must be acknowledged.
  const answered = copies.flatMap(({ attempts }) => attempts.flatMap(({ status }) => status ?? []));
  expect(new Set(answered)).toEqual(new Set([204]));
  await system.host.idle();
  const recordedOnce = { state: 'SUCCESS', fulfilment: 'PENDING', version: Number(before!.version) + 1 };
  expect(await orderDocument(client, paymentNo)).toMatchObject(recordedOnce);
  await client.post('/_sandbox/notifications/settings', { hold: false });
  for (let run = 0; run < 2; run++) await client.post('/_cloud/timers/reconcile', {});
  expect(await orderDocument(client, paymentNo)).toMatchObject({ fulfilment: 'DONE', fulfilAttempts: 1 });
  expect(await deliveries(client, paymentNo)).toHaveLength(1);
});

interface Replayed {
  attempts: { status?: number }[];
}

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
  const route = '/v3/pay/transactions/jsapi';
  await client.put('/_sandbox/faults', [{ route, kind: 'reset', times: 1, afterEffect: true }]);
  const before = await orderCount();
  const { paymentNo, payment } = await order(client);
  const [second, first, ...others] = await exchangesOf(paymentNo);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ verdict: 'fault', request: { body: second!.request.body } });
  expect(payment?.package).toBe(`prepay_id=${(await placed(paymentNo)).prepayId}`);
  expect(await orderCount()).toBe(before + 1);
});

it.each(['system-error', 'unsigned', 'rate-limit'])(
  'says that it may be tried again after %s, and the next try is the same order',
  async (kind) => {
    const { client } = running;
    const before = await orderCount();
    const request = { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] };
    await client.put('/_sandbox/faults', [{ route: '/v3/pay/transactions/jsapi', kind }]);
    expect(await client.call('createOrder', request, payer)).toMatchObject({
      ok: false,
      error: { retryable: true },
    });
    await client.put('/_sandbox/faults', []);
    const { paymentNo, payment } = await client.createOrder(request, payer);
    expect(payment?.package).toBe(`prepay_id=${(await placed(paymentNo)).prepayId}`);
    expect(await orderCount()).toBe(before + 1);
  },
);

it('closes an order, after which it can neither be paid nor closed into something else', async () => {
  const { client } = running;
  const { paymentNo } = await order(client);
  const closed = await client.must<{ orders: { state: string }[] }>('closeOrder', { paymentNo }, payer);
  expect(closed.orders[0]?.state).toBe('CLOSED');
  await expect(client.pay(paymentNo, payer)).rejects.toThrow('ORDER_CLOSED');
  const repay = await client.call('createOrder', { paymentNo }, payer);
  expect(repay).toMatchObject({ ok: false, error: { code: 'ORDER_CLOSED' } });
});

it('does not close an order that was paid a moment ago, but records the payment', async () => {
  const { client } = running;
  await client.post('/_sandbox/notifications/settings', { hold: true });
  const { paymentNo } = await order(client);
  await client.pay(paymentNo, payer);
  const result = await client.call('closeOrder', { paymentNo }, payer);
  expect(result).toMatchObject({ ok: false, error: { code: 'ORDER_PAID' } });
  expect(await orderDocument(client, paymentNo)).toMatchObject({ state: 'SUCCESS' });
  expect(await placed(paymentNo)).toMatchObject({ state: 'SUCCESS' });
  await client.post('/_sandbox/notifications/settings', { hold: false });
});

describe('with platform certificates', () => {
  let certified: Running;
  beforeAll(async () => {
    certified = await run({ keyMode: 'certificate' });
  });
  afterAll(() => certified?.system.close());

  it('records a payment from a callback that is signed by a rotated certificate', async () => {
    const { client } = certified;
    const { paymentNo } = await order(client);
    // payNotify requests new certificates at most once every few minutes; rotations are rarer than that.
    await client.post('/_sandbox/clock', { advanceMs: 10 * 60_000 });
    await client.post('/_sandbox/keys', { rotate: true });
    await client.pay(paymentNo, payer);
    await recorded(client, paymentNo, 'SUCCESS');
  });
});
