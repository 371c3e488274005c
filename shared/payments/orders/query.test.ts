import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { createShop, payer, type Shop, stranger, token } from '../testing/shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { Failure } from '../testing/wechat.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { queryOrder } from './query.ts';
import type { OrderRecord } from './records.ts';

const create = (shop: Shop, name = 'a') =>
  createOrder(shop.ports, payer, { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] });
const combine = (shop: Shop) =>
  createPartnerOrder(shop.ports, payer, {
    requestToken: token('c'),
    items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
  });

describe('queryOrder', () => {
  it('queries WeChat Pay about an unpaid order, and records the answer', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    const { orders } = await queryOrder(shop.ports, payer, { paymentNo });
    expect(orders).toMatchObject([{ state: 'SUCCESS', paidAtMs: Math.floor(shop.nowMs / 1000) * 1000 }]);
  });

  it('does not ask about one payment more often than every two seconds', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    await Promise.all(Array.from({ length: 5 }, () => queryOrder(shop.ports, payer, { paymentNo })));
    shop.nowMs += 1999;
    await queryOrder(shop.ports, payer, { paymentNo });
    expect(shop.wechat.calls.query).toBe(1);
    shop.nowMs += 1;
    await queryOrder(shop.ports, payer, { outTradeNo: paymentNo });
    expect(shop.wechat.calls.query).toBe(2);
  });

  it('does not ask about a paid order', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    await queryOrder(shop.ports, payer, { paymentNo });
    shop.nowMs += 10_000;
    await queryOrder(shop.ports, payer, { paymentNo });
    expect(shop.wechat.calls.query).toBe(1);
  });

  it('answers what is stored when WeChat Pay does not answer', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.interrupt = async () => {
      throw new Failure('lost');
    };
    expect((await queryOrder(shop.ports, payer, { paymentNo })).orders[0]?.state).toBe('NOTPAY');
  });

  it('delivers immediately when the payer views the order, and only once', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    const answers = await Promise.all([1, 2, 3].map(() => queryOrder(shop.ports, payer, { paymentNo })));
    await queryOrder(shop.ports, payer, { paymentNo });
    expect(shop.fulfilments).toHaveLength(1);
    expect(answers.some(({ orders }) => orders[0]?.fulfilment === 'DONE')).toBe(true);
  });

  it('does not make the payer of many orders wait for a function that does not say done', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    for (const { outTradeNo } of orders) shop.wechat.pay(outTradeNo);
    shop.answer = async () => ({ done: false });
    await queryOrder(shop.ports, payer, { paymentNo });
    expect(shop.fulfilments).toHaveLength(1);
  });

  it("does not find someone else's order", async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    await refusal('ORDER_NOT_FOUND', () => queryOrder(shop.ports, stranger, { paymentNo }));
    await refusal('ORDER_NOT_FOUND', () => queryOrder(shop.ports, stranger, { outTradeNo: paymentNo }));
    expect((await queryOrder(shop.ports, stranger, { list: 'mine' })).orders).toEqual([]);
    expect(shop.wechat.calls.query).toBe(0);
  });

  it('does not find an order or a payment that is not there', async () => {
    const shop = createShop();
    await refusal('ORDER_NOT_FOUND', () => queryOrder(shop.ports, payer, { paymentNo: 'none' }));
    await refusal('ORDER_NOT_FOUND', () => queryOrder(shop.ports, payer, { outTradeNo: 'none' }));
  });

  it('shows the order although its delivery fails on our side, and logs that', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    const ports = { ...shop.ports, deliver: () => Promise.reject(new Error('down')) };
    expect((await queryOrder(ports, payer, { paymentNo })).orders).toMatchObject([{ state: 'SUCCESS' }]);
    expect(shop.logged).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'fulfilment.failed_in_view' }),
    );
  });

  it('delivers three orders of a combined payment while the payer waits, after one that is not due, and no more', async () => {
    madeUpRecords();
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    await queryOrder(shop.ports, payer, { paymentNo });
    const part = { ...shop.order(paymentNo), paymentNo: 'combined', combined: true, request: null };
    const { request } = shop.order(paymentNo);
    const newOrders = ['o0', 'o1', 'o2', 'o3', 'o4', 'o5'].map((_id) => ({
      ...part,
      _id,
      fulfilment: 'PENDING',
    }));
    shop.documents.put('orders', ...(newOrders as never[]));
    const combined = { _id: 'combined', openid: payer.openid, account: 'direct', request, newOrders };
    shop.documents.put('combined_payments', combined as never);
    const asked: string[] = [];
    const deliver = async (order: OrderRecord) => {
      if (order._id === 'o0') return order;
      asked.push(order._id);
      return { ...order, fulfilment: 'DONE' } as const;
    };
    const { orders } = await queryOrder({ ...shop.ports, deliver }, payer, { paymentNo: 'combined' });
    expect(asked).toEqual(['o1', 'o2', 'o3']);
    expect(orders.map(({ fulfilment }) => fulfilment)).toEqual([
      'PENDING',
      ...Array(3).fill('DONE'),
      ...Array(2).fill('PENDING'),
    ]);
  });

  it('does not take a broken database for a WeChat Pay that does not answer', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation.startsWith('update')) throw new Error('database down');
    };
    await expect(queryOrder(shop.ports, payer, { paymentNo })).rejects.toThrow('database down');
  });

  it('says that there is another page only if there is, of 20 orders unless another size is asked for', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const order = shop.order(paymentNo);
    const page = () => queryOrder(shop.ports, payer, { list: 'mine' });
    const copies = Array.from({ length: 20 }, (_, index) => ({
      ...order,
      _id: `o${index}`,
      listKey: `0${index}`,
    }));
    shop.documents.put('orders', ...copies.slice(1));
    expect((await page()).orders).toHaveLength(20);
    expect(await page()).not.toHaveProperty('nextCursor');
    shop.documents.put('orders', copies[0]!);
    const { orders, nextCursor } = await page();
    expect(orders).toHaveLength(20);
    expect((await queryOrder(shop.ports, payer, { list: 'mine', cursor: nextCursor })).orders).toHaveLength(
      1,
    );
    expect((await queryOrder(shop.ports, payer, { list: 'mine', limit: 50 })).orders).toHaveLength(21);
  });

  it("pages through the caller's orders, the newest first, without a gap or a repetition", async () => {
    const shop = createShop();
    const made: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      made.unshift((await create(shop, name)).paymentNo);
      shop.nowMs += name === 'b' ? 0 : 1000;
    }
    const seen: string[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 4; pages++) {
      const page = await queryOrder(shop.ports, payer, { list: 'mine', limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.orders.map(({ outTradeNo }) => outTradeNo));
      cursor = page.nextCursor;
      if (!cursor) break;
    }
    expect([...seen].sort()).toEqual([...made].sort());
    expect(seen[0]).toBe(made[0]);
    expect(seen.at(-1)).toBe(made.at(-1));
  });

  it("lists a seller's orders for its owner, and for nobody else", async () => {
    const shop = createShop('ecommerce');
    await combine(shop);
    const { orders } = await queryOrder(shop.ports, { openid: 'oowner-s1' }, { list: 'seller' });
    expect(orders.map(({ sellerId }) => sellerId)).toEqual(['s1']);
    expect(JSON.stringify(orders)).not.toContain('opayer');
    await refusal('NOT_ALLOWED', () => queryOrder(shop.ports, payer, { list: 'seller' }));
  });

  it.each([
    {},
    { list: 'all' },
    { list: 'mine', limit: 0 },
    { list: 'mine', limit: 51 },
    { list: 'mine', cursor: { $gt: '' } },
    { paymentNo: { $ne: null } },
    { paymentNo: 'x', also: 1 },
  ])('refuses %j', async (event) => {
    await refusal('BAD_REQUEST', () => queryOrder(createShop().ports, payer, event));
  });

  it('records each order of a combined payment for itself', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    shop.wechat.pay(orders[0]!.outTradeNo);
    const after = await queryOrder(shop.ports, payer, { paymentNo });
    expect(after.orders.map(({ state }) => state)).toEqual(['SUCCESS', 'NOTPAY']);
    shop.wechat.pay(orders[1]!.outTradeNo);
    shop.nowMs += 3000;
    const { orders: one } = await queryOrder(shop.ports, payer, { outTradeNo: orders[1]!.outTradeNo });
    expect(one.map(({ state }) => state)).toEqual(['SUCCESS']);
  });
});
