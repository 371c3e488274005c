import type { CreateOrderAnswer } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { asId, asRecord, asToken, onlyKeys } from '../../core/input.ts';
import type { AccountKind, PaymentGateway } from '../../core/ports.ts';
import type { OrderDoor } from './ids.ts';
import { paymentOfToken } from './new-payment.ts';
import { loadOwnPayment } from './ownership.ts';
import type { CreateOrderPorts } from './ports.ts';
import { preparePayment } from './prepay.ts';
import type { Payment } from './records.ts';

/** The caller, as the platform says; never from the event. */
export interface Payer {
  readonly openid: string;
}

/**
 * createOrder: the shop's own goods, paid to its own merchant number.
 * @param event a CreateOrderRequest; whatever else is in it is refused
 * @throws CommerceError
 */
export function createOrder(
  ports: CreateOrderPorts,
  payer: Payer,
  event: unknown,
): Promise<CreateOrderAnswer> {
  return create(ports, payer, event, 'own', ['direct']);
}

/**
 * createPartnerOrder: sellers' goods, paid to the sellers through the service provider or platform. Several sellers in
 * one cart become one combined payment (合单支付).
 * @throws CommerceError
 */
export function createPartnerOrder(
  ports: CreateOrderPorts,
  payer: Payer,
  event: unknown,
): Promise<CreateOrderAnswer> {
  return create(ports, payer, event, 'partner', ['partner', 'ecommerce']);
}

async function create(
  ports: CreateOrderPorts,
  payer: Payer,
  event: unknown,
  door: OrderDoor,
  accounts: readonly AccountKind[],
): Promise<CreateOrderAnswer> {
  const request = asRecord(event, '');
  const gateway = gatewayOf(ports, accounts);
  const payment =
    'paymentNo' in request
      ? await paymentAgain(ports, payer, request, gateway.account)
      : await newPayment(ports, payer, request, door, gateway);
  return preparePayment(ports, gateway, payment);
}

function newPayment(
  ports: CreateOrderPorts,
  payer: Payer,
  request: Readonly<Record<string, unknown>>,
  door: OrderDoor,
  gateway: PaymentGateway,
): Promise<Payment> {
  onlyKeys(request, ['requestToken', 'items'], '');
  const requestToken = asToken(request.requestToken, 'requestToken');
  return paymentOfToken(ports, gateway, { door, openid: payer.openid, requestToken, items: request.items });
}

async function paymentAgain(
  ports: CreateOrderPorts,
  payer: Payer,
  request: Readonly<Record<string, unknown>>,
  account: AccountKind,
): Promise<Payment> {
  onlyKeys(request, ['paymentNo'], '');
  const payment = await loadOwnPayment(ports, payer.openid, asId(request.paymentNo, 'paymentNo'));
  // Another account's payment needs another account's key: it belongs to the other function.
  if (payment.account !== account) throw new CommerceError('ORDER_NOT_FOUND');
  return payment;
}

function gatewayOf(ports: CreateOrderPorts, accounts: readonly AccountKind[]): PaymentGateway {
  for (const account of accounts) {
    const gateway = ports.gateways.find(account);
    if (gateway) return gateway;
  }
  throw new CommerceError('CONFIG_INVALID');
}
