/**
 * The order holds the sum of its refunds: each refund is first reserved there by compare-and-set, so that two operators
 * together cannot exceed what was paid. Limits: https://pay.weixin.qq.com/doc/v3/merchant/4012791903 (50 refunds an
 * order, at least a minute apart, a year)
 */

import type { OrderRecord, ReservedRefund } from '../orders/records.ts';
import { changeOrder, loadOrder, type OrderChanges } from '../orders/store.ts';
import { isPaid } from '../orders/transitions.ts';
import type { RefundPorts } from './ports.ts';
import type { RefundRecord } from './records.ts';

const maxRefundsPerOrder = 50;
const betweenRefundsMs = 60_000;
const refundableForMs = 365 * 24 * 3600_000;

type Limit = 'NOT_PAID' | 'EXCEEDS_PAID' | 'TOO_MANY' | 'TOO_OLD';
export type ReserveRefusal = Limit | 'DELIVERY_BEGUN';

export function reservedFen(order: Pick<OrderRecord, 'refunds'>): number {
  return (order.refunds ?? []).reduce((sum, { amountFen }) => sum + amountFen, 0);
}

/** What can still be given back of an order; 0 unless it was paid. */
export function refundableFen(order: OrderRecord): number {
  return isPaid(order.state) ? order.amountFen - reservedFen(order) : 0;
}

/**
 * Whether the payer may have the goods, or get them: shipped by hand, or handed to the fulfilment function, whose answer
 * may be lost or still to come.
 */
export function isDeliveryBegun({ fulfilment, fulfilAttempts, shipping }: OrderRecord): boolean {
  return fulfilment === 'DONE' || fulfilAttempts > 0 || shipping !== undefined;
}

/** Why an order cannot take a refund of this sum; undefined when it can. */
export function refusalOf(order: OrderRecord, amountFen: number, nowMs: number): Limit | undefined {
  if (!isPaid(order.state)) return 'NOT_PAID';
  if (amountFen > refundableFen(order)) return 'EXCEEDS_PAID';
  if ((order.refunds ?? []).length >= maxRefundsPerOrder) return 'TOO_MANY';
  return order.paidAtMs !== null && nowMs - order.paidAtMs > refundableForMs ? 'TOO_OLD' : undefined;
}

/** Reserves a refund on its order, once, in a minute without other refunds. */
export async function reserve(
  { clock, documents }: Pick<RefundPorts, 'clock' | 'documents'>,
  refund: RefundRecord,
): Promise<{ readonly sendAfterMs: number } | { readonly refusal: ReserveRefusal }> {
  const nowMs = clock.nowMs();
  let refusal: ReserveRefusal | undefined;
  let reserved: ReservedRefund | undefined;
  await changeOrder(documents, refund.outTradeNo, (order) => {
    const refunds = order.refunds ?? [];
    refusal = undefined;
    reserved = refunds.find(({ outRefundNo }) => outRefundNo === refund._id);
    if (reserved) return undefined;
    // What was made in the merchant platform, or although it was refused once, has happened: it counts whatever is left.
    const hasHappened = refund.requestedBy === 'merchant-platform' || refund.state === 'REFUSED';
    if (!hasHappened) refusal = refusalOf(order, refund.amountFen, nowMs);
    // Nobody decided it, so it never meets a delivery that began in the meantime.
    if (!hasHappened && refund.requestedBy === 'buyer' && isDeliveryBegun(order)) refusal = 'DELIVERY_BEGUN';
    if (refusal) return undefined;
    const lastMs = Math.max(0, ...refunds.map(({ sendAfterMs }) => sendAfterMs));
    const sendAfterMs = Math.max(nowMs, lastMs + betweenRefundsMs);
    reserved = { outRefundNo: refund._id, amountFen: refund.amountFen, sendAfterMs };
    return { refunds: [...refunds, reserved], ...heldDelivery(order, refund) };
  });
  if (refusal) return { refusal };
  return { sendAfterMs: (reserved as ReservedRefund | undefined)?.sendAfterMs ?? nowMs };
}

/**
 * Releases a reserved sum that was never refunded, and resumes a delivery that waited for it. Where WeChat Pay had
 * accepted the refund, the order's trade_state stays REFUND: the delivery's next turn then reports it and holds it.
 */
export async function release(
  { clock, documents }: Pick<RefundPorts, 'clock' | 'documents'>,
  refund: RefundRecord,
): Promise<void> {
  await changeOrder(documents, refund.outTradeNo, (order) => {
    const refunds = (order.refunds ?? []).filter(({ outRefundNo }) => outRefundNo !== refund._id);
    if (refunds.length === (order.refunds ?? []).length) return undefined;
    const resumes = order.fulfilment === 'HELD' && isPaid(order.state) && refunds.length === 0;
    const resumed: OrderChanges = resumes ? { fulfilment: 'PENDING', fulfilAfterMs: clock.nowMs() } : {};
    return { refunds, ...resumed };
  });
}

export async function orderOf(
  { documents }: Pick<RefundPorts, 'documents'>,
  refund: RefundRecord,
): Promise<OrderRecord> {
  const order = await loadOrder(documents, refund.outTradeNo);
  if (!order)
    throw new Error(
      `The order ${refund.outTradeNo} of the refund ${refund._id} is missing. Restore it from a backup.`,
    );
  return order;
}

/** Goods that the shop refunded in full are no longer delivered. */
function heldDelivery(order: OrderRecord, refund: RefundRecord): OrderChanges {
  const whole = refund.amountFen === order.amountFen;
  const ours = refund.requestedBy !== 'merchant-platform';
  return ours && whole && order.fulfilment === 'PENDING' ? { fulfilment: 'HELD', fulfilAfterMs: null } : {};
}
