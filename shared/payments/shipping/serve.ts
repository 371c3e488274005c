/** The requests that other functions send to shipOrder, and how it handles them. */
import * as z from 'zod/mini';
import type { QueryOrderAnswer } from '../../contract/index.ts';
import { findDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput } from '../../core/input.ts';
import type { Clock, Documents } from '../../core/ports.ts';
import { loadOwnPaymentOfOrder } from '../orders/ownership.ts';
import { loadOrder } from '../orders/store.ts';
import { viewOrder } from '../orders/view.ts';
import { timeFor } from '../reconcile/step.ts';
import { automaticQueue, shipByItself } from './automatic.ts';
import type { ConfirmReceiptPorts, ShippingPorts, ShippingRpc } from './ports.ts';
import { refreshShipment } from './receipt.ts';
import { shipOrder } from './ship-order.ts';
import { isServiceRequest, serveService } from './special.ts';
import { shipmentQueue, workOnDueShipments } from './work.ts';

const serverRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('refresh'), outTradeNo: documentId }),
  z.strictObject({ action: z.literal('reconcile') }),
]);

/** What operators ask of shipOrder; `operator` is undefined for another function of the shop. @throws CommerceError */
export function serveOperator(
  ports: ShippingPorts,
  operator: string | undefined,
  event: unknown,
): Promise<unknown> {
  return isServiceRequest(event) ? serveService(ports, event) : shipOrder(ports, operator, event);
}

/** Another function of the shop may ask what operators may ask, and for work that is due. @throws CommerceError */
export async function serveShipping(ports: ShippingPorts, event: unknown): Promise<unknown> {
  const { action } = parseInput(z.object({ action: z.unknown() }), event);
  if (action !== 'refresh' && action !== 'reconcile') return serveOperator(ports, undefined, event);
  const request = parseInput(serverRequest, event);
  if (request.action === 'refresh') {
    await refreshShipment(ports, request.outTradeNo);
    return {};
  }
  const hasTime = timeFor(ports.policy.shippingRunMs);
  const byItself = await shipByItself(ports, hasTime);
  return { byItself, worked: await workOnDueShipments(ports, hasTime) };
}

/** The timer's part: shipOrder is called only when there is something to do. */
export async function reconcileShipping(ports: {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly shipping: ShippingRpc | undefined;
}): Promise<unknown> {
  if (!ports.shipping) return false;
  const due = await Promise.all([findDue(ports, shipmentQueue, 1), findDue(ports, automaticQueue, 1)]);
  return due.some((found) => found.length > 0) && ports.shipping.reconcile();
}

/**
 * confirmReceipt: the buyer says that receipt was confirmed; WeChat is asked.
 * @throws CommerceError ORDER_NOT_FOUND, also for the orders of others; SHIPMENT_NOT_FOUND
 */
export async function confirmReceipt(
  ports: ConfirmReceiptPorts,
  openid: string,
  event: unknown,
): Promise<QueryOrderAnswer> {
  const { outTradeNo } = parseInput(z.strictObject({ outTradeNo: documentId }), event);
  const payment = await loadOwnPaymentOfOrder(ports, openid, outTradeNo);
  if (!payment.orders.find(({ _id }) => _id === outTradeNo)?.shipping) {
    throw new CommerceError('SHIPMENT_NOT_FOUND');
  }
  await ports.shipping.refresh(outTradeNo);
  const order = await loadOrder(ports.documents, outTradeNo);
  return { orders: order ? [viewOrder(order, ports.clock.nowMs(), ports.policy)] : [] };
}
