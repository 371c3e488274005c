import type { Documents } from '../../core/ports.ts';
import { changeVersioned } from '../../core/versioned.ts';
import {
  type CombinedPaymentRecord,
  combinedPaymentsCollection,
  type OrderRecord,
  ordersCollection,
  type Payment,
  type StoredRequest,
} from './records.ts';
import { advance } from './transitions.ts';

/** Changes of an order; its identity and its price never change. */
export type OrderChanges = Partial<
  Pick<
    OrderRecord,
    | 'state'
    | 'transactionId'
    | 'paidAtMs'
    | 'checkAfterMs'
    | 'checks'
    | 'confirmedAtMs'
    | 'refundReportedAtMs'
    | 'fulfilment'
    | 'fulfilAttempts'
    | 'fulfilAfterMs'
    | 'fulfilledAtMs'
    | 'refunds'
    | 'releasedAtRefundedFen'
    | 'shipping'
    | 'shipAfterMs'
    | 'shippedAtMs'
    | 'specialShipping'
    | 'receivedAtMs'
    | 'settledAtMs'
  >
>;

/** The most orders of one payment. */
const maxOrders = 50;

export function loadOrder(documents: Documents, outTradeNo: string): Promise<OrderRecord | undefined> {
  return documents.get<OrderRecord>(ordersCollection, outTradeNo);
}

/** A payment of one order by its number; own goods are always paid this way. */
export async function loadSinglePayment(
  documents: Documents,
  paymentNo: string,
): Promise<Payment | undefined> {
  const order = await loadOrder(documents, paymentNo);
  return order?.request ? paymentOfOrder(order, order.request) : undefined;
}

/** The payment that an order belongs to; nothing is read when it is the only one in it. */
export async function loadPaymentOf(documents: Documents, order: OrderRecord): Promise<Payment | undefined> {
  return order.request ? paymentOfOrder(order, order.request) : loadPayment(documents, order.paymentNo);
}

/** A payment by its number, with its orders as they are now. */
export async function loadPayment(documents: Documents, paymentNo: string): Promise<Payment | undefined> {
  const order = await loadOrder(documents, paymentNo);
  if (order) return order.request ? paymentOfOrder(order, order.request) : undefined;
  const combined = await documents.get<CombinedPaymentRecord>(combinedPaymentsCollection, paymentNo);
  return combined && loadCombined(documents, combined);
}

/** Stores a payment of one order, unless its number is taken. @returns what is stored */
export async function insertOrder(documents: Documents, order: OrderRecord): Promise<Payment> {
  const stored = (await documents.insertIfAbsent(ordersCollection, order)) ?? order;
  if (!stored.request) throw new Error(`The order ${order._id} is part of a combined payment.`);
  return paymentOfOrder(stored, stored.request);
}

/**
 * Stores a payment of sellers' goods and its orders, unless its number is taken. One order or several: their number is
 * taken in one collection, so that a token has one payment, whatever two calls at once have in their carts.
 * @returns what is stored
 */
export async function insertForSellers(
  documents: Documents,
  record: CombinedPaymentRecord,
): Promise<Payment> {
  const stored = await documents.insertIfAbsent(combinedPaymentsCollection, record);
  const only = record.newOrders.find(({ request }) => request !== null);
  if (!stored && only) return insertOrder(documents, only);
  return loadCombined(documents, stored ?? record);
}

/**
 * Compare and set, against whoever else writes to the order: `change` sees the order as it is and says what to set,
 * or undefined for nothing. It may be called several times.
 * @param known the order as it was just read, which saves reading it again
 * @returns the order as it is afterwards, and whether this call changed it.
 */
export async function changeOrder(
  documents: Documents,
  outTradeNo: string,
  change: (order: OrderRecord) => OrderChanges | undefined,
  known?: OrderRecord,
): Promise<{ order: OrderRecord; changed: boolean }> {
  const read = known ?? (await loadOrder(documents, outTradeNo)) ?? vanished(outTradeNo);
  const { doc, changed } = await changeVersioned(documents, ordersCollection, read, change);
  return { order: doc, changed };
}

/** Changes the stored request of a payment when `expected` still is what is stored. @returns whether it did. */
export async function changeRequest(
  documents: Documents,
  payment: Payment,
  set: Partial<Pick<StoredRequest, 'prepayId' | 'prepaidAtMs' | 'queriedAtMs'>>,
): Promise<boolean> {
  const { queriedAtMs, prepayId } = payment.request;
  return documents.update(
    payment.combined ? combinedPaymentsCollection : ordersCollection,
    payment.paymentNo,
    { 'request.queriedAtMs': queriedAtMs, 'request.prepayId': prepayId },
    { request: { ...payment.request, ...set } },
  );
}

/**
 * Stores the prepay_id of a new order and that WeChat Pay accepted it, in one write.
 * @returns undefined when the payment is a combined one, or somebody wrote to it meanwhile: use the general path then.
 */
export async function acceptNewOrder(
  documents: Documents,
  payment: Payment,
  fresh: Pick<StoredRequest, 'prepayId' | 'prepaidAtMs'>,
): Promise<Payment | undefined> {
  const [order] = payment.orders;
  if (payment.combined || order?.state !== 'CREATED') return undefined;
  const { version } = order;
  const { queriedAtMs, prepayId } = payment.request;
  const request = { ...payment.request, ...fresh };
  const next = { state: advance(order.state, 'NOTPAY'), version: version + 1, request };
  const seen = { version, 'request.queriedAtMs': queriedAtMs, 'request.prepayId': prepayId };
  if (!(await documents.update(ordersCollection, order._id, seen, next))) return undefined;
  return { ...payment, request, orders: [{ ...order, ...next }] };
}

/** The document that commits the payment is written first; here its orders follow, after a crash too. */
async function loadCombined(documents: Documents, record: CombinedPaymentRecord): Promise<Payment> {
  const where = { where: { paymentNo: record._id }, limit: maxOrders };
  let orders = await documents.find<OrderRecord>(ordersCollection, where);
  if (orders.length < record.newOrders.length) {
    const present = new Set(orders.map(({ _id }) => _id));
    const missing = record.newOrders.filter(({ _id }) => !present.has(_id));
    await Promise.all(missing.map((order) => documents.insertIfAbsent(ordersCollection, order)));
    orders = await documents.find<OrderRecord>(ordersCollection, where);
  }
  const [first] = orders;
  if (first?.request) return paymentOfOrder(first, first.request);
  const place = new Map(record.newOrders.map(({ _id }, index) => [_id, index]));
  return {
    paymentNo: record._id,
    combined: true,
    account: record.account,
    openid: record.openid,
    expiresAtMs: record.expiresAtMs,
    request: record.request,
    orders: orders.sort((a, b) => (place.get(a._id) ?? 0) - (place.get(b._id) ?? 0)),
  };
}

function paymentOfOrder(order: OrderRecord, request: StoredRequest): Payment {
  return {
    paymentNo: order._id,
    combined: false,
    account: order.account,
    openid: order.openid,
    expiresAtMs: order.expiresAtMs,
    request,
    orders: [order],
  };
}

function vanished(id: string): never {
  throw new Error(
    `The document ${id} is missing, although orders are never deleted. Restore it from a backup.`,
  );
}
