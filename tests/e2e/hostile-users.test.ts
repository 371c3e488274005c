/** What a user tries against the deployed bundles, and is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
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

/** Each parameter that a client may send, with a value for it. */
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
    const refused = results.flatMap((result) => (result.ok ? [] : [result.error.code]));
    expect(refused).toEqual(Array(4).fill('TOKEN_REUSED'));
  });

  it('cannot pay and close at once into a state that the two sides tell differently', async () => {
    const { client } = running;
    for (let round = 0; round < 4; round++) {
      const { paymentNo } = await order(client);
      const closing = client.call('closeOrder', { paymentNo }, payer);
      // Together, and in every other round right after the close was answered.
      const pay = () => client.pay(paymentNo, payer);
      const [paid, closed] = await Promise.allSettled([
        round % 2 ? closing.then(pay) : pay(),
        closing,
        client.call('queryOrder', { paymentNo }, payer),
        client.call('createOrder', { paymentNo }, payer),
      ]);
      const state = paid.status === 'fulfilled' ? 'SUCCESS' : 'CLOSED';
      const paidAfterwards = round % 2 && paid.status === 'fulfilled';
      expect([closed, Boolean(paidAfterwards)]).toMatchObject([{ status: 'fulfilled' }, false]);
      await recorded(client, paymentNo, state);
      await Promise.all([1, 2].map(() => client.post('/_cloud/timers/reconcile', {})));
      expect((await client.orderState(paymentNo, payer)).state).toBe(state);
      expect(await deliveries(client, paymentNo)).toHaveLength(state === 'SUCCESS' ? 1 : 0);
    }
  });

  it('cannot have the goods and the money by asking for both at once', async () => {
    const { client } = running;
    const refundsOf = async (outTradeNo: string) =>
      (await client.documents<{ outTradeNo: string; state: string }>('refunds')).filter(
        (each) => each.outTradeNo === outTradeNo && each.state !== 'REFUSED',
      );
    for (let round = 0; round < 6; round++) {
      const { paymentNo: outTradeNo } = await order(client);
      await client.pay(outTradeNo, payer);
      await recorded(client, outTradeNo, 'SUCCESS');
      const asks = [
        () => client.call('queryOrder', { outTradeNo }, payer),
        () => client.call('requestRefund', { action: 'ask', outTradeNo }, payer),
        () => client.call('requestRefund', { action: 'ask', outTradeNo }, payer),
      ];
      await Promise.all((round % 2 ? asks : asks.reverse()).map((ask) => ask()));
      const goods = await deliveries(client, outTradeNo);
      const money = await refundsOf(outTradeNo);
      expect([goods.length, money.length].sort()).toEqual([0, 1]);
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

it('tells neither a client nor the log a secret, a person, or where the code is', async () => {
  expect(await leaksOf(running, people)).toEqual([]);
});
