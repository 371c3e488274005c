import { setImmediate as nextTick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createOrder } from '../orders/create.ts';
import { recordTransaction } from '../orders/record-transaction.ts';
import type { OrderRecord } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { fulfilDue, fulfilOnce, isDone } from './outbox.ts';

const minuteMs = 60_000;
const fulfil = (shop: Shop) => fulfilDue(shop.ports, () => true);
const paid = async (shop: Shop, name = 'a') => {
  const request = { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, request);
  await recordTransaction(shop.ports, shop.wechat.pay(paymentNo), { account: 'direct', source: 'callback' });
  return paymentNo;
};

describe('fulfilment', () => {
  it('is called once when it says done, with what was paid', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    expect(await Promise.all([fulfil(shop), fulfil(shop)])).toContain(1);
    shop.nowMs += 99 * minuteMs;
    await fulfil(shop);
    const { transactionId, paidAtMs, items } = shop.order(outTradeNo);
    const paidFor = { transactionId, paidAtMs, items, openid: 'opayer', sellerId: null, amountFen: 6800 };
    expect(shop.fulfilments).toEqual([
      { ...paidFor, outTradeNo, paymentNo: outTradeNo, refundedFen: 0, attempt: 1 },
    ]);
    expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'DONE', fulfilAfterMs: null });
    expect(shop.logged.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('takes the answer of a function that answers a Result', async () => {
    const shop = createShop();
    shop.answer = async () => ({ ok: true, data: { done: true } });
    await paid(shop);
    expect(await fulfil(shop)).toBe(1);
  });

  it.each([
    ['an error', () => Promise.reject(new Error('no'))],
    ['nothing', async () => undefined],
    ['not done', async () => ({ done: false })],
    ['done as a word', async () => ({ done: 'true' })],
    ['a refusal', async () => ({ ok: false, error: { code: 'INTERNAL' } })],
    ['a refusal with data', async () => ({ ok: false, data: { done: true } })],
    ['a refusal that says done', async () => ({ ok: false, done: true })],
    ['an error that is no Error', () => Promise.reject('UNAVAILABLE')],
    ['a rejection without a reason', () => Promise.reject()],
  ])('is tried again, later and later, after %s', async (_, answer) => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.answer = answer;
    const calls: number[] = [];
    for (let second = 0; second < 600; second += 10) {
      await fulfil(shop);
      if (shop.fulfilments.length > calls.length) calls.push(second);
      shop.nowMs += 10_000;
    }
    expect(calls).toEqual([0, 60, 120, 240, 540]);
    expect(shop.logged.filter(({ level }) => level === 'error')).toEqual([]);
    shop.answer = async () => ({ done: true });
    shop.nowMs += 60 * minuteMs;
    expect(await fulfil(shop)).toBe(1);
    expect(shop.order(outTradeNo).fulfilment).toBe('DONE');
  });

  it('stays pending, and says what to set, while no function is configured', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    expect(await fulfilDue({ ...shop.ports, fulfilmentFunction: undefined }, () => true)).toBe(0);
    expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'PENDING', fulfilAttempts: 0 });
    expect(shop.logged.at(-1)).toMatchObject({ level: 'warn', event: 'fulfilment.not_configured' });
    expect(await fulfil(shop)).toBe(1);
    shop.logged.length = 0;
    expect(await fulfilDue({ ...shop.ports, fulfilmentFunction: undefined }, () => true)).toBe(0);
    expect(shop.logged).toEqual([]);
  });

  it('takes the longest waiting first, and leaves the rest to the next run', async () => {
    const shop = createShop();
    const first = await paid(shop, 'a');
    shop.nowMs += 1000;
    await paid(shop, 'b');
    const ports = { ...shop.ports, policy: { ...shop.ports.policy, fulfilmentConcurrency: 1 } };
    expect(await fulfilDue(ports, () => shop.fulfilments.length === 0)).toBe(1);
    expect(shop.fulfilments).toMatchObject([{ outTradeNo: first }]);
  });

  it('delivers several at once, and never more than the policy allows', async () => {
    const shop = createShop();
    for (let index = 0; index < 12; index++) await paid(shop, `n${index}-`);
    let running = 0;
    let most = 0;
    shop.answer = async () => {
      most = Math.max(most, ++running);
      await nextTick();
      running--;
      return { done: true };
    };
    expect(await fulfil(shop)).toBe(12);
    expect(most).toBe(5);
  });

  it('leaves a function that does not answer in time for the rest of the run, and goes on in the next', async () => {
    const shop = createShop();
    for (let index = 0; index < 30; index++) await paid(shop, `n${index}-`);
    shop.answer = () => Promise.reject(Object.assign(new Error('no answer'), { code: 'UNAVAILABLE' }));
    await fulfil(shop);
    expect(shop.fulfilments).toHaveLength(5);
    const oneByOne = { ...shop.ports, policy: { ...shop.ports.policy, fulfilmentConcurrency: 1 } };
    await fulfilDue(oneByOne, () => true);
    expect(shop.fulfilments).toHaveLength(7);
    await fulfil(shop);
    expect(new Set(shop.fulfilments.map(({ outTradeNo }) => outTradeNo)).size).toBe(12);
    shop.answer = () => Promise.reject(Object.assign(new Error('no'), { code: 'FUNCTION_FAILED' }));
    await fulfil(shop);
    expect(shop.fulfilments).toHaveLength(30);
  });

  it('goes on after an order that cannot even take its turn, names it, and tries it again later', async () => {
    const shop = createShop();
    const [bad, good] = [await paid(shop, 'bad'), await paid(shop, 'good')];
    const update = shop.documents.update;
    shop.documents.update = (collection, id, where, set) =>
      id === bad && 'version' in set
        ? Promise.reject(new Error('broken'))
        : update(collection, id, where, set);
    expect(await fulfil(shop)).toBe(1);
    expect(shop.order(good).fulfilment).toBe('DONE');
    expect(shop.logged).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ _id: bad }) }),
    );
    expect(shop.order(bad)).toMatchObject({ fulfilment: 'PENDING' });
    expect(shop.order(bad).fulfilAfterMs).toBe(shop.nowMs + 10 * minuteMs);
    shop.documents.update = update;
    shop.nowMs += 60 * minuteMs;
    expect(await fulfil(shop)).toBe(1);
  });

  it('is not attempted once more for an order that became done since it was read', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const stale = shop.order(outTradeNo);
    await fulfil(shop);
    // Not even when the document was edited by hand and still has a due time.
    const edited: OrderRecord = { ...shop.order(outTradeNo), fulfilAfterMs: shop.nowMs };
    shop.documents.put('orders', edited);
    expect(await fulfilOnce(shop.ports, stale)).toMatchObject({ fulfilment: 'DONE', fulfilAttempts: 1 });
    expect(shop.fulfilments).toHaveLength(1);
  });

  it('keeps the time of the first that finished, when two deliver at once', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const fulfilledAtMs = shop.nowMs - 1;
    shop.answer = async () => {
      const order = shop.order(outTradeNo);
      const done = { fulfilment: 'DONE', fulfilAfterMs: null, fulfilledAtMs, version: order.version + 1 };
      shop.documents.put('orders', { ...order, ...done });
      return { done: true };
    };
    await fulfil(shop);
    expect(shop.order(outTradeNo).fulfilledAtMs).toBe(fulfilledAtMs);
  });

  it.each([
    ['ends with their shipment, for goods without a courier', true, 'virtual', true],
    ['leaves the shipment to the shop, for goods with a courier', true, 'express', false],
    ['ends without a shipment, where shipments are not reported', false, 'virtual', false],
  ] as const)('%s', async (_, ships, way, shipped) => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const order = shop.order(outTradeNo);
    const items = order.items.map((item) => ({ ...item, logistics: way }));
    shop.documents.put('orders', { ...order, items } as never);
    await fulfilDue({ ...shop.ports, ships }, () => true);
    const { fulfilment, shipAfterMs } = shop.order(outTradeNo);
    expect({ fulfilment, shipAfterMs }).toEqual({
      fulfilment: 'DONE',
      shipAfterMs: shipped ? shop.nowMs : undefined,
    });
  });

  it('is attempted once for a payer who looks, and after that by the timer alone', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.answer = async () => ({ done: false });
    await fulfilOnce(shop.ports, shop.order(outTradeNo));
    shop.nowMs += minuteMs;
    const order = shop.order(outTradeNo);
    expect(await fulfilOnce(shop.ports, order)).toBe(order);
    expect(shop.fulfilments).toHaveLength(1);
  });

  it('leaves alone what is not to be delivered, or not yet', async () => {
    const shop = createShop();
    const items = [{ productId: 'tea', quantity: 1 }];
    const { paymentNo } = await createOrder(shop.ports, payer, { requestToken: token('b'), items });
    const outTradeNo = await paid(shop);
    for (const change of [{ fulfilAfterMs: null }, { fulfilAfterMs: shop.nowMs + 1 }]) {
      shop.documents.put('orders', { ...shop.order(outTradeNo), ...change });
      for (const order of [shop.order(outTradeNo), shop.order(paymentNo)]) {
        expect(await fulfilOnce(shop.ports, order)).toEqual(order);
      }
    }
    expect(shop.fulfilments).toEqual([]);
    expect(shop.documents.all('anomalies')).toEqual([]);
  });
});

describe('before goods are delivered', () => {
  /** How often WeChat Pay is asked when the payment was confirmed this long ago. */
  const queriesAfter = async (ageMs: number) => {
    const shop = createShop();
    const order = { ...shop.order(await paid(shop)), confirmedAtMs: shop.nowMs - ageMs };
    shop.documents.put('orders', order);
    expect(await fulfil(shop)).toBe(1);
    return shop.wechat.calls.query;
  };

  it('asks WeChat Pay when the payment was confirmed more than two minutes ago', async () => {
    expect(await queriesAfter(2 * minuteMs)).toBe(0);
    expect(await queriesAfter(2 * minuteMs + 1)).toBe(1);
  });

  it('asks WeChat Pay about a paid order, whatever an operator decided earlier', async () => {
    const shop = createShop();
    const order: OrderRecord = {
      ...shop.order(await paid(shop)),
      confirmedAtMs: 0,
      releasedAtRefundedFen: 0,
    };
    shop.documents.put('orders', order);
    expect(await fulfil(shop)).toBe(1);
    expect(shop.wechat.calls.query).toBe(1);
  });

  it('asks WeChat Pay about an order from the time before confirmations were noted', async () => {
    const shop = createShop();
    const { confirmedAtMs: _, refundReportedAtMs: __, ...old } = shop.order(await paid(shop));
    shop.documents.put('orders', old);
    expect(await fulfil(shop)).toBe(1);
    expect(shop.wechat.calls.query).toBe(1);
  });

  it('waits while WeChat Pay does not confirm it, for a payer who looks too', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.nowMs += 3 * minuteMs;
    shop.wechat.interrupt = async () => {
      throw new Failure('lost');
    };
    const order = await fulfilOnce(shop.ports, shop.order(outTradeNo));
    expect(order).toMatchObject({ fulfilment: 'PENDING', fulfilAttempts: 1 });
    expect(shop.fulfilments).toEqual([]);
  });

  /** Whether it is delivered when the provider's instance writes down this confirmation. */
  const deliveredAfter = async (confirmation: (beforeMs: number) => Partial<OrderRecord>) => {
    const shop = createShop();
    const order = shop.order(await paid(shop));
    const confirmedAtMs = shop.nowMs - 10 * minuteMs;
    const put = (change: Partial<OrderRecord>) =>
      shop.documents.put('orders', { ...shop.order(order._id), ...change } as OrderRecord);
    put({ account: 'partner', confirmedAtMs });
    const refresh = async () => put(confirmation(confirmedAtMs));
    const providerRpc = { refresh, close: refresh, reconcile: async () => {} };
    const accounts = { ...shop.ports.accounts, find: () => undefined };
    return (await fulfilDue({ ...shop.ports, accounts, providerRpc }, () => true)) === 1;
  };

  it('delivers what was just confirmed to an instance whose clock is minutes behind', async () => {
    expect(await deliveredAfter((beforeMs) => ({ confirmedAtMs: beforeMs + 1 }))).toBe(true);
    expect(await deliveredAfter(() => ({ confirmedAtMs: 1 }))).toBe(false);
  });

  it('waits when the provider has confirmed nothing anew', async () => {
    expect(await deliveredAfter(() => ({}))).toBe(false);
  });

  it('waits, and warns, when a refund was reported in the very millisecond of the confirmation', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const order: OrderRecord = { ...shop.order(outTradeNo), refundReportedAtMs: shop.nowMs };
    shop.documents.put('orders', order);
    expect(await fulfil(shop)).toBe(0);
    expect(shop.wechat.calls.query).toBe(1);
    expect(shop.fulfilments).toEqual([]);
    expect(shop.order(outTradeNo)).toMatchObject({ state: 'SUCCESS', fulfilment: 'PENDING' });
    expect(shop.logged.at(-1)).toMatchObject({ level: 'warn', event: 'fulfilment.not_confirmed' });
    shop.nowMs += minuteMs;
    expect(await fulfil(shop)).toBe(1);
  });

  it('waits, and warns, when the combined payment of an order is missing in the database', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const { request: _, ...part } = shop.order(outTradeNo);
    shop.documents.put('orders', { ...part, paymentNo: 'lost', request: null, confirmedAtMs: 0 } as never);
    expect(await fulfil(shop)).toBe(0);
    expect(shop.fulfilments).toEqual([]);
    expect(shop.logged.filter(({ level }) => level !== 'info')).toMatchObject([
      { level: 'warn', event: 'fulfilment.not_confirmed', fields: { outTradeNo } },
    ]);
  });

  it('does not take a broken database for an answer of WeChat Pay', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.nowMs += 3 * minuteMs;
    shop.wechat.interrupt = async () => {
      shop.documents.interrupt = () => Promise.reject(new Error('database down'));
    };
    await expect(fulfilOnce(shop.ports, shop.order(outTradeNo))).rejects.toThrow('database down');
  });
});

it.each([
  [{ done: true }, true],
  [{ ok: true, data: { done: true } }, true],
  [{ ok: true, done: true }, true],
  [{ ok: true, data: { done: false } }, false],
  [{ ok: true, data: null }, false],
  [{ ok: true }, false],
  [{ data: { done: true } }, false],
  [null, false],
  ['done', false],
])('takes %j for done: %s', (answer, done) => {
  expect(isDone(answer)).toBe(done);
});
