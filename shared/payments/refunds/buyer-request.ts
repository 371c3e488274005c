/**
 * A buyer's refund request. Soon after the payment, before any delivery began, it is granted automatically; after that
 * an operator decides, and also of a refund that was granted and then not made.
 */

import * as z from 'zod/mini';
import type { RefundRequestView, RequestRefundAnswer, RequestRefundRequest } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import type { Documents } from '../../core/ports.ts';
import type { OrderRecord } from '../orders/records.ts';
import { findOrder, refundsOf } from './find.ts';
import type { RefundPorts } from './ports.ts';
import { refundNumber, storeRefund } from './request.ts';
import {
  loadRequest,
  moveRequest,
  type RefundRequestRecord,
  refundRequestsCollection,
} from './request-record.ts';
import { isDeliveryBegun, refundableFen, reservedFen } from './reserve.ts';
import { lossFen } from './shared-orders.ts';
import { viewRefund } from './view.ts';
import { workOnRefund } from './work.ts';

const maxListed = 200;

const outTradeNo = z.string().check(z.regex(/^[A-Za-z0-9_|*-]{1,64}$/));
const schema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('ask'),
    outTradeNo,
    reason: z.optional(z.string().check(z.minLength(1), z.maxLength(80))),
  }),
  z.strictObject({ action: z.literal('query'), outTradeNo }),
]);

/** requestRefund, for the buyer of the order. @throws CommerceError ORDER_NOT_FOUND for anybody else's, REFUND_STATE */
export async function requestRefund(
  ports: RefundPorts,
  openid: string,
  event: unknown,
): Promise<RequestRefundAnswer> {
  const request = parseInput(schema, event) as RequestRefundRequest;
  const order = await findOrder(ports.documents, request.outTradeNo);
  if (order.openid !== openid) throw new CommerceError('ORDER_NOT_FOUND');
  if (request.action === 'ask') await ask(ports, order, request.reason ?? null);
  return answer(ports, order._id);
}

async function ask(ports: RefundPorts, order: OrderRecord, reason: string | null): Promise<void> {
  const stored = await loadRequest(ports.documents, order._id);
  if (stored) return;
  if (refundableFen(order) === 0) throw new CommerceError('REFUND_STATE');
  // Money that its receivers would not return needs an operator's decision.
  const automatic = isAutomatic(ports, order) && (await lossFen(ports, order, refundableFen(order))) === 0;
  const record: RefundRequestRecord = {
    _id: order._id,
    version: 1,
    openid: order.openid,
    state: automatic ? 'ACCEPTED' : 'OPEN',
    reason,
    reply: null,
    askedAtMs: ports.clock.nowMs(),
  };
  const earlier = await ports.documents.insertIfAbsent(refundRequestsCollection, record);
  if (!(earlier ? earlier.state === 'ACCEPTED' : automatic)) {
    ports.log.info('refund.requested', { outTradeNo: order._id });
    return;
  }
  const refund = await storeRefund(ports, order, refundNumber(order._id, 'buyer-request'), {
    amountFen: refundableFen(order),
    reason,
    requestedBy: 'buyer',
    operatorOpenid: null,
    platformAdvance: false,
  });
  await workOnRefund(ports, refund);
}

/** Nothing refunded, and no delivery begun yet, and the payment is recent. */
function isAutomatic({ clock, policy }: RefundPorts, order: OrderRecord): boolean {
  const young = order.paidAtMs !== null && clock.nowMs() - order.paidAtMs <= policy.automaticRefundMs;
  return young && !isDeliveryBegun(order) && reservedFen(order) === 0;
}

async function answer(ports: RefundPorts, no: string): Promise<RequestRefundAnswer> {
  const order = await findOrder(ports.documents, no);
  const [request, refunds] = await Promise.all([
    loadRequest(ports.documents, no),
    refundsOf(ports.documents, no),
  ]);
  return {
    refunds: refunds.map((refund) => viewRefund(refund, 'buyer')),
    ...(request && { request: viewRequest(request) }),
    canAsk: request === undefined && refundableFen(order) > 0,
  };
}

/** Requests waiting for an operator, oldest first. */
export async function openRequests({ documents }: RefundPorts): Promise<RefundRequestView[]> {
  const found = await documents.find<RefundRequestRecord>(refundRequestsCollection, {
    where: { state: 'OPEN' },
    orderBy: { field: 'askedAtMs', direction: 'asc' },
    limit: maxListed,
  });
  return found.map(viewRequest);
}

/** @throws CommerceError REFUND_NOT_FOUND, REFUND_STATE */
export async function declineRequest(
  ports: RefundPorts,
  no: string,
  reply: string | null,
): Promise<RefundRequestView> {
  const request = await moveRequest(ports.documents, no, 'OPEN', { state: 'DECLINED', reply });
  if (!request) throw new CommerceError('REFUND_NOT_FOUND');
  if (request.state !== 'DECLINED') throw new CommerceError('REFUND_STATE');
  return viewRequest(request);
}

/** An operator's refund also settles the buyer's request. */
export async function accept(ports: RefundPorts, no: string): Promise<void> {
  await moveRequest(ports.documents, no, 'OPEN', { state: 'ACCEPTED' });
}

/** What the buyer of an order asked for, if they did. */
export async function loadRefundRequest(
  documents: Documents,
  outTradeNo: string,
): Promise<RefundRequestView | undefined> {
  const request = await loadRequest(documents, outTradeNo);
  return request && viewRequest(request);
}

function viewRequest({ _id, state, reason, reply, askedAtMs }: RefundRequestRecord): RefundRequestView {
  return {
    outTradeNo: _id,
    state,
    askedAtMs,
    ...(reason !== null && { reason }),
    ...(reply !== null && { reply }),
  };
}
