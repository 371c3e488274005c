import { CommerceError } from '../../core/errors.ts';
import { asId, asRecord, onlyKeys, refuse } from '../../core/input.ts';
import { closePayment } from './close.ts';
import type { OrderPorts } from './ports.ts';
import { refreshPayment } from './refresh.ts';
import { loadPayment } from './store.ts';

/** What partnerOrders does for the functions that do not hold the service provider's key. */
export type ProviderRequest =
  | { readonly action: 'refresh' | 'close'; readonly paymentNo: string }
  | { readonly action: 'workOnRefund'; readonly outRefundNo: string }
  /** What an operator asked of refundOrder. */
  | { readonly action: 'refundOrder'; readonly event: unknown }
  | { readonly action: 'reconcile' | 'refreshCertificates' };

/** @throws CommerceError BAD_REQUEST */
export function parseProviderRequest(event: unknown): ProviderRequest {
  const request = asRecord(event, '');
  const { action } = request;
  if (action === 'reconcile' || action === 'refreshCertificates') {
    onlyKeys(request, ['action'], '');
    return { action };
  }
  if (action === 'workOnRefund') {
    onlyKeys(request, ['action', 'outRefundNo'], '');
    return { action, outRefundNo: asId(request.outRefundNo, 'outRefundNo') };
  }
  if (action === 'refundOrder') {
    onlyKeys(request, ['action', 'event'], '');
    return { action, event: request.event };
  }
  if (action !== 'refresh' && action !== 'close') {
    return refuse('BAD_REQUEST', 'action', { zh: '未知的操作。', en: 'This action is not known.' });
  }
  onlyKeys(request, ['action', 'paymentNo'], '');
  return { action, paymentNo: asId(request.paymentNo, 'paymentNo') };
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
