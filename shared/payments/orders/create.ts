import * as z from 'zod/mini';
import type { CreateOrderAnswer } from '../../contract/index.ts';
import type { Account, AccountKind } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput, requestToken } from '../../core/input.ts';
import { paymentOfToken } from './new-payment.ts';
import { limitOpenPayments } from './open-payments.ts';
import { loadOwnPayment } from './ownership.ts';
import type { CreateOrderPorts } from './ports.ts';
import { preparePayment } from './prepay.ts';
import type { Payment } from './records.ts';
import { checkSellers } from './sellers-of-payment.ts';

const newRequest = z.strictObject({ requestToken, items: z.unknown() });
const earlierRequest = z.strictObject({ paymentNo: documentId });

/** The caller, as authenticated by the platform; never from the event. */
export interface Payer {
  readonly openid: string;
}

/**
 * createOrder: the shop's own goods, paid to its own merchant number.
 * @param event a CreateOrderRequest; unknown fields are refused
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
  const isEarlier = Object.hasOwn(Object(event), 'paymentNo');
  const account = findAccount(ports, kinds);
  const payment = isEarlier
    ? await earlierPayment(ports, payer, parseInput(earlierRequest, event), account)
    : await paymentOfToken(ports, account, { ...payer, ...parseInput(newRequest, event) });
  // Whoever stored it may not have counted it yet, or have died before: nobody passes the limit by asking again.
  if (isNew(payment)) await limitOpenPayments(ports, payment);
  return preparePayment(ports, payment);
}

function isNew({ request, orders }: Payment): boolean {
  return request.prepayId === null && orders.every(({ state }) => state === 'CREATED');
}

async function earlierPayment(
  ports: CreateOrderPorts,
  { openid }: Payer,
  { paymentNo }: z.output<typeof earlierRequest>,
  { kind }: Account,
): Promise<Payment> {
  const payment = await loadOwnPayment(ports, openid, paymentNo);
  // A payment of another account needs that account's key, which another function holds.
  if (payment.account !== kind) throw new CommerceError('ORDER_NOT_FOUND');
  await checkSellers(ports, payment);
  return payment;
}

function findAccount({ accounts }: CreateOrderPorts, kinds: readonly AccountKind[]): Account {
  for (const kind of kinds) {
    const account = accounts.find(kind);
    if (account) return account;
  }
  throw new CommerceError('CONFIG_INVALID');
}
