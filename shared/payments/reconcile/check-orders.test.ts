import { setImmediate as nextTick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { closeOrder } from '../orders/close.ts';
import { createOrder, createPartnerOrder } from '../orders/create.ts';
import type { OrderRecord } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { checkDueOrders, hasDueOrders } from './check-orders.ts';

const minuteMs = 60_000;
const accounts = ['direct', 'partner', 'ecommerce'] as const;
const check = (shop: Shop, hasTime = () => true) => checkDueOrders(shop.ports, accounts, hasTime);
const create = async (shop: Shop, name = 'a') => {
  const request = { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] };
  return (await createOrder(shop.ports, payer, request)).paymentNo;
};
describe('checking unpaid orders', () => {
  it('finds a payment whose callback never came', async () => {
    const shop = createShop();
    const paymentNo = await create(shop);
    shop.wechat.pay(paymentNo);
    expect(await check(shop)).toEqual({ checked: 0, failed: 0 });
    shop.nowMs += minuteMs;
    expect(await hasDueOrders(shop.ports, ['direct'])).toBe(true);
    expect(await hasDueOrders(shop.ports, ['partner', 'ecommerce'])).toBe(false);
    expect(await check(shop)).toEqual({ checked: 1, failed: 0 });
    expect(shop.order(paymentNo)).toMatchObject({ state: 'SUCCESS', checkAfterMs: null });
    shop.nowMs += 99 * minuteMs;
    expect(await check(shop)).toEqual({ checked: 0, failed: 0 });
  });

  it('asks less and less often, and once right after the end', async () => {
    const shop = createShop();
    const paymentNo = await create(shop);
    const { expiresAtMs, createdAtMs } = shop.order(paymentNo);
    const asked: number[] = [];
    while (shop.order(paymentNo).checkAfterMs !== null) {
      shop.nowMs += minuteMs;
      expect(shop.nowMs).toBeLessThan(expiresAtMs + 60 * minuteMs);
      if ((await check(shop)).checked > 0) asked.push(Math.round((shop.nowMs - createdAtMs) / minuteMs));
    }
    expect(asked.slice(0, 6)).toEqual([1, 3, 8, 23, 63, 123]);
    expect(shop.order(paymentNo).state).toBe('CLOSED');
    expect(shop.nowMs - expiresAtMs).toBeLessThanOrEqual(2 * minuteMs);
    expect(asked.length).toBeLessThanOrEqual(11);
  });

  it('closes at WeChat Pay what is past its end there', async () => {
    const shop = createShop();
    const paymentNo = await create(shop);
    shop.nowMs = shop.order(paymentNo).expiresAtMs;
    await check(shop);
    expect(shop.wechat.orders.get(paymentNo)?.tradeState).toBe('CLOSED');
    expect(shop.order(paymentNo)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('continues an order whose placement was never answered', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when) => {
      if (when === 'after') throw new Failure('lost');
    };
    await expect(create(shop)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    shop.wechat.interrupt = async () => {};
    const [no] = [...shop.wechat.orders.keys()];
    shop.wechat.pay(no!);
    shop.nowMs += minuteMs;
    await check(shop);
    expect(shop.order(no!).state).toBe('SUCCESS');
  });

  it('closes here an order that WeChat Pay never accepted, but not before its end', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async () => {
      throw new Failure('refused', 'PARAM_ERROR');
    };
    await expect(create(shop)).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
    shop.wechat.interrupt = async () => {};
    const [order] = shop.documents.all<{ _id: string; expiresAtMs: number }>('orders');
    shop.nowMs += 2 * minuteMs;
    await check(shop);
    expect(shop.order(order!._id).state).toBe('CREATED');
    shop.nowMs = order!.expiresAtMs + 2 * minuteMs;
    await check(shop);
    expect(shop.order(order!._id)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('ends no order on an unsigned refusal, not even past its end', async () => {
    const shop = createShop();
    const paymentNo = await create(shop);
    shop.wechat.pay(paymentNo);
    shop.wechat.interrupt = async () => {
      throw new Failure('unsigned', 'ORDER_NOT_EXIST');
    };
    shop.nowMs = shop.order(paymentNo).expiresAtMs + 10 * minuteMs;
    expect(await check(shop)).toEqual({ checked: 1, failed: 1 });
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
    shop.wechat.interrupt = async () => {};
    shop.nowMs += 24 * 60 * minuteMs;
    await check(shop);
    expect(shop.order(paymentNo).state).toBe('SUCCESS');
  });

  it('closes at WeChat Pay what its payer closed here before WeChat Pay knew it', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== 'prepay') return;
      const [order] = shop.documents.all<{ _id: string }>('orders');
      await closeOrder(shop.ports, payer, { paymentNo: order!._id });
    };
    await expect(create(shop)).rejects.toMatchObject({ code: 'ORDER_CLOSED' });
    const [no] = [...shop.wechat.orders.keys()];
    expect(shop.wechat.orders.get(no!)?.tradeState).toBe('NOTPAY');
    shop.nowMs += minuteMs;
    await check(shop);
    expect(shop.wechat.orders.get(no!)?.tradeState).toBe('CLOSED');
    expect(shop.order(no!)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('checks each order though one always fails, and stops when the time is up', async () => {
    const shop = createShop();
    const bad = await create(shop, 'bad');
    shop.nowMs += 1;
    const good = await create(shop, 'good');
    shop.wechat.pay(good);
    shop.wechat.interrupt = async (_when, _operation, outTradeNos) => {
      if (outTradeNos.includes(bad)) throw new Failure('lost');
    };
    shop.nowMs += minuteMs;
    expect(await check(shop, () => false)).toEqual({ checked: 0, failed: 0 });
    expect(await check(shop)).toEqual({ checked: 2, failed: 1 });
    expect(shop.order(good).state).toBe('SUCCESS');
    expect(shop.order(bad).checkAfterMs).toBeGreaterThan(shop.nowMs);
  });

  it('asks once about a combined payment, however many orders it has', async () => {
    const shop = createShop('ecommerce');
    const { orders } = await createPartnerOrder(shop.ports, payer, {
      requestToken: token('c'),
      items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
    });
    for (const { outTradeNo } of orders) shop.wechat.pay(outTradeNo);
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 1, failed: 0 });
    expect(orders.map(({ outTradeNo }) => shop.order(outTradeNo).state)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(shop.wechat.calls.query).toBe(1);
  });

  it('looks again soon after its payer asked to pay once more', async () => {
    const shop = createShop();
    const paymentNo = await create(shop);
    for (let minute = 0; minute < 30; minute++) {
      shop.nowMs += minuteMs;
      await check(shop);
    }
    await createOrder(shop.ports, payer, { paymentNo });
    shop.wechat.pay(paymentNo);
    shop.nowMs += minuteMs;
    await check(shop);
    expect(shop.order(paymentNo).state).toBe('SUCCESS');
  });

  it('asks the longest waiting first', async () => {
    const shop = createShop();
    const first = await create(shop, 'first');
    shop.nowMs += 1000;
    await create(shop, 'second');
    shop.nowMs += minuteMs;
    const asked: string[] = [];
    shop.wechat.interrupt = async (_when, _operation, outTradeNos) => void asked.push(...outTradeNos);
    await check(shop);
    expect(asked[0]).toBe(first);
  });

  it('asks ten at once and no more', async () => {
    const shop = createShop();
    for (const name of 'abcdefghijklmno') await create(shop, name);
    let running = 0;
    let most = 0;
    shop.wechat.interrupt = async (when) => {
      running += when === 'before' ? 1 : -1;
      most = Math.max(most, running);
      await nextTick();
    };
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 15, failed: 0 });
    expect(most).toBe(10);
  });
});

describe('an item that cannot be checked', () => {
  const edit = (shop: Shop, outTradeNo: string, change: (order: Record<string, unknown>) => void) => {
    const order = { ...shop.order(outTradeNo) } as unknown as Record<string, unknown>;
    change(order);
    shop.documents.put('orders', order as unknown as OrderRecord);
  };
  const two = async (shop: Shop) => {
    const bad = await create(shop, 'bad');
    shop.nowMs += 1;
    const good = await create(shop, 'good');
    shop.wechat.pay(bad);
    shop.wechat.pay(good);
    return { bad, good };
  };
  const named = (shop: Shop, _id: string) =>
    shop.logged.some(({ level, fields }) => level === 'error' && fields._id === _id);

  it.each([
    ['a warning', 'WeChat Pay does not answer', new Failure('lost'), 'warn'],
    ['an error', 'WeChat Pay refuses the question', new Failure('refused', 'PARAM_ERROR'), 'error'],
  ])('is %s in the log when %s', async (_, __, failure, level) => {
    const shop = createShop();
    const paymentNo = await create(shop);
    shop.wechat.interrupt = async () => {
      throw failure;
    };
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 1, failed: 1 });
    expect(shop.logged.filter(({ event }) => event === 'reconcile.check_failed')).toMatchObject([
      { level, fields: { _id: paymentNo, paymentNo } },
    ]);
  });

  it('gets its version again when somebody removed it by hand', async () => {
    const shop = createShop();
    const { bad, good } = await two(shop);
    edit(shop, bad, (order) => void delete order.version);
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 2, failed: 0 });
    expect(shop.order(good).state).toBe('SUCCESS');
    expect(shop.order(bad)).toMatchObject({ state: 'SUCCESS', version: 2 });
  });

  it('is logged as an error, counts as checked, and delays no other: its payment is not stored', async () => {
    const shop = createShop();
    const { bad, good } = await two(shop);
    edit(shop, bad, (order) => Object.assign(order, { request: null, paymentNo: 'gone' }));
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 2, failed: 1 });
    expect(shop.order(good).state).toBe('SUCCESS');
    expect(shop.order(bad).checkAfterMs).toBeGreaterThan(shop.nowMs);
    expect(named(shop, bad)).toBe(true);
    expect(shop.logged.some(({ fields }) => /gone is not stored/.test(String(fields.error)))).toBe(true);
  });

  it('is logged as an error, counts as checked, and delays no other: it cannot be claimed', async () => {
    const shop = createShop();
    const { bad, good } = await two(shop);
    const update = shop.documents.update;
    shop.documents.update = (collection, id, where, set) =>
      id === bad && 'version' in set
        ? Promise.reject(new Error('broken'))
        : update(collection, id, where, set);
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 1, failed: 0 });
    expect(shop.order(good).state).toBe('SUCCESS');
    expect(shop.order(bad).checkAfterMs).toBe(shop.nowMs + 10 * minuteMs);
    expect(named(shop, bad)).toBe(true);
  });

  it('is logged as an error, counts as checked, and delays no other: there is no collection for anomalies', async () => {
    const shop = createShop();
    const { bad, good } = await two(shop);
    shop.wechat.orders.set(bad, { ...shop.wechat.orders.get(bad)!, amountFen: 1 });
    const missing = 'insert into anomalies: DATABASE_COLLECTION_NOT_EXIST. The collection does not exist';
    shop.documents.interrupt = async (_when, operation) => {
      if (operation === 'insert anomalies') throw new Error(missing);
    };
    shop.nowMs += minuteMs;
    expect(await check(shop)).toEqual({ checked: 2, failed: 1 });
    expect(shop.order(good).state).toBe('SUCCESS');
    expect(named(shop, bad)).toBe(true);
    expect(shop.logged.some(({ fields }) => String(fields.error).includes(missing))).toBe(true);
  });

  it('does not keep the other orders of its combined payment from being recorded', async () => {
    const shop = createShop('ecommerce');
    const { orders } = await createPartnerOrder(shop.ports, payer, {
      requestToken: token('c'),
      items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
    });
    const [wrong, right] = orders.map(({ outTradeNo }) => outTradeNo) as [string, string];
    for (const outTradeNo of [wrong, right]) shop.wechat.pay(outTradeNo);
    shop.wechat.orders.set(wrong, { ...shop.wechat.orders.get(wrong)!, amountFen: 1 });
    shop.documents.interrupt = async (_when, operation) => {
      if (operation === 'insert anomalies') throw new Error('no such collection');
    };
    shop.nowMs += minuteMs;
    expect((await check(shop)).failed).toBe(1);
    expect(shop.order(right).state).toBe('SUCCESS');
  });
});

describe('an account that was configured anew under open orders', () => {
  it.each([
    ['mchid', { mchid: '1900000099' }],
    ['appid', { appid: 'wxfedcba9876543210' }],
  ])('is never asked about an order of another %s: a person is notified', async (_, change) => {
    const shop = createShop();
    const paymentNo = await create(shop);
    shop.wechat.pay(paymentNo);
    Object.assign(shop.wechat.account, change);
    const { query, close } = shop.wechat.calls;
    for (let minutes = 0; minutes < 30 * 60; minutes += 10) {
      shop.nowMs += 10 * minuteMs;
      await check(shop);
    }
    expect(shop.wechat.calls).toMatchObject({ query, close });
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'ACCOUNT_CHANGED', received: change }]);
    expect(shop.logged).toContainEqual(expect.objectContaining({ level: 'error', event: 'order.anomaly' }));
    await refusal('CONFIG_INVALID', () => closeOrder(shop.ports, payer, { paymentNo }));
  });

  it('is reported when it is gone: the function with the provider key cannot ask for a direct account', async () => {
    const shop = createShop();
    await create(shop);
    const asked: string[] = [];
    const ask = async (paymentNo: string) => void asked.push(paymentNo);
    const providerRpc = { refresh: ask, close: ask, reconcile: async () => {} };
    const ports = { ...shop.ports, accounts: { find: () => undefined }, providerRpc };
    shop.nowMs += minuteMs;
    expect(await checkDueOrders(ports, ['direct'], () => true)).toEqual({ checked: 1, failed: 1 });
    expect(asked).toEqual([]);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'ACCOUNT_CHANGED' }]);
  });

  it('is reported when it is gone, or of another kind', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo } = await createPartnerOrder(shop.ports, payer, {
      requestToken: token('c'),
      items: [{ productId: 'bread', quantity: 1 }],
    });
    const ports = { ...shop.ports, accounts: { find: () => undefined } };
    shop.nowMs += minuteMs;
    expect(await checkDueOrders(ports, ['partner', 'ecommerce'], () => true)).toEqual({
      checked: 1,
      failed: 1,
    });
    expect(shop.order(paymentNo).checkAfterMs).toBeGreaterThan(shop.nowMs);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'ACCOUNT_CHANGED' }]);
  });
});
