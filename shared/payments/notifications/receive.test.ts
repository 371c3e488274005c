import { describe, expect, it } from 'vitest';
import type { AnomalyRecord } from '../orders/anomalies.ts';
import { closeOrder } from '../orders/close.ts';
import { createOrder, createPartnerOrder } from '../orders/create.ts';
import type { Transaction } from '../orders/transaction.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { combinedNotification, paymentNotification, refundNotification } from '../testing/wechat.ts';
import { authorizing } from '../transfers/testing/authorizing.ts';
import { transferRecord } from '../transfers/testing/transferring.ts';
import { type NotificationRecord, receiveNotification } from './receive.ts';

const create = (shop: Shop) =>
  createOrder(shop.ports, payer, { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] });

const receive = (shop: Shop, transaction: Transaction, id = 'n1') =>
  receiveNotification(shop.ports, paymentNotification(transaction, id), shop.wechat.account.kind);

describe('a callback', () => {
  it('records the payment and the outcome of the callback, without anything about the payer', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    expect(await receive(shop, shop.wechat.pay(paymentNo))).toBe(true);
    expect(shop.order(paymentNo)).toMatchObject({
      state: 'SUCCESS',
      fulfilment: 'PENDING',
      checkAfterMs: null,
    });
    const recorded = shop.documents.all<NotificationRecord>('notifications');
    expect(recorded).toMatchObject([{ _id: 'n1', outTradeNos: [paymentNo], outcomes: ['changed'] }]);
    expect(JSON.stringify(recorded)).not.toContain('payer');
  });

  it('changes nothing the second time, and with another id neither', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const transaction = shop.wechat.pay(paymentNo);
    await receive(shop, transaction);
    const before = shop.order(paymentNo);
    const reads: string[] = [];
    shop.documents.interrupt = async (_, operation) => void reads.push(operation);
    expect(await receive(shop, transaction)).toBe(false);
    expect(new Set(reads)).toEqual(new Set(['get notifications']));
    await receive(shop, transaction, 'n2');
    expect(shop.order(paymentNo)).toEqual(before);
  });

  it('is applied once when copies of it race', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const transaction = shop.wechat.pay(paymentNo);
    const news = await Promise.all(Array.from({ length: 6 }, () => receive(shop, transaction)));
    expect(news.filter(Boolean)).toHaveLength(1);
    expect(shop.order(paymentNo).version).toBe(3);
    expect(shop.documents.all('notifications')).toHaveLength(1);
  });

  it('is not acknowledged when it cannot be recorded, and is applied when it comes again', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const transaction = shop.wechat.pay(paymentNo);
    for (const operation of ['get orders', 'update orders', 'insert notifications']) {
      shop.documents.interrupt = async (when, current) => {
        if (when === 'before' && current === operation) throw new Error('down');
      };
      await expect(receive(shop, transaction)).rejects.toThrow('down');
    }
    shop.documents.interrupt = async () => {};
    expect(await receive(shop, transaction)).toBe(true);
    expect(shop.order(paymentNo).state).toBe('SUCCESS');
  });

  it('records money for an order that was closed here', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const transaction = shop.wechat.pay(paymentNo);
    shop.wechat.orders.set(paymentNo, { ...transaction, tradeState: 'NOTPAY' });
    await closeOrder(shop.ports, payer, { paymentNo });
    await receive(shop, transaction);
    expect(shop.order(paymentNo)).toMatchObject({ state: 'SUCCESS', fulfilment: 'PENDING' });
  });

  it.each([
    ['WRONG_MCHID', { mchid: '1900000999' }],
    ['WRONG_APPID', { appid: 'wxother' }],
    ['WRONG_SUB_MCHID', { subMchid: '1900000101' }],
    ['WRONG_AMOUNT', { amountFen: 1 }],
    ['WRONG_CURRENCY', { currency: 'USD' }],
    ['UNKNOWN_ORDER', { outTradeNo: 'f'.repeat(32) }],
  ])('with %s is an anomaly, recorded once and never delivered', async (kind, change) => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const before = shop.order(paymentNo);
    const wrong = { ...shop.wechat.pay(paymentNo), ...change };
    await receive(shop, wrong, 'n1');
    await receive(shop, wrong, 'n2');
    expect(shop.order(paymentNo)).toEqual(before);
    const anomalies = shop.documents.all<AnomalyRecord>('anomalies');
    expect(anomalies).toMatchObject([{ kind, received: { transactionId: wrong.transactionId } }]);
    expect(JSON.stringify(anomalies)).not.toContain('payer');
    expect(shop.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('that names an order of another account is an anomaly', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const transaction = shop.wechat.pay(paymentNo);
    await receiveNotification(shop.ports, paymentNotification(transaction, 'n'), 'partner');
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
    expect(shop.documents.all<AnomalyRecord>('anomalies')[0]?.kind).toBe('WRONG_ACCOUNT');
  });

  it('that came to the path of another account first is still applied when it comes to its own', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const transaction = shop.wechat.pay(paymentNo);
    await receiveNotification(shop.ports, paymentNotification(transaction, 'n1'), 'partner');
    await receive(shop, transaction, 'n1');
    expect(shop.order(paymentNo).state).toBe('SUCCESS');
  });

  it('about a combined payment is applied to each of its orders except a wrong one', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await createPartnerOrder(shop.ports, payer, {
      requestToken: token('c'),
      items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
    });
    const [right, wrong] = orders.map(({ outTradeNo }) => shop.wechat.pay(outTradeNo));
    const notification = combinedNotification(paymentNo, [right!, { ...wrong!, amountFen: 1 }]);
    await receiveNotification(shop.ports, notification, 'ecommerce');
    expect(orders.map(({ outTradeNo }) => shop.order(outTradeNo).state)).toEqual(['SUCCESS', 'NOTPAY']);
    expect(shop.documents.all<AnomalyRecord>('anomalies')[0]?.kind).toBe('WRONG_AMOUNT');
  });

  it('about a combined payment is not acknowledged before each of its orders is recorded', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await createPartnerOrder(shop.ports, payer, {
      requestToken: token('c'),
      items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
    });
    const notification = combinedNotification(
      paymentNo,
      orders.map(({ outTradeNo }) => shop.wechat.pay(outTradeNo)),
    );
    let updates = 0;
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'update orders' && updates++ === 0) throw new Error('down');
    };
    await expect(receiveNotification(shop.ports, notification, 'ecommerce')).rejects.toThrow('down');
    expect(orders.map(({ outTradeNo }) => shop.order(outTradeNo).state).sort()).toEqual([
      'NOTPAY',
      'SUCCESS',
    ]);
    expect(shop.documents.all('notifications')).toEqual([]);
    expect(await receiveNotification(shop.ports, notification, 'ecommerce')).toBe(true);
    expect(orders.map(({ outTradeNo }) => shop.order(outTradeNo).state)).toEqual(['SUCCESS', 'SUCCESS']);
  });

  it('about a refund that arrived needs no further question about the order', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    await receive(shop, shop.wechat.pay(paymentNo));
    await receiveNotification(shop.ports, refundNotification(paymentNo, 'SUCCESS'), 'direct');
    expect(shop.order(paymentNo)).toMatchObject({ state: 'REFUND', checkAfterMs: null });
    const recorded = shop.documents.all<NotificationRecord>('notifications');
    expect(recorded.map(({ outcomes }) => outcomes)).toEqual([['changed'], ['no-news']]);
  });

  it('about a transfer is recorded with its number', async () => {
    const shop = createShop();
    shop.documents.put('transfers', transferRecord({ state: 'ACCEPTED' }));
    const state = { mch_id: '1900000001', out_bill_no: 'B1', transfer_bill_no: '133', state: 'SUCCESS' };
    const resource = { ...state, transfer_amount: 5000, openid: 'oReceiver' };
    const event = { id: 't1', createTime: '', eventType: 'MCHTRANSFER.BILL.FINISHED' };
    await receiveNotification(shop.ports, { ...event, kind: 'transfer', resource } as never, 'direct');
    expect(shop.documents.all('transfers')).toMatchObject([{ state: 'SUCCESS' }]);
    const audit = { outTradeNos: ['B1'], outcomes: ['changed'] };
    expect(shop.documents.all('notifications')).toMatchObject([audit]);
  });

  it('about an authorisation is recorded, with nothing about the person', async () => {
    const { shop, ask, stored } = authorizing();
    await ask();
    const { number, appid, mchid, openid } = stored();
    const resource = { appid, mchid, openid, out_authorization_no: number, state: 'TAKING_EFFECT' };
    const event = { id: 'a1', createTime: '', eventType: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED' };
    const notification = { ...event, kind: 'transfer-authorization', resource } as never;
    await receiveNotification(shop.ports, notification, 'direct');
    expect(stored().state).toBe('TAKING_EFFECT');
    const recorded = shop.documents.all<NotificationRecord>('notifications');
    expect(recorded).toMatchObject([{ outTradeNos: [], outcomes: ['changed'] }]);
    expect(JSON.stringify(recorded)).not.toContain(openid);
  });

  it('about a closed refund makes the timer query the order', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    await receive(shop, shop.wechat.pay(paymentNo));
    await receiveNotification(shop.ports, refundNotification(paymentNo, 'CLOSED'), 'direct');
    expect(shop.order(paymentNo).checkAfterMs).toBe(shop.nowMs);
  });

  it("about a refund through another account's path, or of no order, changes nothing", async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const before = shop.order(paymentNo);
    await receiveNotification(shop.ports, refundNotification(paymentNo, 'SUCCESS', 'r1'), 'partner');
    await receiveNotification(shop.ports, refundNotification('f'.repeat(32), 'SUCCESS', 'r2'), 'direct');
    expect(shop.order(paymentNo)).toEqual(before);
    const recorded = shop.documents.all<NotificationRecord>('notifications');
    expect(recorded.map(({ outcomes }) => outcomes)).toEqual([['UNKNOWN_ORDER'], ['UNKNOWN_ORDER']]);
  });

  it('of another event is kept for the audit', async () => {
    const shop = createShop();
    const other = { id: 'o', createTime: '', eventType: 'X', kind: 'other', resource: {} } as const;
    await receiveNotification(shop.ports, other, 'direct');
    expect(shop.documents.all('notifications')).toMatchObject([{ _id: 'o', eventType: 'X', outcomes: [] }]);
  });
});
