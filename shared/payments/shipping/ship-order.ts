/** shipOrder: what operators do. */
import type { NewParcel, ShipOrderAnswer } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadOrder } from '../orders/store.ts';
import { isPaid } from '../orders/transitions.ts';
import { refundableFen } from '../refunds/reserve.ts';
import { sameParcels, showOnOrder } from './apply-status.ts';
import type { ShippingPorts } from './ports.ts';
import { changeShipment, loadShipment, type ShipmentRecord, shipmentsCollection } from './records.ts';
import { parseShipOrder } from './request.ts';
import { viewShipment } from './view.ts';
import { workOnShipment } from './work.ts';

/** What is to be reported to WeChat about an order. */
export type NewShipment = Pick<ShipmentRecord, 'logistics' | 'parcels' | 'moreToCome' | 'operatorOpenid'>;

/**
 * @param operator openid of who acts; undefined for another function of the shop
 * @throws CommerceError ORDER_NOT_FOUND, ORDER_NOT_PAID, SHIPMENT_INVALID, SHIPMENT_STATE, SHIPMENT_NOT_FOUND
 */
export async function shipOrder(
  ports: ShippingPorts,
  operator: string | undefined,
  event: unknown,
): Promise<ShipOrderAnswer> {
  const request = parseShipOrder(event);
  const { outTradeNo } = request;
  switch (request.action) {
    case 'ship': {
      const { logistics, parcels, moreToCome = false } = request;
      const order = await findOrder(ports, outTradeNo);
      const wanted = { logistics, parcels, moreToCome, operatorOpenid: operator ?? null };
      const stored = await recordShipment(ports, order, wanted);
      return { shipment: viewShipment(await workNow(ports, stored)) };
    }
    case 'query':
      return { shipment: viewShipment(await findShipment(ports, outTradeNo)) };
    case 'remind':
      return remind(ports, await findShipment(ports, outTradeNo), request.deliveredAtMs);
  }
}

/**
 * Stores what is to be reported to WeChat, unless something is recorded for the order already.
 * @returns the shipment as it is stored: the new one, due at once, or the earlier one
 * @throws CommerceError ORDER_NOT_PAID, SHIPMENT_STATE
 */
export async function recordFirstShipment(
  ports: ShippingPorts,
  order: OrderRecord,
  wanted: NewShipment,
): Promise<ShipmentRecord> {
  requireShippable(order);
  const fresh = newShipment(ports, order, wanted);
  const known = await ports.documents.insertIfAbsent(shipmentsCollection, fresh);
  if (known) return known;
  await showOnOrder(ports, fresh, 'WAITING');
  return fresh;
}

/**
 * Stores what is to be reported to WeChat, also instead of what was recorded before. Repeating it changes nothing.
 * @returns the shipment as it is stored, due at once
 * @throws CommerceError ORDER_NOT_PAID, SHIPMENT_STATE
 */
async function recordShipment(
  ports: ShippingPorts,
  order: OrderRecord,
  wanted: NewShipment,
): Promise<ShipmentRecord> {
  const known = await recordFirstShipment(ports, order, wanted);
  const nowMs = ports.clock.nowMs();
  const { doc, changed } = await changeShipment(ports.documents, known, (current) => {
    if (sameParcels(current, wanted) && current.state !== 'REFUSED') return undefined;
    requireChangeable(current);
    return {
      ...wanted,
      state: 'WAITING',
      reshipped: current.reshipped || current.state === 'SHIPPED',
      attempts: 0,
      nextAtMs: nowMs,
      failure: null,
    };
  });
  if (changed) await showOnOrder(ports, doc, 'WAITING');
  return doc;
}

function newShipment(ports: ShippingPorts, order: OrderRecord, wanted: NewShipment): ShipmentRecord {
  const nowMs = ports.clock.nowMs();
  return {
    _id: order._id,
    version: 1,
    paymentNo: order.paymentNo,
    combined: order.combined,
    mchid: order.mchid,
    openid: order.openid,
    transactionId: order.transactionId ?? '',
    ...wanted,
    state: 'WAITING',
    reshipped: false,
    uncertain: false,
    uploadedAtMs: 0,
    attempts: 0,
    nextAtMs: nowMs,
    createdAtMs: nowMs,
    shippedAtMs: null,
    receivedAtMs: null,
    settledAtMs: null,
    remindOfMs: null,
    remindedAtMs: null,
    message: null,
    askedAtMs: 0,
    failure: null,
  };
}

function requireShippable(order: OrderRecord): void {
  if (!isPaid(order.state) || order.transactionId === null) throw new CommerceError('ORDER_NOT_PAID');
  if (refundableFen(order) <= 0) throw new CommerceError('SHIPMENT_STATE', { texts: texts.refunded });
}

/** Other parcels than before: more of an order that is not complete, a correction, or the one re-shipment. */
function requireChangeable({ state, uncertain, reshipped }: ShipmentRecord): void {
  if (uncertain) throw new CommerceError('BUSY', { texts: texts.uncertain });
  if (state === 'RECEIVED' || state === 'SETTLED')
    throw new CommerceError('SHIPMENT_STATE', { texts: texts.received });
  if (state === 'REFUNDED') throw new CommerceError('SHIPMENT_STATE', { texts: texts.refunded });
  if (state === 'SHIPPED' && reshipped) throw new CommerceError('SHIPMENT_STATE', { texts: texts.reshipped });
}

async function remind(
  ports: ShippingPorts,
  shipment: ShipmentRecord,
  deliveredAtMs: number,
): Promise<ShipOrderAnswer> {
  if (shipment.logistics !== 'express')
    throw new CommerceError('SHIPMENT_STATE', { texts: texts.expressOnly });
  if (shipment.state !== 'SHIPPED' || shipment.shippedAtMs === null)
    throw new CommerceError('SHIPMENT_STATE', { texts: texts.notUnderway });
  const nowMs = ports.clock.nowMs();
  if (deliveredAtMs < shipment.shippedAtMs || deliveredAtMs > nowMs)
    throw new CommerceError('SHIPMENT_INVALID', { texts: texts.deliveredAt });
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    current.remindOfMs === null ? { remindOfMs: deliveredAtMs, nextAtMs: nowMs } : undefined,
  );
  return { shipment: viewShipment(await workNow(ports, doc)) };
}

/** The timer does what cannot be done immediately. */
async function workNow(ports: ShippingPorts, shipment: ShipmentRecord): Promise<ShipmentRecord> {
  try {
    return await workOnShipment(ports, shipment);
  } catch (error) {
    if (!(error instanceof CommerceError) || error.code !== 'BUSY') throw error;
    return (await loadShipment(ports.documents, shipment._id)) ?? shipment;
  }
}

/** @throws CommerceError ORDER_NOT_FOUND */
async function findOrder(
  { documents }: Pick<ShippingPorts, 'documents'>,
  outTradeNo: string,
): Promise<OrderRecord> {
  const order = await loadOrder(documents, outTradeNo);
  if (!order) throw new CommerceError('ORDER_NOT_FOUND');
  return order;
}

async function findShipment(ports: ShippingPorts, outTradeNo: string): Promise<ShipmentRecord> {
  const shipment = await loadShipment(ports.documents, outTradeNo);
  if (shipment) return shipment;
  await findOrder(ports, outTradeNo);
  throw new CommerceError('SHIPMENT_NOT_FOUND');
}

/** What an order is called in its shipping information, at most 120 characters. */
export function describeParcel({ description }: Pick<OrderRecord, 'description'>): NewParcel {
  return { itemDesc: [...description].slice(0, 120).join('') || '商品' };
}

const texts = {
  refunded: {
    zh: '订单已全额退款，不能发货。',
    en: 'The order was refunded in full; it cannot be shipped.',
  },
  received: {
    zh: '买家已确认收货，发货信息不能再改。',
    en: 'The buyer has confirmed receipt; the shipping information can no longer be changed.',
  },
  reshipped: {
    zh: '每笔订单只能重新发货一次，机会已用完。',
    en: 'An order can be re-shipped only once, and that has been used.',
  },
  uncertain: {
    zh: '上一次上传还没有明确结果，系统会自动查询，请稍后再试。',
    en: 'The last upload has no clear outcome yet; WeChat is queried automatically. Retry in a moment.',
  },
  expressOnly: {
    zh: '只有快递发货的订单可以提醒收货。',
    en: 'Only buyers of express shipments can be reminded to confirm receipt.',
  },
  notUnderway: {
    zh: '订单还没有发完货，或已经确认收货。',
    en: 'The order is not completely shipped yet, or receipt was confirmed.',
  },
  deliveredAt: {
    zh: '签收时间须在发货之后、现在之前。',
    en: 'The delivery time must be after the shipment and not in the future.',
  },
} as const;
