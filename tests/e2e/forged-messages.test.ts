/** Forged messages in WeChat Pay's name are refused: callbacks, and answers that were changed in transit. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { callbackOf, deliver, signed } from './callbacks.ts';
import { leaksOf } from './leaks.ts';
import {
  deliveries,
  newPayer,
  order as orderAs,
  orderDocument,
  type Running,
  recorded,
  run,
} from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run({}, { madeUpCallbacks: true });
});
afterAll(() => running?.system.close());

const people = new Set<string>();
let payer: string;
beforeEach(() => {
  payer = newPayer();
  people.add(payer);
});

const order = (client: Running['client']) => orderAs(client, 'sticker', payer);
const count = (collection: string) => running.system.emulator.database.list(collection).total;

describe('someone who can post to the path of the callbacks', () => {
  const accounts = () => running.system.simulator.credentials();
  const paidResource = (outTradeNo: string, changes: Record<string, unknown> = {}) => ({
    appid: accounts().direct.appid,
    mchid: accounts().direct.mchid,
    out_trade_no: outTradeNo,
    transaction_id: `4200${outTradeNo.slice(0, 20)}`,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    success_time: new Date(running.system.clock.now()).toISOString(),
    payer: { openid: payer },
    amount: { total: 1, payer_total: 1, currency: 'CNY', payer_currency: 'CNY' },
    ...changes,
  });
  const callback = (
    resource: Record<string, unknown>,
    more: Partial<Parameters<typeof callbackOf>[1]> = {},
  ) => callbackOf(running, { id: requestToken(), apiV3Key: accounts().direct.apiV3Key, resource, ...more });
  const unpaid = async (paymentNo: string) =>
    expect(await orderDocument(running.client, paymentNo)).toMatchObject({
      state: 'NOTPAY',
      fulfilment: 'NONE',
    });

  it.each(['public-key', 'certificate'] as const)(
    'cannot use a genuine callback of another merchant, signed with the same %s',
    async (signer) => {
      const { paymentNo } = await order(running.client);
      const before = count('notifications');
      const own = callback(paidResource(paymentNo), { apiV3Key: 'x'.repeat(32), signer });
      expect(await deliver(running, '/direct', own)).toBe(500);
      await unpaid(paymentNo);
      expect(count('notifications')).toBe(before);
    },
  );

  it("cannot use one account's callback at another account's path, and the genuine one still counts", async () => {
    const { paymentNo } = await order(running.client);
    const genuine = callback(paidResource(paymentNo));
    expect(await deliver(running, '/ecommerce', genuine)).toBe(500);
    expect(await deliver(running, '/partner', genuine)).toBe(404);
    await unpaid(paymentNo);
    expect(await deliver(running, '/direct', genuine)).toBe(204);
    await recorded(running.client, paymentNo, 'SUCCESS');
  });

  it("cannot pay the shop's order with what another account received", async () => {
    const { paymentNo } = await order(running.client);
    const theirs = callback(paidResource(paymentNo), { apiV3Key: accounts().ecommerce.apiV3Key });
    expect(await deliver(running, '/ecommerce', theirs)).toBe(204);
    await unpaid(paymentNo);
  });

  it.each([
    ['NOTPAY', { trade_state: 'NOTPAY' }],
    ['a state in lower case', { trade_state: 'success' }],
    ['a state that nobody knows', { trade_state: 'ACCEPT' }],
    ['an amount as text', { amount: { total: '1', currency: 'CNY' } }],
    ['no amount', { amount: undefined }],
    ['what the payer paid in place of the total', { amount: { payer_total: 1, currency: 'CNY' } }],
    ['Hong Kong cents', { amount: { total: 1, currency: 'HKD' } }],
    ["another mini-program's appid", { appid: 'wx1d2e3f4a5b6c7d80' }],
    ['a sub-merchant', { sub_mchid: '1900000109', sp_mchid: '1900000001', sp_appid: 'wx8f2c0b7e5d413a96' }],
  ])('does not pay an order by a genuine callback with %s', async (_, changes) => {
    const { paymentNo } = await order(running.client);
    expect(await deliver(running, '/direct', callback(paidResource(paymentNo, changes)))).toBe(204);
    expect(await orderDocument(running.client, paymentNo)).toMatchObject({
      state: 'NOTPAY',
      checkAfterMs: expect.any(Number),
    });
  });

  it('cannot replay a callback to any effect, and not at all after five minutes', async () => {
    const { client } = running;
    const { paymentNo } = await order(client);
    const genuine = callback(paidResource(paymentNo));
    const statuses = await Promise.all([1, 2, 3, 4].map(() => deliver(running, '/direct', genuine)));
    expect(statuses).toEqual([204, 204, 204, 204]);
    await Promise.all([1, 2, 3].map(() => client.post('/_cloud/timers/reconcile', {})));
    expect(await deliveries(client, paymentNo)).toHaveLength(1);
    expect(await orderDocument(client, paymentNo)).toMatchObject({ fulfilAttempts: 1, fulfilment: 'DONE' });
    await client.post('/_sandbox/clock', { advanceMs: 6 * 60_000 });
    expect(await deliver(running, '/direct', genuine)).toBe(401);
  });

  it.each([
    [
      'two values of a header',
      (headers: Record<string, string>) => ({ ...headers, 'wechatpay-nonce': 'another' }),
    ],
    [
      'a list of values',
      (headers: Record<string, string>) => ({
        ...headers,
        'Wechatpay-Serial': [headers['Wechatpay-Serial'], 'X'],
      }),
    ],
    [
      'an object',
      (headers: Record<string, string>) => ({ ...headers, 'Wechatpay-Signature': { toString: 'x' } }),
    ],
    [
      'another algorithm',
      (headers: Record<string, string>) => ({
        ...headers,
        'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3',
      }),
    ],
    ['a prototype', () => JSON.parse('{"__proto__":{"Wechatpay-Serial":"X"}}')],
  ])('is refused with %s', async (_, spoil) => {
    const { paymentNo } = await order(running.client);
    const { headers, body } = callback(paidResource(paymentNo));
    const event = { httpMethod: 'POST', path: '/pay-notify/direct', headers: spoil(headers), body };
    const { result } = await running.system.host.invoke('payNotify', event, { source: 'http' });
    expect(result).toMatchObject({ statusCode: 401 });
    await unpaid(paymentNo);
  });

  it.each([
    ['no JSON', 'x', 500],
    ['a list', '[]', 500],
    ['nothing', '', 500],
    ['50,000 levels', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 500],
    ['too much', JSON.stringify('x'.repeat(102_400)), 413],
  ])('gets no further with %s, even signed', async (_, body, status) => {
    expect(await deliver(running, '/direct', { headers: signed(running, body), body })).toBe(status);
    expect(await deliver(running, '/direct', { headers: {}, body })).toBe(status === 413 ? 413 : 401);
  });
});

it.each(['unsigned', 'wrong-serial', 'stale-timestamp', 'signtest'])(
  'does not believe an answer of WeChat Pay that is %s, and believes the next one',
  async (kind) => {
    const { client } = running;
    const { paymentNo } = await order(client);
    await client.put('/_sandbox/faults', [
      { route: 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}', kind },
      { route: 'notify', kind: 'reset' },
    ]);
    await client.pay(paymentNo, payer);
    expect((await client.orderState(paymentNo, payer)).state).toBe('NOTPAY');
    await client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset' }]);
    await client.post('/_sandbox/clock', { advanceMs: 3000 });
    expect((await client.orderState(paymentNo, payer)).state).toBe('SUCCESS');
    await client.put('/_sandbox/faults', []);
  },
);

it('tells neither a client nor the log a secret, a person, or where the code is', async () => {
  expect(await leaksOf(running, people)).toEqual([]);
});
