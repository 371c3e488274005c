import * as z from 'zod/mini';
import type { QueryOrderAnswer } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput, whole } from '../../core/input.ts';
import { type SellerRecord, sellersCollection } from '../../merchants/sellers.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { Payer } from './create.ts';
import { loadOwnPayment, loadOwnPaymentOfOrder } from './ownership.ts';
import type { OrderPorts } from './ports.ts';
import { type OrderRecord, ordersCollection, type Payment } from './records.ts';
import { refreshIfStale } from './refresh.ts';
import { viewOrder } from './view.ts';

export interface QueryOrderPorts extends OrderPorts {
  /** Delivers a paid order if this has not been attempted yet. @returns the order as it is then */
  deliver(order: OrderRecord): Promise<OrderRecord>;
}

const defaultPage = 20;
const maxPage = 50;
const maxSellersOfOwner = 20;
const maxFulfilmentsInView = 3;

const oneOrder = z.strictObject({ outTradeNo: documentId });
const onePayment = z.strictObject({ paymentNo: documentId });
const pageOfOrders = z.strictObject({
  list: z.enum(['mine', 'seller']),
  cursor: z.optional(documentId),
  limit: z._default(whole(1, maxPage), defaultPage),
});

/**
 * queryOrder: the caller's own payment or order, or a page of the caller's orders or of the orders of a seller that
 * the caller owns. Asks WeChat Pay about what is still unpaid; when WeChat Pay does not answer, returns the stored
 * state.
 * @throws CommerceError ORDER_NOT_FOUND, NOT_ALLOWED, BAD_REQUEST
 */
export async function queryOrder(
  ports: QueryOrderPorts,
  payer: Payer,
  event: unknown,
): Promise<QueryOrderAnswer> {
  const has = (key: string) => Object.hasOwn(Object(event), key);
  if (has('list')) return listOrders(ports, payer, parseInput(pageOfOrders, event));
  if (has('outTradeNo')) {
    const { outTradeNo } = parseInput(oneOrder, event);
    const payment = await loadOwnPaymentOfOrder(ports, payer.openid, outTradeNo);
    const { orders } = await bringUpToDate(ports, payment);
    return answer(
      ports,
      orders.filter(({ _id }) => _id === outTradeNo),
    );
  }
  const { paymentNo } = parseInput(onePayment, event);
  const payment = await loadOwnPayment(ports, payer.openid, paymentNo);
  return answer(ports, (await bringUpToDate(ports, payment)).orders);
}

async function bringUpToDate(ports: QueryOrderPorts, payment: Payment): Promise<Payment> {
  let current = payment;
  try {
    current = await refreshIfStale(ports, payment);
  } catch (error) {
    // Answer with the stored state then; the timer queries again.
    if (!(error instanceof WechatpayError) && !(error instanceof CommerceError)) throw error;
    ports.log.warn('order.refresh_failed', { paymentNo: payment.paymentNo, error });
  }
  return { ...current, orders: await deliverInView(ports, current.orders) };
}

/**
 * The payer waits for this: a few orders at most, and none after the first that was not confirmed as done. The timer
 * handles the rest.
 */
async function deliverInView(
  ports: QueryOrderPorts,
  orders: readonly OrderRecord[],
): Promise<readonly OrderRecord[]> {
  const after: OrderRecord[] = [];
  let tries = maxFulfilmentsInView;
  for (const order of orders) {
    const next = tries > 0 ? await tryToDeliver(ports, order) : order;
    if (next !== order) tries = next.fulfilment === 'DONE' ? tries - 1 : 0;
    after.push(next);
  }
  return after;
}

/** The timer repeats a delivery that fails on our side; the payer still sees the order. */
async function tryToDeliver(ports: QueryOrderPorts, order: OrderRecord): Promise<OrderRecord> {
  try {
    return await ports.deliver(order);
  } catch (error) {
    ports.log.error('fulfilment.failed_in_view', { _id: order._id, error });
    return order;
  }
}

async function listOrders(
  ports: QueryOrderPorts,
  payer: Payer,
  { list, cursor, limit }: z.output<typeof pageOfOrders>,
): Promise<QueryOrderAnswer> {
  const whose = await ordersOf(ports, payer, list);
  const found = await ports.documents.find<OrderRecord>(ordersCollection, {
    where: { ...whose, ...(cursor !== undefined && { listKey: { lt: cursor } }) },
    orderBy: { field: 'listKey', direction: 'desc' },
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { ...answer(ports, page), ...(found.length > limit && last && { nextCursor: last.listKey }) };
}

async function ordersOf(
  ports: QueryOrderPorts,
  payer: Payer,
  list: 'mine' | 'seller',
): Promise<{ openid: string } | { sellerId: { in: string[] } }> {
  if (list === 'mine') return { openid: payer.openid };
  const sellers = await ports.documents.find<SellerRecord>(sellersCollection, {
    where: { ownerOpenid: payer.openid },
    limit: maxSellersOfOwner,
  });
  if (sellers.length === 0) throw new CommerceError('NOT_ALLOWED');
  return { sellerId: { in: sellers.map(({ _id }) => _id) } };
}

function answer(ports: OrderPorts, orders: readonly OrderRecord[]): QueryOrderAnswer {
  const nowMs = ports.clock.nowMs();
  return { orders: orders.map((order) => viewOrder(order, nowMs, ports.policy)) };
}
