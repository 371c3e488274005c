import type { CreateOrderAnswer } from '../../contract/index.ts';
import type { Account, AccountKind } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { asId, asRecord, asToken, onlyKeys } from '../../core/input.ts';
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
  return create(ports, payer, event, ['direct']);
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
  return create(ports, payer, event, ['partner', 'ecommerce']);
}

async function create(
  ports: CreateOrderPorts,
  payer: Payer,
  event: unknown,
  kinds: readonly AccountKind[],
): Promise<CreateOrderAnswer> {
  const request = asRecord(event, '');
  const account = findAccount(ports, kinds);
  const payment =
    'paymentNo' in request
      ? await earlierPayment(ports, payer, request, account)
      : await newPayment(ports, payer, request, account);
  return preparePayment(ports, payment);
}

function newPayment(
  ports: CreateOrderPorts,
  { openid }: Payer,
  request: Readonly<Record<string, unknown>>,
  account: Account,
): Promise<Payment> {
  onlyKeys(request, ['requestToken', 'items'], '');
  const requestToken = asToken(request.requestToken, 'requestToken');
  return paymentOfToken(ports, account, { openid, requestToken, items: request.items });
}

async function earlierPayment(
  ports: CreateOrderPorts,
  { openid }: Payer,
  request: Readonly<Record<string, unknown>>,
  { kind }: Account,
): Promise<Payment> {
  onlyKeys(request, ['paymentNo'], '');
  const payment = await loadOwnPayment(ports, openid, asId(request.paymentNo, 'paymentNo'));
  // Another account's payment needs another account's key: it belongs to the other function.
  if (payment.account !== kind) throw new CommerceError('ORDER_NOT_FOUND');
  return payment;
}

function findAccount({ accounts }: CreateOrderPorts, kinds: readonly AccountKind[]): Account {
  for (const kind of kinds) {
    const account = accounts.find(kind);
    if (account) return account;
  }
  throw new CommerceError('CONFIG_INVALID');
}
