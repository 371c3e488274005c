import type { CloseOrderAnswer } from '../../contract/index.ts';
import { CommerceError, explainGatewayError, isGatewayError } from '../../core/errors.ts';
import { asId, asRecord, onlyKeys } from '../../core/input.ts';
import type { PaymentGateway, ProviderDesk } from '../../core/ports.ts';
import { accountOf } from './account.ts';
import type { Payer } from './create.ts';
import { loadOwnPayment } from './ownership.ts';
import type { OrderPorts } from './ports.ts';
import type { Payment } from './records.ts';
import { closeHere, referenceOf, refreshPayment } from './refresh.ts';
import { loadPayment } from './store.ts';
import { isOpen, isPaid } from './transitions.ts';
import { viewOrder } from './view.ts';

const closedCodes: ReadonlySet<string> = new Set(['ORDER_CLOSED', 'ORDERCLOSED']);
const unknownCodes: ReadonlySet<string> = new Set([
  'ORDER_NOT_EXIST',
  'ORDERNOTEXIST',
  'RESOURCE_NOT_EXISTS',
]);
const paidCodes: ReadonlySet<string> = new Set(['ORDERPAID', 'ORDER_PAID']);

/**
 * closeOrder: closes the caller's own unpaid payment, all of it. Closing what is closed already is fine.
 * @throws CommerceError ORDER_PAID, ORDER_NOT_FOUND, OUTCOME_UNKNOWN, …
 */
export async function closeOrder(ports: OrderPorts, payer: Payer, event: unknown): Promise<CloseOrderAnswer> {
  const request = asRecord(event, '');
  onlyKeys(request, ['paymentNo'], '');
  const payment = await loadOwnPayment(ports, payer.openid, asId(request.paymentNo, 'paymentNo'));
  const closed = await closePayment(ports, payment);
  const nowMs = ports.clock.nowMs();
  return { orders: closed.orders.map((order) => viewOrder(order, nowMs, ports.policy)) };
}

/**
 * Closes at WeChat Pay first, then here: until WeChat Pay has closed it the payer can still pay.
 * @returns the payment as it is afterwards. @throws CommerceError ORDER_PAID when it was paid in the meantime
 */
export async function closePayment(ports: OrderPorts, payment: Payment): Promise<Payment> {
  if (payment.orders.some(({ state }) => isPaid(state))) throw new CommerceError('ORDER_PAID');
  // A closed order that is still to be checked is one that WeChat Pay had not heard of when it was closed here.
  if (!payment.orders.some((order) => isOpen(order.state) || order.checkAfterMs !== null)) return payment;
  const account = await accountOf(ports, payment);
  const after = account.gateway
    ? await closeThere(ports, account.gateway, payment)
    : await closeByProvider(ports, account.provider, payment);
  if (after.orders.some(({ state }) => isPaid(state))) throw new CommerceError('ORDER_PAID');
  return after;
}

async function closeByProvider(
  ports: OrderPorts,
  provider: ProviderDesk,
  payment: Payment,
): Promise<Payment> {
  await provider.close(payment.paymentNo);
  return (await loadPayment(ports.documents, payment.paymentNo)) ?? payment;
}

async function closeThere(ports: OrderPorts, gateway: PaymentGateway, payment: Payment): Promise<Payment> {
  let certain = true;
  try {
    await sendClose(gateway, payment);
  } catch (error) {
    if (!isGatewayError(error) || error.kind !== 'refused') throw explainGatewayError(error);
    if (paidCodes.has(error.code)) {
      await refreshPayment(ports, payment);
      throw new CommerceError('ORDER_PAID');
    }
    certain = closedCodes.has(error.code);
    if (!certain && !unknownCodes.has(error.code)) throw explainGatewayError(error);
  }
  return closeHere(ports, payment, certain);
}

function sendClose(gateway: PaymentGateway, payment: Payment): Promise<void> {
  const references = payment.orders.map(referenceOf);
  if (payment.combined) return gateway.closeCombined(payment.paymentNo, references);
  const [reference] = references;
  if (!reference) throw new Error(`The payment ${payment.paymentNo} has no order.`);
  return gateway.close(reference);
}
