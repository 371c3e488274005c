import { afterEach, describe, expect, it } from 'vitest';
import { recordMovement } from '../../shared/payments/ledger/ledger.ts';
import { type OrderRecord, ordersCollection } from '../../shared/payments/orders/records.ts';
import { shipByItself } from '../../shared/payments/shipping/automatic.ts';
import { logisticsOf } from '../../shared/payments/shipping/logistics.ts';
import { type ShipmentRecord, shipmentsCollection } from '../../shared/payments/shipping/records.ts';
import { shipOrder } from '../../shared/payments/shipping/ship-order.ts';
import { workOnDueShipments } from '../../shared/payments/shipping/work.ts';
/** Combined payments, goods without a courier, the message to the payer. */
import { madeUpRecords } from '../../shared/payments/testing/watched-money.ts';
import { type ShippingShop, shippingShop } from './shipping-shop.ts';

let shop: ShippingShop;
afterEach(() => shop?.close());

const parcel = (trackingNo: string) => ({ company: 'ZTO', trackingNo, itemDesc: '龙井' });
const ship = async (outTradeNo: string, more: object = {}) => {
  const event = { action: 'ship', outTradeNo, logistics: 'express', parcels: [parcel('A1')], ...more };
  return (await shipOrder(shop.shipping, 'oOperator', event)).shipment;
};
const there = async (outTradeNo: string) => {
  const { json } = await shop.sandbox.control('GET', '/shipping');
  return json.orders.find((each: { merchant_trade_no: string }) => each.merchant_trade_no === outTradeNo);
};
const uploads = () => shop.calls.filter(({ path }) => path === 'upload_shipping_info');

describe('an order that is part of a combined payment', () => {
  it('is shipped by its seller, without the others', async () => {
    shop = await shippingShop('ecommerce');
    const [first, second] = await combinedOrders();
    expect(await ship(first!._id)).toMatchObject({ state: 'SHIPPED' });
    expect(await there(first!._id)).toMatchObject({ order_state: 2 });
    expect(await there(second!._id)).toBeUndefined();
    const combined = shop.calls.filter(({ path }) => path === 'upload_combined_shipping_info');
    expect(combined).toMatchObject([{ body: { sub_orders: [{ order_key: { out_trade_no: first!._id } }] } }]);
    expect(await ship(second!._id)).toMatchObject({ state: 'SHIPPED' });
    expect(await there(second!._id)).toMatchObject({ order_state: 2 });
  });
});

/** Of two sellers of the platform, paid in one go. */
async function combinedOrders(): Promise<OrderRecord[]> {
  const { account, sandbox } = shop;
  const { subMerchants } = sandbox.credentials.ecommerce;
  const paymentNo = sandbox.no();
  const orders = subMerchants.map(({ subMchid }) => ({ subMchid, outTradeNo: sandbox.no() }));
  await account.client.request('POST /v3/combine-transactions/jsapi', {
    combine_appid: account.appid,
    combine_mchid: account.mchid,
    combine_out_trade_no: paymentNo,
    notify_url: 'https://shop.example/notify',
    combine_payer_info: { openid: 'oPayer' },
    sub_orders: orders.map(({ subMchid, outTradeNo }) => ({
      mchid: account.mchid,
      sub_mchid: subMchid,
      attach: 'a',
      amount: { total_amount: 100, currency: 'CNY' },
      out_trade_no: outTradeNo,
      description: '沙箱商品',
    })),
  });
  const { json } = await sandbox.control('POST', `/orders/${paymentNo}/pay`, {});
  const template = await shop.paidOrder(100);
  const records = orders.map(({ subMchid, outTradeNo }, index): OrderRecord => {
    const { transactionId } = json.order.orders[index];
    const record = { ...template, _id: outTradeNo, paymentNo, combined: true, subMchid, transactionId };
    shop.documents.put(ordersCollection, record);
    return record;
  });
  for (const order of records) {
    const { _id: outTradeNo, transactionId, amountFen } = order;
    const movement = {
      kind: 'PAYMENT',
      amountFen,
      reference: transactionId!,
      atMs: order.paidAtMs!,
    } as const;
    await recordMovement(shop.documents, { ...order, outTradeNo }, movement);
  }
  return records;
}

describe('goods without a courier', () => {
  const line = (logistics: 'virtual' | 'pickup' | 'express') => ({
    productId: 'p',
    title: '茶',
    quantity: 1,
    unitAmountFen: 100,
    amountFen: 100,
    logistics,
  });

  it('are shipped once their turn has come, and once only', async () => {
    shop = await shippingShop();
    const shipAfterMs = shop.sandbox.clock.now();
    const order = await shop.paidOrder(100, { items: [line('virtual')], shipAfterMs });
    const pickup = await shop.paidOrder(100, { items: [line('pickup'), line('virtual')], shipAfterMs });
    expect(await shipByItself(shop.shipping, () => true)).toBe(2);
    expect(await shipByItself(shop.shipping, () => true)).toBe(0);
    expect(await there(order._id)).toMatchObject({ order_state: 2, shipping: { logistics_type: 3 } });
    expect(await there(pickup._id)).toMatchObject({ order_state: 2, shipping: { logistics_type: 4 } });
    expect(uploads()).toHaveLength(2);
  });

  it('are left alone when an operator shipped them in another way, or the money went back', async () => {
    shop = await shippingShop();
    madeUpRecords();
    const items = [line('virtual')];
    const refunds = [{ outRefundNo: 'r', amountFen: 100, sendAfterMs: 0 }];
    const shipped = await shop.paidOrder(100, { items });
    const refunded = await shop.paidOrder(100, { items, refunds });
    await ship(shipped._id);
    for (const { _id } of [shipped, refunded]) {
      const due: OrderRecord = { ...shop.order(_id), shipAfterMs: shop.sandbox.clock.now() };
      shop.documents.put(ordersCollection, due);
    }
    expect(await shipByItself(shop.shipping, () => true)).toBe(0);
    expect(shop.order(shipped._id)).toMatchObject({ shipAfterMs: null, shipping: { logistics: 'express' } });
    expect(shop.order(refunded._id)).toMatchObject({ shipAfterMs: null });
    expect(uploads()).toHaveLength(1);
  });

  it('are recognised by what needs most', () => {
    const by = (...ways: ('virtual' | 'pickup' | 'express')[]) => logisticsOf({ items: ways.map(line) });
    expect([by('virtual'), by('virtual', 'pickup'), by('virtual', 'express')]).toEqual([
      'virtual',
      'pickup',
      'express',
    ]);
  });
});

describe('the subscribe message', () => {
  const shippedTemplateId = 'T'.repeat(43);
  const shippedAfter = async (choice: 'accept' | 'reject') => {
    shop = await shippingShop();
    const choices = { [shippedTemplateId]: choice };
    await shop.sandbox.control('POST', '/subscriptions', { openid: 'oPayer', choices });
    const { _id } = await shop.paidOrder(1000);
    const ports = { ...shop.shipping, shippedTemplateId };
    const event = { action: 'ship', outTradeNo: _id, logistics: 'express', parcels: [parcel('A1')] };
    await shipOrder(ports, 'oOperator', event);
    await workOnDueShipments(ports, () => true);
    await shop.sandbox.clock.advance(7 * 3600_000);
    await workOnDueShipments(ports, () => true);
    const { json } = await shop.sandbox.control('GET', '/subscribe-messages');
    return {
      messages: json.messages,
      message: shop.documents.peek<ShipmentRecord>(shipmentsCollection, _id)?.message,
    };
  };

  it('goes to the payer once', async () => {
    const { messages, message } = await shippedAfter('accept');
    expect(messages).toMatchObject([{ openid: 'oPayer', data: { character_string4: { value: 'A1' } } }]);
    expect(message).toBe('SENT');
  });

  it('that the payer did not agree to changes nothing else', async () => {
    expect(await shippedAfter('reject')).toEqual({ messages: [], message: 'NOT_SENT' });
  });
});
