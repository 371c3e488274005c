import { describe, expect, it } from 'vitest';
import { receiveNotification } from '../notifications/receive.ts';
import { createOrder } from '../orders/create.ts';
import { queryOrder } from '../orders/query.ts';
import { recordTransaction } from '../orders/record-transaction.ts';
import type { OrderRecord } from '../orders/records.ts';
import { checkDueOrders } from '../reconcile/check-orders.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { Failure, refundNotification } from '../testing/wechat.ts';
import { fulfilDue } from './outbox.ts';

const minuteMs = 60_000;
const fulfil = (shop: Shop) => fulfilDue(shop.ports, () => true);
const check = (shop: Shop) => checkDueOrders(shop.ports, ['direct'], () => true);
const order = async (shop: Shop) => {
  const request = { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] };
  return (await createOrder(shop.ports, payer, request)).paymentNo;
};
const paid = async (shop: Shop) => {
  const paymentNo = await order(shop);
  await recordTransaction(shop.ports, shop.wechat.pay(paymentNo), { account: 'direct', source: 'callback' });
  return paymentNo;
};
const refundCallback = (shop: Shop, outTradeNo: string, status: 'SUCCESS' | 'CLOSED' = 'SUCCESS') =>
  receiveNotification(shop.ports, refundNotification(outTradeNo, status), 'direct');
const expectHeld = (shop: Shop, outTradeNo: string) => {
  expect(shop.fulfilments).toHaveLength(0);
  expect(shop.order(outTradeNo)).toMatchObject({ state: 'REFUND', fulfilment: 'HELD', fulfilAfterMs: null });
  expect(shop.documents.all('anomalies')).toMatchObject([
    { kind: 'REFUNDED_BEFORE_FULFILMENT', outTradeNo, source: 'query' },
  ]);
};

describe('an order that was refunded before its delivery', () => {
  it('is held when the callback of the refund comes before the delivery', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.wechat.refund(outTradeNo);
    await refundCallback(shop, outTradeNo);
    await fulfil(shop);
    expectHeld(shop, outTradeNo);
  });

  it('is held when its payer looks at it', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.wechat.refund(outTradeNo);
    await refundCallback(shop, outTradeNo);
    const { orders } = await queryOrder(shop.ports, payer, { outTradeNo });
    expect(orders).toMatchObject([{ state: 'REFUND', fulfilment: 'HELD' }]);
    expectHeld(shop, outTradeNo);
  });

  it('is held when the callback of its payment comes after that of its refund', async () => {
    const shop = createShop();
    const outTradeNo = await order(shop);
    const payment = shop.wechat.pay(outTradeNo);
    shop.wechat.refund(outTradeNo);
    await refundCallback(shop, outTradeNo);
    await recordTransaction(shop.ports, payment, { account: 'direct', source: 'callback' });
    await fulfil(shop);
    expectHeld(shop, outTradeNo);
  });

  it('is still queried when the callback of its payment comes after that of its refund', async () => {
    const shop = createShop();
    const outTradeNo = await order(shop);
    const payment = shop.wechat.pay(outTradeNo);
    shop.wechat.refund(outTradeNo);
    await refundCallback(shop, outTradeNo);
    await recordTransaction(shop.ports, payment, { account: 'direct', source: 'callback' });
    expect(await check(shop)).toEqual({ checked: 1, failed: 0 });
    expect(shop.order(outTradeNo)).toMatchObject({ state: 'REFUND', checkAfterMs: null });
  });

  it('is held by the timer when the callback of its payment never came', async () => {
    const shop = createShop();
    const outTradeNo = await order(shop);
    shop.wechat.pay(outTradeNo);
    shop.wechat.refund(outTradeNo);
    shop.nowMs += minuteMs;
    await check(shop);
    await fulfil(shop);
    expectHeld(shop, outTradeNo);
  });

  it('is held when it was refunded in the merchant platform, without a callback, while delivery was down', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.answer = () => Promise.reject(new Error('down'));
    await fulfil(shop);
    shop.fulfilments.length = 0;
    shop.wechat.refund(outTradeNo);
    shop.nowMs += 10 * minuteMs;
    shop.answer = async () => ({ done: true });
    await fulfil(shop);
    expectHeld(shop, outTradeNo);
  });

  it('is held when the callback of its payment came hours late', async () => {
    const shop = createShop();
    const outTradeNo = await order(shop);
    const payment = shop.wechat.pay(outTradeNo);
    shop.wechat.refund(outTradeNo);
    shop.nowMs += 300 * minuteMs;
    await recordTransaction(shop.ports, payment, { account: 'direct', source: 'callback' });
    await fulfil(shop);
    expectHeld(shop, outTradeNo);
  });

  it('is held by a run that read it before the refund was recorded', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.wechat.refund(outTradeNo);
    const refunded = shop.wechat.orders.get(outTradeNo)!;
    let recorded = false;
    shop.documents.interrupt = async (when, operation) => {
      if (recorded || when !== 'before' || operation !== 'update orders') return;
      recorded = true;
      await recordTransaction(shop.ports, refunded, { account: 'direct', source: 'query' });
    };
    await fulfil(shop);
    expect(recorded).toBe(true);
    expectHeld(shop, outTradeNo);
  });

  it('stays pending until WeChat Pay has answered, and is delivered when the payment stands', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    await refundCallback(shop, outTradeNo, 'CLOSED');
    shop.wechat.interrupt = async () => {
      throw new Failure('lost');
    };
    await fulfil(shop);
    expect(shop.fulfilments).toHaveLength(0);
    expect(shop.order(outTradeNo).fulfilment).toBe('PENDING');
    shop.wechat.interrupt = async () => {};
    shop.nowMs += minuteMs;
    expect(await fulfil(shop)).toBe(1);
  });

  it('is reported before it is held, so that an instance that dies in between leaves it to the next run', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.wechat.refund(outTradeNo);
    await refundCallback(shop, outTradeNo);
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'insert anomalies') throw new Error('down');
    };
    await fulfil(shop);
    expect(shop.order(outTradeNo).fulfilment).toBe('PENDING');
    expect(shop.logged).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ _id: outTradeNo }) }),
    );
    shop.documents.interrupt = async () => {};
    shop.nowMs += 10 * minuteMs;
    await fulfil(shop);
    expectHeld(shop, outTradeNo);
  });

  it('is held without a fulfilment function too', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    shop.wechat.refund(outTradeNo);
    await recordTransaction(shop.ports, shop.wechat.orders.get(outTradeNo)!, {
      account: 'direct',
      source: 'query',
    });
    await fulfilDue({ ...shop.ports, fulfilmentFunction: undefined }, () => true);
    expectHeld(shop, outTradeNo);
  });

  it('is not changed once it was delivered', async () => {
    const shop = createShop();
    const outTradeNo = await paid(shop);
    await fulfil(shop);
    shop.wechat.refund(outTradeNo);
    await refundCallback(shop, outTradeNo);
    await check(shop);
    await fulfil(shop);
    expect(shop.order(outTradeNo)).toMatchObject({ state: 'REFUND', fulfilment: 'DONE' });
    expect(shop.documents.all('anomalies')).toEqual([]);
  });
});

describe('an order whose rest an operator released for delivery', () => {
  const released = async (shop: Shop, atRefundedFen: number) => {
    madeUpRecords();
    const outTradeNo = await paid(shop);
    const refunds = [{ outRefundNo: 'R1', amountFen: 800, sendAfterMs: 0 }];
    const changes = { state: 'REFUND', refunds, releasedAtRefundedFen: atRefundedFen } as const;
    shop.documents.put('orders', { ...shop.order(outTradeNo), ...changes });
    return outTradeNo;
  };

  it('is delivered, with what was refunded, and without a question to WeChat Pay', async () => {
    const shop = createShop();
    const outTradeNo = await released(shop, 800);
    shop.nowMs += 9 * minuteMs;
    expect(await fulfil(shop)).toBe(1);
    expect(shop.fulfilments).toMatchObject([{ outTradeNo, amountFen: 6800, refundedFen: 800 }]);
    expect(shop.wechat.calls.query).toBe(0);
    expect(shop.documents.all('anomalies')).toEqual([]);
  });

  it('is held again when more was refunded since', async () => {
    const shop = createShop();
    const outTradeNo = await released(shop, 500);
    expect(await fulfil(shop)).toBe(0);
    expectHeld(shop, outTradeNo);
  });

  it.each([
    ['was released', { fulfilment: 'PENDING', releasedAtRefundedFen: 800 }],
    ['was delivered', { fulfilment: 'DONE', fulfilAfterMs: null }],
  ] as const)('is not held by a run that read it before it %s', async (_, change) => {
    const shop = createShop();
    const outTradeNo = await released(shop, 500);
    let changed = false;
    shop.documents.interrupt = async (when, operation) => {
      if (changed || when !== 'before' || operation !== 'update orders') return;
      changed = true;
      const known = shop.order(outTradeNo);
      const order: OrderRecord = { ...known, ...change, version: known.version + 1 };
      shop.documents.put('orders', order);
    };
    await fulfil(shop);
    expect(shop.order(outTradeNo)).toMatchObject(change);
  });
});
