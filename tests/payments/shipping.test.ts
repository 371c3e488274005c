import { afterEach, describe, expect, it } from 'vitest';
import { clockToleranceMs } from '../../shared/core/lease.ts';
import { refreshShipment } from '../../shared/payments/shipping/receipt.ts';
import { type ShipmentRecord, shipmentsCollection } from '../../shared/payments/shipping/records.ts';
import { shipOrder } from '../../shared/payments/shipping/ship-order.ts';
import { workOnDueShipments } from '../../shared/payments/shipping/work.ts';
import { madeUpRecords } from '../../shared/payments/testing/watched-money.ts';
import { type ShippingShop, shippingShop } from './shipping-shop.ts';

let shop: ShippingShop;
afterEach(() => shop?.close());

const parcel = (trackingNo: string) => ({ company: 'ZTO', trackingNo, itemDesc: '龙井' });
const ship = async (outTradeNo: string, more: object = {}) => {
  const event = { action: 'ship', outTradeNo, logistics: 'express', parcels: [parcel('A1')], ...more };
  return (await shipOrder(shop.shipping, 'oOperator', event)).shipment;
};
const query = async (outTradeNo: string) =>
  (await shipOrder(shop.shipping, 'oOperator', { action: 'query', outTradeNo })).shipment;
const pass = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute++) {
    await shop.sandbox.clock.advance(60_000);
    await workOnDueShipments(shop.shipping, () => true);
  }
};
const hours = async (count: number) => {
  await shop.sandbox.clock.advance(count * 3600_000);
  await workOnDueShipments(shop.shipping, () => true);
};
/** As the shipping service has it. */
const there = async (outTradeNo: string) => {
  const { json } = await shop.sandbox.control('GET', '/shipping');
  return json.orders.find((each: { merchant_trade_no: string }) => each.merchant_trade_no === outTradeNo);
};
const uploads = () => shop.calls.filter(({ path }) => path === 'upload_shipping_info');
const confirm = (outTradeNo: string) => {
  const { mchid } = shop.account;
  const body = { merchant_id: mchid, merchant_trade_no: outTradeNo, openid: 'oPayer' };
  return shop.sandbox.control('POST', '/receipts/confirm', body);
};

describe.each(['direct', 'partner', 'ecommerce'] as const)('the shipment of a %s order', (kind) => {
  it('is reported to WeChat, received by the buyer and settled', async () => {
    shop = await shippingShop(kind);
    const { _id } = await shop.paidOrder(1000);
    expect(await ship(_id)).toMatchObject({ state: 'SHIPPED', reshipped: false });
    expect(await there(_id)).toMatchObject({ order_state: 2, shipping: { finish_shipping: true } });
    expect(shop.order(_id)).toMatchObject({ shipping: { state: 'SHIPPED', parcels: [parcel('A1')] } });
    expect((await confirm(_id)).status).toBe(200);
    await refreshShipment(shop.shipping, _id);
    expect(shop.order(_id)).toMatchObject({ shipping: { state: 'RECEIVED' } });
    expect(shop.order(_id)).not.toHaveProperty('settledAtMs');
    await hours(7);
    expect(await query(_id)).toMatchObject({ state: 'SETTLED' });
    const { shippedAtMs, receivedAtMs, settledAtMs } = shop.order(_id);
    expect([shippedAtMs, receivedAtMs, settledAtMs]).toEqual(
      [...[shippedAtMs, receivedAtMs, settledAtMs]].sort(),
    );
    expect(settledAtMs).toBeGreaterThan(shippedAtMs!);
  });
});

describe('an upload without an answer', () => {
  it.each(['before', 'after'] as const)('%s its effect becomes one upload at WeChat', async (when) => {
    shop = await shippingShop('direct', (path) => path === 'upload_shipping_info');
    const { _id } = await shop.paidOrder(1000);
    shop.lose = when;
    expect(await ship(_id)).toMatchObject({ state: 'WAITING', failure: { code: 'OUTCOME_UNKNOWN' } });
    // The operator tries again, with the same parcels and then with others.
    expect(await ship(_id)).toMatchObject({ state: 'WAITING' });
    await expect(ship(_id, { parcels: [parcel('B2')] })).rejects.toMatchObject({ code: 'BUSY' });
    shop.lose = undefined;
    await pass(3);
    expect(await query(_id)).toMatchObject({ state: 'SHIPPED', reshipped: false });
    expect(await there(_id)).toMatchObject({ order_state: 2, shipping: { finish_shipping_count: 1 } });
  });

  it('is asked about before it is repeated', async () => {
    shop = await shippingShop('direct', (path) => path === 'upload_shipping_info');
    const { _id } = await shop.paidOrder(1000);
    shop.lose = 'after';
    await ship(_id);
    shop.lose = undefined;
    await pass(2);
    const paths = shop.calls.map(({ path }) => path).filter((path) => path !== '/cgi-bin/stable_token');
    expect(paths.slice(0, 2)).toEqual(['upload_shipping_info', 'get_order']);
    expect(uploads()).toHaveLength(1);
  });
});

describe('shipping the same order', () => {
  it('is one upload when an instance whose clock is four minutes ahead comes meanwhile', async () => {
    shop = await shippingShop();
    const { _id } = await shop.paidOrder(1000);
    let updates = 0;
    shop.documents.interrupt = async (when, operation) => {
      // The second is the last before the upload.
      if (when !== 'after' || operation !== `update ${shipmentsCollection}` || ++updates !== 2) return;
      const ahead = { nowMs: () => shop.ports.clock.nowMs() + 2 * clockToleranceMs };
      await workOnDueShipments({ ...shop.shipping, clock: ahead }, () => true);
    };
    expect(await ship(_id)).toMatchObject({ state: 'SHIPPED' });
    expect(uploads()).toHaveLength(1);
  });

  it('twice at once is one upload', async () => {
    shop = await shippingShop();
    const { _id } = await shop.paidOrder(1000);
    await Promise.all([ship(_id), ship(_id), ship(_id)]);
    await pass(2);
    expect(uploads()).toHaveLength(1);
    expect(await query(_id)).toMatchObject({ state: 'SHIPPED' });
  });

  it('with other parcels is a re-shipment, once', async () => {
    shop = await shippingShop();
    const { _id } = await shop.paidOrder(1000);
    await ship(_id);
    expect(await ship(_id, { parcels: [parcel('B2')] })).toMatchObject({ state: 'SHIPPED', reshipped: true });
    expect(await there(_id)).toMatchObject({
      shipping: { finish_shipping_count: 2, shipping_list: [{ tracking_no: 'B2' }] },
    });
    await expect(ship(_id, { parcels: [parcel('C3')] })).rejects.toMatchObject({ code: 'SHIPMENT_STATE' });
  });

  it('in several parcels is complete with the last one', async () => {
    shop = await shippingShop();
    const { _id } = await shop.paidOrder(1000);
    expect(await ship(_id, { moreToCome: true })).toMatchObject({ state: 'PARTIAL' });
    expect(await there(_id)).toMatchObject({ order_state: 1, shipping: { finish_shipping: false } });
    expect(shop.order(_id).shippedAtMs).toBeUndefined();
    const parcels = [parcel('A1'), parcel('B2')];
    expect(await ship(_id, { parcels })).toMatchObject({ state: 'SHIPPED', reshipped: false });
    expect(uploads().map(({ body }) => [body.delivery_mode, body.is_all_delivered])).toEqual([
      [2, false],
      [2, true],
    ]);
  });
});

describe('a payment that the shipping service does not know', () => {
  it('yet is tried again until it does', async () => {
    shop = await shippingShop();
    await shop.sandbox.control('POST', '/shipping', { knownAfterMs: 150_000 });
    const { _id } = await shop.paidOrder(1000);
    expect(await ship(_id)).toMatchObject({ state: 'WAITING', failure: { code: '10060001' } });
    await pass(6);
    expect(await query(_id)).toMatchObject({ state: 'SHIPPED' });
  });

  it('at all waits for a person in the end', async () => {
    shop = await shippingShop();
    await shop.sandbox.control('POST', '/shipping', { managed: false });
    const { _id } = await shop.paidOrder(1000);
    await ship(_id);
    await hours(8 * 24);
    expect(await query(_id)).toMatchObject({ state: 'REFUSED', failure: { code: '10060001' } });
    await shop.sandbox.control('POST', '/shipping', { managed: true });
    expect(await ship(_id)).toMatchObject({ state: 'SHIPPED' });
  });
});

describe('what operators ask for', () => {
  it('is refused for orders that are unknown, unpaid, closed or refunded', async () => {
    shop = await shippingShop();
    madeUpRecords();
    const { _id } = await shop.paidOrder(1000, { state: 'CLOSED', transactionId: null });
    await expect(ship('nobody')).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    await expect(ship(_id)).rejects.toMatchObject({ code: 'ORDER_NOT_PAID' });
    const refunds = [{ outRefundNo: 'r', amountFen: 1000, sendAfterMs: 0 }];
    const refunded = await shop.paidOrder(1000, { state: 'REFUND', refunds });
    await expect(ship(refunded._id)).rejects.toMatchObject({
      code: 'SHIPMENT_STATE',
      texts: { zh: expect.stringContaining('退款'), en: expect.stringContaining('refunded') },
    });
    await expect(query(_id)).rejects.toMatchObject({ code: 'SHIPMENT_NOT_FOUND' });
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['no tracking number', { parcels: [{ company: 'ZTO', itemDesc: '茶' }] }, 'parcels.0.trackingNo'],
    ['no courier', { parcels: [{ trackingNo: 'A1', itemDesc: '茶' }] }, 'parcels.0.company'],
    ['SF without a contact', { parcels: [{ ...parcel('A1'), company: 'SF' }] }, 'parcels.0.receiverContact'],
    ['the same number twice', { parcels: [parcel('A1'), parcel('A1')] }, 'parcels.1.trackingNo'],
    [
      'two parcels without a courier',
      { logistics: 'local', parcels: [{ itemDesc: '茶' }, { itemDesc: '茶' }] },
      'parcels',
    ],
    [
      'a courier’s number for virtual goods',
      { logistics: 'virtual', parcels: [parcel('A1')] },
      'parcels.0.trackingNo',
    ],
  ])('names the field for %s', async (_, more, path) => {
    shop = await shippingShop();
    const { _id } = await shop.paidOrder(1000);
    await expect(ship(_id, more)).rejects.toMatchObject({
      code: 'SHIPMENT_INVALID',
      fields: [expect.objectContaining({ path })],
    });
  });

  it.each([
    ['no parcel', { parcels: [] }],
    ['sixteen', { parcels: Array.from({ length: 16 }, (_, index) => parcel(`A${index}`)) }],
    ['a long description', { parcels: [{ ...parcel('A1'), itemDesc: '茶'.repeat(121) }] }],
    ['a telephone number in clear', { parcels: [{ ...parcel('A1'), receiverContact: '18912341234' }] }],
  ])('is malformed with %s', async (_, more) => {
    shop = await shippingShop();
    await expect(ship('any', more)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('reminds of the receipt once, also when the answer is lost', async () => {
    shop = await shippingShop('direct', (path) => path === 'notify_confirm_receive');
    const { _id } = await shop.paidOrder(1000);
    await ship(_id);
    const remind = { action: 'remind', outTradeNo: _id, deliveredAtMs: shop.sandbox.clock.now() + 60_000 };
    await expect(shipOrder(shop.shipping, 'o', remind)).rejects.toMatchObject({ code: 'SHIPMENT_INVALID' });
    await hours(1);
    shop.lose = 'after';
    await shipOrder(shop.shipping, 'o', remind);
    shop.lose = undefined;
    await pass(3);
    expect((await query(_id)).remindedAtMs).toBeGreaterThan(remind.deliveredAtMs);
    const reminders = shop.calls.filter(({ path }) => path === 'notify_confirm_receive');
    expect(reminders).toHaveLength(2);
    await shipOrder(shop.shipping, 'o', remind);
    expect(shop.calls.filter(({ path }) => path === 'notify_confirm_receive')).toHaveLength(2);
  });
});

describe('the access token', () => {
  it('is one for many orders, and a new one when WeChat ends it', async () => {
    shop = await shippingShop();
    const tokens = () => shop.calls.filter(({ path }) => path === '/cgi-bin/stable_token').length;
    await ship((await shop.paidOrder(100))._id);
    await ship((await shop.paidOrder(100))._id);
    expect(tokens()).toBe(1);
    await shop.sandbox.control('POST', '/shipping', { tokens: 'end' });
    expect(await ship((await shop.paidOrder(100))._id)).toMatchObject({ state: 'SHIPPED' });
    expect(tokens()).toBe(2);
    await hours(3);
    expect(await ship((await shop.paidOrder(100))._id)).toMatchObject({ state: 'SHIPPED' });
    expect(tokens()).toBe(3);
  });

  it('is asked for by one of many at a time', async () => {
    shop = await shippingShop();
    const orders = [await shop.paidOrder(100), await shop.paidOrder(100), await shop.paidOrder(100)];
    await Promise.all(orders.map(({ _id }) => ship(_id)));
    await pass(3);
    expect(shop.calls.filter(({ path }) => path === '/cgi-bin/stable_token')).toHaveLength(1);
    const states = await Promise.all(orders.map(async ({ _id }) => (await query(_id)).state));
    expect(states).toEqual(['SHIPPED', 'SHIPPED', 'SHIPPED']);
  });
});

it('keeps no telephone number but masked ones, and shows none', async () => {
  shop = await shippingShop();
  const { _id } = await shop.paidOrder(1000);
  const parcels = [{ ...parcel('A1'), company: 'SF', receiverContact: '189****1234' }];
  const view = await ship(_id, { parcels });
  expect(shop.documents.peek<ShipmentRecord>(shipmentsCollection, _id)?.parcels).toEqual(parcels);
  expect(JSON.stringify([view, shop.order(_id)])).not.toContain('1234"');
});
