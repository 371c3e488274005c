import { CommerceError } from '../../core/errors.ts';
import type { OrderPorts } from './ports.ts';
import type { Payment } from './records.ts';
import { loadOrder, loadPayment } from './store.ts';

/**
 * A payment of this payer. Someone else's is not found, whether it exists or not.
 * @throws CommerceError ORDER_NOT_FOUND
 */
export async function loadOwnPayment(
  ports: Pick<OrderPorts, 'documents'>,
  openid: string,
  paymentNo: string,
): Promise<Payment> {
  const payment = await loadPayment(ports.documents, paymentNo);
  if (payment?.openid !== openid) throw new CommerceError('ORDER_NOT_FOUND');
  return payment;
}

/** The payment that has this order in it. @throws CommerceError ORDER_NOT_FOUND */
export async function loadOwnPaymentOfOrder(
  ports: Pick<OrderPorts, 'documents'>,
  openid: string,
  outTradeNo: string,
): Promise<Payment> {
  const order = await loadOrder(ports.documents, outTradeNo);
  if (order?.openid !== openid) throw new CommerceError('ORDER_NOT_FOUND');
  return loadOwnPayment(ports, openid, order.paymentNo);
}
