import * as z from 'zod/mini';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput } from '../../core/input.ts';
import { closePayment } from './close.ts';
import type { OrderPorts } from './ports.ts';
import { refreshPayment } from './refresh.ts';
import { loadPayment } from './store.ts';

const providerRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(['refresh', 'close']), paymentNo: documentId }),
  z.strictObject({ action: z.literal('workOnRefund'), outRefundNo: documentId }),
  // An operator's request to refundOrder, which parses it itself.
  z.strictObject({ action: z.literal('refundOrder'), event: z.unknown() }),
  // The same for shareProfit, with the operator's openid for the record.
  z.strictObject({
    action: z.literal('shareProfit'),
    operator: z.optional(z.string()),
    event: z.unknown(),
  }),
  // An operator's request to handleComplaints.
  z.strictObject({
    action: z.literal('handleComplaints'),
    operator: z.nullable(z.string()),
    event: z.unknown(),
  }),
  z.strictObject({ action: z.enum(['reconcile', 'refreshCertificates']) }),
]);

/** What partnerOrders does for the functions that do not hold the service provider's key. */
export type ProviderRequest = z.output<typeof providerRequest>;

/** @throws CommerceError BAD_REQUEST */
export function parseProviderRequest(event: unknown): ProviderRequest {
  return parseInput(providerRequest, event);
}

/**
 * Refreshes or closes one payment. The function that asks has checked whose it is.
 * @throws CommerceError ORDER_NOT_FOUND, ORDER_PAID, CONFIG_INVALID, …; WechatpayError
 */
export async function servePayment(
  ports: OrderPorts,
  { action, paymentNo }: Extract<ProviderRequest, { paymentNo: string }>,
): Promise<void> {
  const payment = await loadPayment(ports.documents, paymentNo);
  if (!payment) throw new CommerceError('ORDER_NOT_FOUND');
  await (action === 'refresh' ? refreshPayment(ports, payment) : closePayment(ports, payment));
}
