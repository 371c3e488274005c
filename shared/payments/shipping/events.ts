/**
 * Events that WeChat pushes about shipping. Nothing proves who sent one, so none is believed: an order reported as
 * received or settled is made due, and WeChat is queried about it.
 * https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html
 */
import * as z from 'zod/mini';
import { documentId, parseInput } from '../../core/input.ts';
import { recordOrderAnomaly } from '../orders/anomalies.ts';
import { loadOrder } from '../orders/store.ts';
import type { ShippingEventPorts } from './ports.ts';
import { changeShipment, loadShipment } from './records.ts';

/** The fields of an event that are used. */
const shippingEvent = z.object({
  MsgType: z.literal('event'),
  Event: z.string(),
  merchant_trade_no: z.optional(documentId),
  transaction_id: z.optional(z.string()),
});

/** Minimum time between two queries that events cause for the same order. */
const minIntervalMs = 60_000;
/** WeChat reminds of orders that were paid two days ago; a more recent one is not late, whatever the event says. */
const lateAfterMs = 24 * 3_600_000;

/** @throws CommerceError BAD_REQUEST when it is not an event */
export async function receiveShippingEvent(ports: ShippingEventPorts, event: unknown): Promise<void> {
  const { Event: name, merchant_trade_no: outTradeNo, transaction_id } = parseInput(shippingEvent, event);
  if (name === 'trade_manage_order_settlement' && outTradeNo !== undefined) {
    return askSoon(ports, outTradeNo, transaction_id);
  }
  if (name === 'trade_manage_remind_shipping' && outTradeNo !== undefined) {
    return recordLate(ports, outTradeNo, transaction_id);
  }
  // trade_manage_remind_access_api, a reminder without an order, or an event that was configured by mistake.
  ports.log.warn('shipping.event', { pushed: name.slice(0, 64) });
}

async function askSoon(
  { clock, documents, log }: ShippingEventPorts,
  outTradeNo: string,
  transactionId: string | undefined,
): Promise<void> {
  const shipment = await loadShipment(documents, outTradeNo);
  if (!shipment || (transactionId && transactionId !== shipment.transactionId)) {
    log.warn('shipping.event_of_unknown_order', { outTradeNo });
    return;
  }
  const nowMs = clock.nowMs();
  await changeShipment(documents, shipment, ({ state, nextAtMs, askedAtMs }) => {
    // What is being uploaded has its next turn when that has certainly ended: two uploads would be a re-shipment.
    if (state === 'WAITING' || nextAtMs === null || nextAtMs <= nowMs) return undefined;
    return nowMs - askedAtMs < minIntervalMs ? undefined : { nextAtMs: nowMs, askedAtMs: nowMs };
  });
}

/** Paid long ago, and nothing was shipped: reported once, for a person to look at. */
async function recordLate(
  ports: ShippingEventPorts,
  outTradeNo: string,
  transactionId: string | undefined,
): Promise<void> {
  const order = await loadOrder(ports.documents, outTradeNo);
  const { paidAtMs, state, shippedAtMs } = order ?? {};
  const late = typeof paidAtMs === 'number' && ports.clock.nowMs() - paidAtMs >= lateAfterMs;
  const isOurs = order && (!transactionId || transactionId === order.transactionId);
  if (isOurs && late && state === 'SUCCESS' && !shippedAtMs) {
    await recordOrderAnomaly(ports, 'NOT_SHIPPED', order);
  }
}
