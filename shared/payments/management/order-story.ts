/** Everything that is recorded about an order, in the order in which it happened. */
import type { OrderStory, RefundRequestView, StoryEvent } from '../../contract/index.ts';
import { balanceFen, type LedgerEntry, movementsOf } from '../ledger/ledger.ts';
import { type NotificationRecord, notificationsCollection } from '../notifications/receive.ts';
import { type AnomalyRecord, anomaliesCollection } from '../orders/anomalies.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadRefundRequest } from '../refunds/buyer-request.ts';
import { findOrder, refundsOf } from '../refunds/find.ts';
import { refundableFen } from '../refunds/reserve.ts';
import { viewRefund } from '../refunds/view.ts';
import { loadSharing } from '../sharing/records.ts';
import { loadShipment } from '../shipping/records.ts';
import { viewShipment } from '../shipping/view.ts';
import { viewAnomaly } from './anomaly-view.ts';
import { type ManagementPorts, viewManaged } from './find-orders.ts';

const maxRead = 100;

/** @throws CommerceError ORDER_NOT_FOUND */
export async function orderStory(ports: ManagementPorts, outTradeNo: string): Promise<OrderStory> {
  const { documents } = ports;
  const order = await findOrder(documents, outTradeNo);
  const [movements, refunds, notifications, anomalies, refundRequest, shipment, sharing] = await Promise.all([
    movementsOf(documents, outTradeNo),
    refundsOf(documents, outTradeNo),
    documents.find<NotificationRecord>(notificationsCollection, {
      where: { outTradeNos: outTradeNo },
      limit: maxRead,
    }),
    documents.find<AnomalyRecord>(anomaliesCollection, { where: { outTradeNo }, limit: maxRead }),
    loadRefundRequest(documents, outTradeNo),
    loadShipment(documents, outTradeNo),
    loadSharing(documents, outTradeNo),
  ]);
  const events: StoryEvent[] = [
    ...eventsOfOrder(order),
    ...notifications.map(({ receivedAtMs, eventType }) => event('CALLBACK', receivedAtMs, eventType)),
    ...refunds.map(({ createdAtMs, requestedBy, amountFen, _id }) => ({
      ...event('REFUND_ASKED', createdAtMs, requestedBy),
      amountFen,
      reference: _id,
    })),
    ...movements.map(eventOfMovement),
    ...anomalies.map(({ seenAtMs, kind }) => event('ANOMALY', seenAtMs, kind)),
    ...unanswered(refundRequest),
  ];
  return {
    order: viewManaged(ports, order),
    heldFen: balanceFen(movements),
    refundableFen: refundableFen(order),
    events: events.sort((a, b) => timeOf(a, order) - timeOf(b, order)),
    refunds: refunds.reverse().map((refund) => viewRefund(refund, 'operator')),
    ...(refundRequest && { refundRequest }),
    platformCanAdvance: order.account === 'ecommerce',
    ...(shipment && { shipment: viewShipment(shipment) }),
    ...(sharing && { sharing: sharing.state }),
    anomalies: anomalies.map(viewAnomaly),
  };
}

/** WeChat Pay reports whole seconds: the payment of an order is not before the order. */
function timeOf({ atMs }: StoryEvent, { createdAtMs }: OrderRecord): number {
  return Math.max(atMs, createdAtMs);
}

function eventsOfOrder(order: OrderRecord): StoryEvent[] {
  const at = (kind: StoryEvent['kind'], atMs: number | null | undefined) => (atMs ? [event(kind, atMs)] : []);
  return [
    { ...event('PLACED', order.createdAtMs), amountFen: order.amountFen },
    ...at('DELIVERED', order.fulfilledAtMs),
    ...at('SHIPPED', order.shippedAtMs),
    ...at('RECEIVED', order.receivedAtMs),
    ...at('SETTLED', order.settledAtMs),
  ];
}

function eventOfMovement({ atMs, kind, amountFen, reference }: LedgerEntry): StoryEvent {
  return { ...event('MOVEMENT', atMs, kind), amountFen, reference };
}

/** A granted request is listed as its refund. */
function unanswered(request: RefundRequestView | undefined): StoryEvent[] {
  return request && request.state !== 'ACCEPTED' ? [event('REFUND_ASKED', request.askedAtMs, 'buyer')] : [];
}

function event(kind: StoryEvent['kind'], atMs: number, detail?: string): StoryEvent {
  return { kind, atMs, ...(detail !== undefined && { detail }) };
}
