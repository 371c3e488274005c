import { describe, expect, it } from 'vitest';
import { fulfilDue } from '../fulfilment/outbox.ts';
import { closeOrder } from '../orders/close.ts';
import { createOrder, createPartnerOrder } from '../orders/create.ts';
import { recordTransaction } from '../orders/record-transaction.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { gatewayError } from '../testing/wechat.ts';
import { checkDueOrders, hasDueOrders } from './check-orders.ts';

const minuteMs = 60_000;
const accounts = ['direct', 'partner', 'ecommerce'] as const;
const check = (shop: Shop, hasTime = () => true) => checkDueOrders(shop.ports, accounts, hasTime);
const fulfil = (shop: Shop) => fulfilDue(shop.ports, () => true);
const create = async (shop: Shop, name = 'a') => {
  const request = { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] };
  return (await createOrder(shop.ports, payer, request)).paymentNo;
};
const heard = { account: 'direct', source: 'query' } as const;
const paid = async (shop: Shop, name = 'a') => {
  const paymentNo = await create(shop, name);
  await recordTransaction(shop.ports, shop.wechat.pay(paymentNo), heard);
  return paymentNo;
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
      if ((await check(shop)).checked > 0) asked.push(Math.round((shop.nowMs - createdAtMs) / minuteMs));
    }
    expect(asked.slice(0, 6)).toEqual([1, 3, 8, 18, 48, 108]);
    expect(shop.order(paymentNo).state).toBe('CLOSED');
    expect(shop.nowMs - expiresAtMs).toBeLessThanOrEqual(2 * minuteMs);
    expect(asked.length).toBeLessThan(32);
  });

  it('closes at WeChat Pay what is past its end there', async () => {
    const shop = createShop();
    const paymentNo = await create(shop);
    shop.nowMs = shop.order(paymentNo).expiresAtMs + 2 * minuteMs;
    await check(shop);
    expect(shop.wechat.orders.get(paymentNo)?.tradeState).toBe('CLOSED');
    expect(shop.order(paymentNo)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('takes up an order whose acceptance was never heard of', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when) => {
      if (when === 'after') throw gatewayError('unknown', 'CONNECTION_LOST');
    };
    await expect(create(shop)).rejects.toThrow();
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
      throw gatewayError('refused', 'PARAM_ERROR');
    };
    await expect(create(shop)).rejects.toThrow();
    shop.wechat.interrupt = async () => {};
    const [order] = shop.documents.all<{ _id: string; expiresAtMs: number }>('orders');
    shop.nowMs += 2 * minuteMs;
    await check(shop);
    expect(shop.order(order!._id).state).toBe('CREATED');
    shop.nowMs = order!.expiresAtMs + 2 * minuteMs;
    await check(shop);
    expect(shop.order(order!._id)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('closes at WeChat Pay what its payer closed here before WeChat Pay had heard of it', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== 'prepay') return;
      const [order] = shop.documents.all<{ _id: string }>('orders');
      await closeOrder(shop.ports, payer, { paymentNo: order!._id });
    };
    await expect(create(shop)).rejects.toThrow();
    const [no] = [...shop.wechat.orders.keys()];
    expect(shop.wechat.orders.get(no!)?.tradeState).toBe('NOTPAY');
    shop.nowMs += minuteMs;
    await check(shop);
    expect(shop.wechat.orders.get(no!)?.tradeState).toBe('CLOSED');
    expect(shop.order(no!)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('gives each its turn though one always fails, and stops when the time is up', async () => {
    const shop = createShop();
    const bad = await create(shop, 'bad');
    shop.nowMs += 1;
    const good = await create(shop, 'good');
    shop.wechat.pay(good);
    const query = shop.wechat.gateway.query;
    shop.wechat.gateway.query = async (order) => {
      if (order.outTradeNo === bad) throw gatewayError('unknown', 'ANSWER_TIMEOUT');
      return query(order);
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
});

describe('fulfilment', () => {
  it('is called once when it says done, with what was paid', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    expect(await Promise.all([fulfil(shop), fulfil(shop)])).toContain(1);
    shop.nowMs += 99 * minuteMs;
    await fulfil(shop);
    expect(shop.fulfilments).toMatchObject([{ outTradeNo, openid: 'opayer', amountFen: 6800, attempt: 1 }]);
    expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'DONE', fulfilAfterMs: null });
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
    expect(calls).toEqual([0, 30, 90, 210, 510]);
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
  });

  it('is held for a person when the money went back before it was tried', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const refunded = { ...shop.wechat.orders.get(outTradeNo)!, tradeState: 'REFUND' } as const;
    await recordTransaction(shop.ports, refunded, heard);
    await fulfil(shop);
    await fulfil(shop);
    expect(shop.fulfilments).toHaveLength(0);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUNDED_BEFORE_FULFILMENT' }]);
  });

  it('is not held without a person being told, when the instance dies in between', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    const refunded = { ...shop.wechat.orders.get(outTradeNo)!, tradeState: 'REFUND' } as const;
    await recordTransaction(shop.ports, refunded, heard);
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'insert anomalies') throw new Error('down');
    };
    await expect(fulfil(shop)).rejects.toThrow('down');
    shop.documents.interrupt = async () => {};
    await fulfil(shop);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUNDED_BEFORE_FULFILMENT' }]);
    expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'PENDING', fulfilAfterMs: null });
  });

  it('takes the longest waiting first, and leaves the rest to the next run', async () => {
    const shop = createShop();
    const first = await paid(shop, 'a');
    shop.nowMs += 1000;
    await paid(shop, 'b');
    expect(await fulfilDue(shop.ports, () => shop.fulfilments.length === 0)).toBe(1);
    expect(shop.fulfilments).toMatchObject([{ outTradeNo: first }]);
  });
});
