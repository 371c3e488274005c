/** What an attacker tries against the deployed bundles, and is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { callbackOf, deliver, signed } from './callbacks.ts';
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
  running = await run();
});
afterAll(() => running?.system.close());

const people = new Set<string>();
let payer: string;
let stranger: string;
beforeEach(() => {
  [payer, stranger] = [newPayer(), newPayer()];
  people.add(payer).add(stranger);
});

const order = (client: Running['client']) => orderAs(client, 'sticker', payer);
const sticker = [{ productId: 'sticker', quantity: 1 }];
const count = (collection: string) => running.system.emulator.database.list(collection).total;

const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
const hostile: [string, unknown][] = [
  ['an operator', { $ne: '' }],
  ['a range', { gt: '' }],
  ['a pattern', { $regex: '.*' }],
  ['a list', ['a']],
  ['nothing', null],
  ['a number', 1e9],
  ['minus zero', -0],
  ['a truth', true],
  ['an empty text', ''],
  ['a path', '../../orders'],
  ['the prototype', '__proto__'],
  ['a control character', 'a\u0000b'],
  ['90 KB', 'x'.repeat(90_000)],
  ['2000 levels', nested(2000)],
];

/** Each parameter that a client may send, with what it says elsewhere. */
const inputs: [string, (value: unknown) => Record<string, unknown>][] = [
  ['createOrder', (value) => ({ requestToken: value, items: sticker })],
  ['createOrder', (value) => ({ requestToken: requestToken(), items: value })],
  ['createOrder', (value) => ({ requestToken: requestToken(), items: [value] })],
  ['createOrder', (value) => ({ requestToken: requestToken(), items: [{ productId: value, quantity: 1 }] })],
  [
    'createOrder',
    (value) => ({ requestToken: requestToken(), items: [{ productId: 'tip', quantity: value }] }),
  ],
  [
    'createOrder',
    (value) => ({
      requestToken: requestToken(),
      items: [{ productId: 'tip', quantity: 1, amountFen: value }],
    }),
  ],
  ['createPartnerOrder', (value) => ({ paymentNo: value })],
  ['queryOrder', (value) => ({ paymentNo: value })],
  ['queryOrder', (value) => ({ outTradeNo: value })],
  ['queryOrder', (value) => ({ list: value })],
  ['queryOrder', (value) => ({ list: 'seller', cursor: value })],
  ['closeOrder', (value) => ({ paymentNo: value })],
  ['uploadMedia', (value) => ({ action: 'finish', fileID: value })],
  ['uploadMedia', (value) => ({ action: 'begin', extension: value })],
  ['applyMerchant', (value) => ({ action: value })],
  ['applyMerchant', (value) => ({ action: 'query', applicationId: value })],
  [
    'applyMerchant',
    (value) => ({ action: 'submit', requestToken: requestToken(), form: { contact_info: value } }),
  ],
  ['applyMerchant', (value) => ({ action: 'cities', provinceCode: value })],
];

describe('a user who may send anything', () => {
  it.each(hostile)('is refused by name, wherever it is: %s', async (_, value) => {
    const before = count('orders');
    for (const [name, request] of inputs) {
      const result = await running.client.call(name, request(value), payer);
      expect(result, `${name} ${JSON.stringify(request('…'))}`).toMatchObject({
        ok: false,
        error: { code: expect.not.stringMatching(/^(INTERNAL|CONFIG_INVALID|BUSY)$/) },
      });
    }
    expect(count('orders')).toBe(before);
  });

  it.each(['queryOrder', 'closeOrder', 'createOrder'])(
    'cannot name itself somebody else, nor reach a prototype, in %s',
    async (name) => {
      const { paymentNo } = await order(running.client);
      const attempts = [
        [`{"paymentNo":"${paymentNo}","userInfo":{"openId":"${payer}"}}`, 'ORDER_NOT_FOUND'],
        [`{"paymentNo":"${paymentNo}","tcbContext":{"openid":"${payer}"}}`, 'ORDER_NOT_FOUND'],
        [`{"paymentNo":"${paymentNo}","openid":"${payer}"}`, 'AMOUNT_NOT_ACCEPTED'],
        [`{"__proto__":{"paymentNo":"${paymentNo}"}}`, 'BAD_REQUEST'],
        [`{"constructor":{"prototype":{"openid":"${payer}"}},"paymentNo":"${paymentNo}"}`, 'BAD_REQUEST'],
      ] as const;
      for (const [event, code] of attempts) {
        const result = await running.client.call(name, JSON.parse(event), stranger);
        expect(result, event).toMatchObject({ ok: false, error: { code } });
      }
      expect(await orderDocument(running.client, paymentNo)).toMatchObject({ state: 'NOTPAY' });
    },
  );

  it.each([
    [
      'a free amount twice',
      [1, 2].map(() => ({ productId: 'tip', quantity: 1, amountFen: 100 })),
      'BAD_REQUEST',
    ],
    ['a free amount times two', [{ productId: 'tip', quantity: 2, amountFen: 100 }], 'QUANTITY_INVALID'],
    ['a fraction of a fen', [{ productId: 'tip', quantity: 1, amountFen: 100.5 }], 'AMOUNT_OUT_OF_RANGE'],
    [
      '500 and 500 pieces',
      [500, 500].map((quantity) => ({ productId: 'sticker', quantity })),
      'QUANTITY_INVALID',
    ],
    ['51 lines', Array.from({ length: 51 }, () => sticker[0]), 'BAD_REQUEST'],
    ["a seller's goods", [{ productId: 'bread-rye', quantity: 1 }], 'CART_MIXED'],
  ])('cannot order %s', async (_, items, code) => {
    const result = await running.client.call('createOrder', { requestToken: requestToken(), items }, payer);
    expect(result).toMatchObject({ ok: false, error: { code } });
  });

  it('has one order of a token, whatever carts race for it', async () => {
    const token = requestToken();
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((quantity) =>
        running.client.call<{ paymentNo: string }>(
          'createOrder',
          { requestToken: token, items: [{ productId: 'sticker', quantity }] },
          payer,
        ),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    for (const result of results) if (!result.ok) expect(result.error.code).toBe('TOKEN_REUSED');
  });

  it('cannot pay and close at once into a state that the two sides tell differently', async () => {
    const { client } = running;
    for (let round = 0; round < 4; round++) {
      const { paymentNo } = await order(client);
      const [paid] = await Promise.allSettled([
        client.pay(paymentNo, payer),
        client.call('closeOrder', { paymentNo }, payer),
        client.call('queryOrder', { paymentNo }, payer),
        client.call('createOrder', { paymentNo }, payer),
      ]);
      const state = paid.status === 'fulfilled' ? 'SUCCESS' : 'CLOSED';
      await recorded(client, paymentNo, state);
      await Promise.all([1, 2].map(() => client.post('/_cloud/timers/reconcile', {})));
      expect((await client.orderState(paymentNo, payer)).state).toBe(state);
      expect(await deliveries(client, paymentNo)).toHaveLength(state === 'SUCCESS' ? 1 : 0);
    }
  });

  it('cannot have an order delivered that it wrote into the database itself', async () => {
    const { client, system } = running;
    const { paymentNo } = await order(client);
    const genuine = system.emulator.database.get('orders', paymentNo)!;
    const forged = { state: 'SUCCESS', fulfilment: 'PENDING', fulfilAfterMs: 0, checkAfterMs: 0 };
    const _id = 'f'.repeat(32);
    // What CloudBase stores for wx.cloud.database().collection('orders').add() while the collection lets users write.
    system.emulator.database.put('orders', { ...genuine, ...forged, _id, paymentNo: _id, _openid: payer });
    await client.post('/_cloud/timers/reconcile', {});
    const asked = await client.call('queryOrder', { outTradeNo: _id }, payer);
    expect(asked).toMatchObject({ ok: false, error: { code: 'ORDER_NOT_FOUND' } });
    expect(await deliveries(client, _id)).toEqual([]);
    system.emulator.database.remove('orders', _id);
  });
});

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
  const { direct, ecommerce } = running.system.simulator.credentials();
  const { invocations } = await running.client.get<{
    invocations: { result?: unknown; logs: string[] }[];
  }>('/_cloud/logs?limit=1000');
  expect(invocations.length).toBeGreaterThan(100);
  const logs = JSON.stringify(invocations.map(({ logs: lines }) => lines));
  const results = JSON.stringify(invocations.map(({ result }) => result));
  for (const { apiV3Key, privateKeyPem } of [direct, ecommerce]) {
    for (const text of [logs, results]) {
      expect(text).not.toContain(apiV3Key);
      expect(text).not.toContain(privateKeyPem.split('\n')[5]);
    }
  }
  for (const openid of people) expect(logs).not.toContain(openid);
  expect(results).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|ECONN|Cloud(Error|Base)/);
});
