import { beforeEach, describe, expect, it } from 'vitest';
import { anomaliesCollection } from '../orders/anomalies.ts';
import { createOrder } from '../orders/create.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { receiveShippingEvent } from './events.ts';
import { type ShipmentRecord, shipmentsCollection } from './records.ts';

const hourMs = 3_600_000;
let shop: Shop;
let no: string;

beforeEach(async () => {
  shop = createShop();
  const request = { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, request);
  no = paymentNo;
  madeUpRecords();
  change({ state: 'SUCCESS', transactionId: 't1', paidAtMs: shop.nowMs });
});

function change(changes: Partial<OrderRecord>): void {
  shop.documents.put(ordersCollection, { ...shop.order(no), ...changes });
}

function shipment(changes: Partial<ShipmentRecord> = {}): ShipmentRecord {
  const stored = {
    _id: no,
    version: 1,
    transactionId: 't1',
    state: 'SHIPPED',
    nextAtMs: shop.nowMs + 6 * hourMs,
    askedAtMs: 0,
    ...changes,
  } as ShipmentRecord;
  shop.documents.put(shipmentsCollection, stored);
  return stored;
}

const push = (name: string, more: object = {}) =>
  receiveShippingEvent(shop.ports, {
    ToUserName: 'gh_1',
    FromUserName: 'oWeChat',
    CreateTime: 1,
    MsgType: 'event',
    Event: name,
    merchant_trade_no: no,
    transaction_id: 't1',
    ...more,
  });
const turn = () => shop.documents.peek<ShipmentRecord>(shipmentsCollection, no)?.nextAtMs;
const anomalies = () => shop.documents.all(anomaliesCollection);

describe('an event about the settlement', () => {
  it('causes a query of the order, and changes nothing else', async () => {
    const before = shipment();
    await push('trade_manage_order_settlement', { settlement_time: 1, confirm_receive_time: 1 });
    expect(shop.documents.peek(shipmentsCollection, no)).toEqual({
      ...before,
      nextAtMs: shop.nowMs,
      askedAtMs: shop.nowMs,
      version: 2,
    });
    expect(shop.order(no).settledAtMs).toBeUndefined();
  });

  it('is not taken for an order of another transaction, for nothing, or many times a minute', async () => {
    const { nextAtMs } = shipment({ askedAtMs: shop.nowMs - 1000 });
    await push('trade_manage_order_settlement');
    shipment();
    await push('trade_manage_order_settlement', { transaction_id: 't2' });
    await push('trade_manage_order_settlement', { merchant_trade_no: 'nobody' });
    expect(turn()).toBe(nextAtMs);
  });
});

describe('an event that comes again, or too early, or too late', () => {
  const minuteMs = 60_000;
  it.each([
    ['a minute after the last', () => ({ askedAtMs: shop.nowMs - minuteMs }), true],
    ['before that', () => ({ askedAtMs: shop.nowMs - minuteMs + 1 }), false],
    ['of a shipment that is due', () => ({ nextAtMs: shop.nowMs }), false],
    ['of one that is overdue', () => ({ nextAtMs: shop.nowMs - 1 }), false],
    ['of one that is settled', () => ({ state: 'SETTLED' as const, nextAtMs: null }), false],
    ['of one that is being uploaded', () => ({ state: 'WAITING' as const, uncertain: true }), false],
  ])('%s', async (_, changes, causesQuery) => {
    const before = shipment(changes());
    await push('trade_manage_order_settlement');
    const asked = { ...before, nextAtMs: shop.nowMs, askedAtMs: shop.nowMs, version: 2 };
    expect(shop.documents.peek(shipmentsCollection, no)).toEqual(causesQuery ? asked : before);
  });

  it('may leave out the transaction', async () => {
    shipment();
    await push('trade_manage_order_settlement', { transaction_id: undefined });
    expect(turn()).toBe(shop.nowMs);
  });

  it('without an order, or of another kind, is in the log only', async () => {
    shop.nowMs += 48 * hourMs;
    shipment();
    await push('trade_manage_order_settlement', { merchant_trade_no: undefined });
    await push('trade_manage_remind_shipping', { merchant_trade_no: undefined });
    await push('trade_manage_remind_access_api');
    expect(shop.logged.map(({ event }) => event)).toEqual(Array(3).fill('shipping.event'));
    expect([turn(), anomalies()]).toEqual([shop.nowMs + 6 * hourMs, []]);
  });
});

describe('a reminder to ship', () => {
  it.each([
    ['a day after the payment', 24 * hourMs, {}, {}, 1],
    ['before that', 24 * hourMs - 1, {}, {}, 0],
    ['without a transaction', 48 * hourMs, {}, { transaction_id: undefined }, 1],
    ['of another transaction', 48 * hourMs, {}, { transaction_id: 't2' }, 0],
    ['of an order that was not paid', 48 * hourMs, { state: 'NOTPAY', paidAtMs: null }, {}, 0],
    ['of an order that is paid at no time', 48 * hourMs, { paidAtMs: null }, {}, 0],
    ['of an order that was refunded', 48 * hourMs, { state: 'REFUND' }, {}, 0],
  ] as const)('%s', async (_, afterMs, order, event, count) => {
    change(order);
    shop.nowMs += afterMs;
    await push('trade_manage_remind_shipping', event);
    expect(anomalies()).toHaveLength(count);
  });

  it('is recorded once for an order that was paid long ago and not shipped', async () => {
    await push('trade_manage_remind_shipping');
    expect(anomalies()).toEqual([]);
    shop.nowMs += 48 * hourMs;
    await push('trade_manage_remind_shipping');
    await push('trade_manage_remind_shipping');
    expect(anomalies()).toMatchObject([{ kind: 'NOT_SHIPPED', outTradeNo: no }]);
  });

  it('says nothing of an order that is shipped, or that is not ours', async () => {
    shop.nowMs += 48 * hourMs;
    change({ shippedAtMs: shop.nowMs });
    await push('trade_manage_remind_shipping');
    await push('trade_manage_remind_shipping', { merchant_trade_no: 'nobody' });
    expect(anomalies()).toEqual([]);
  });

  it('to take the API into use is in the log', async () => {
    await push('trade_manage_remind_access_api', { merchant_trade_no: undefined });
    expect(shop.logged).toMatchObject([{ event: 'shipping.event' }]);
  });
});

it('refuses what is no event', async () => {
  await expect(receiveShippingEvent(shop.ports, { action: 'ship' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});
