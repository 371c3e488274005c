import type { CreateOrderAnswer, PaymentParams } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { CommerceError, explainWechatpayError, isRefusal } from '../../core/errors.ts';
import { paySign } from '../../wechatpay/crypto/signer.ts';
import { accountOf, holdsKey } from './account.ts';
import type { CreateOrderPorts, OrderPorts } from './ports.ts';
import type { Payment } from './records.ts';
import { expectPayment, refreshPayment } from './refresh.ts';
import { acceptNewOrder, changeOrder, changeRequest, loadPayment } from './store.ts';
import { checkAnswer } from './transaction.ts';
import { advance, isOpen, isPaid } from './transitions.ts';
import { viewOrder } from './view.ts';

/** Refusals of the order API that are about the state of the order: a query shows the state. */
const stateCodes: ReadonlySet<string> = new Set([
  'ORDERPAID',
  'ORDER_PAID',
  'ORDER_CLOSED',
  'ORDERCLOSED',
  'OUT_TRADE_NO_USED',
]);

/**
 * What the payer needs to pay now: a stored prepay_id that is still valid, or a new one for the same stored request.
 * None is returned for a paid payment.
 * @throws CommerceError ORDER_CLOSED, WECHATPAY_REFUSED, OUTCOME_UNKNOWN, …
 */
export async function preparePayment(ports: CreateOrderPorts, payment: Payment): Promise<CreateOrderAnswer> {
  if (isSettled(payment)) return answerPaid(ports, payment);
  checkPayable(ports, payment);
  const account = await accountOf(ports, payment);
  if (!holdsKey(account)) throw new CommerceError('CONFIG_INVALID');
  const ready = hasFreshPrepay(ports, payment) ? payment : await prepay(ports, account, payment);
  if (isSettled(ready)) return answerPaid(ports, ready);
  const { prepayId } = ready.request;
  if (prepayId === null) throw new CommerceError('OUTCOME_UNKNOWN');
  if (ready.orders.some(({ checks }) => checks > 0)) await expectPayment(ports, ready);
  return { ...answerPaid(ports, ready), payment: paymentParams(ports, account, prepayId) };
}

/** The sub-merchants' mini-program, where the payer is named by sub_openid. */
function paymentParams(
  { clock, nonce }: CreateOrderPorts,
  account: Account,
  prepayId: string,
): PaymentParams {
  const { appid, subAppid, client } = account;
  const signing = { nowMs: clock.nowMs(), nonce: nonce() };
  return paySign({ appid: subAppid ?? appid, prepayId }, client.account.privateKey, signing);
}

function answerPaid(ports: OrderPorts, payment: Payment): CreateOrderAnswer {
  const nowMs = ports.clock.nowMs();
  return {
    paymentNo: payment.paymentNo,
    orders: payment.orders.map((order) => viewOrder(order, nowMs, ports.policy)),
  };
}

/** One paid order is enough: a combined payment is paid in one go, the others are about to be reported. */
function isSettled(payment: Payment): boolean {
  return payment.orders.some(({ state }) => isPaid(state));
}

function checkPayable(ports: OrderPorts, payment: Payment): void {
  const open = payment.orders.length > 0 && payment.orders.every(({ state }) => isOpen(state));
  const inTime = ports.clock.nowMs() < payment.expiresAtMs - ports.policy.minTimeToPayMs;
  if (!open || !inTime) throw new CommerceError('ORDER_CLOSED');
}

function hasFreshPrepay(ports: OrderPorts, { request }: Payment): boolean {
  return ports.clock.nowMs() - (request.prepaidAtMs ?? 0) < ports.policy.prepayReuseMs;
}

async function prepay(ports: OrderPorts, account: Account, payment: Payment): Promise<Payment> {
  const { route, parameters } = payment.request;
  // The lifetime of a prepay_id is counted from before the request, since a slow response is older than it looks.
  const askedAtMs = ports.clock.nowMs();
  try {
    const answer = await account.client.request(route, JSON.parse(parameters));
    checkAnswer(typeof answer?.prepay_id === 'string' && answer.prepay_id !== '');
    const fresh = { prepayId: answer.prepay_id, prepaidAtMs: madeAtMs(payment, askedAtMs) };
    return await keepPrepay(ports, payment, fresh);
  } catch (error) {
    if (!isRefusal(error, stateCodes)) throw explainWechatpayError(error);
    const fresh = await refreshPayment(ports, payment);
    if (isSettled(fresh)) return fresh;
    checkPayable(ports, fresh);
    throw explainWechatpayError(error);
  }
}

const prepayLifetimeMs = 2 * 3_600_000;

/**
 * When a new prepay_id was made, at the earliest: until its two hours are over WeChat Pay answers with the same one, which
 * may have been made for an earlier request whose answer was lost.
 */
function madeAtMs({ request, orders }: Payment, askedAtMs: number): number {
  const { prepaidAtMs } = request;
  const createdAtMs = Math.min(...orders.map((order) => order.createdAtMs));
  const firstMs = prepaidAtMs === null ? createdAtMs : prepaidAtMs + prepayLifetimeMs;
  return Math.min(askedAtMs, Math.max(firstMs, askedAtMs - prepayLifetimeMs));
}

interface FreshPrepay {
  readonly prepayId: string;
  readonly prepaidAtMs: number;
}

async function keepPrepay(ports: OrderPorts, payment: Payment, fresh: FreshPrepay): Promise<Payment> {
  const atOnce = await acceptNewOrder(ports.documents, payment, fresh);
  if (atOnce) {
    checkPayable(ports, atOnce);
    return atOnce;
  }
  const current = await storePrepay(ports, payment, fresh);
  const orders = await Promise.all(
    current.orders.map(async (known) => {
      const accepted = await changeOrder(
        ports.documents,
        known._id,
        (order) => (order.state === 'CREATED' ? { state: advance(order.state, 'NOTPAY') } : undefined),
        // Of an order that has to be opened, a version that moved is noticed by the write. One that is open already is
        // read again: it may have been paid or closed while WeChat Pay was asked.
        known.state === 'CREATED' ? known : undefined,
      );
      return accepted.order;
    }),
  );
  const accepted = { ...current, orders };
  if (!isSettled(accepted)) checkPayable(ports, accepted);
  return accepted;
}

const maxRaces = 8;

/**
 * Of two instances that asked at once, both use the prepay_id that was stored first. A page that polls meanwhile writes
 * to the same document, but not a prepay_id: that is no reason to lose this one.
 */
async function storePrepay(
  { documents }: OrderPorts,
  payment: Payment,
  fresh: FreshPrepay,
): Promise<Payment> {
  let current = payment;
  for (let race = 0; race < maxRaces; race++) {
    // The same one does not become younger.
    if (current.request.prepayId === fresh.prepayId) return current;
    if (await changeRequest(documents, current, fresh)) {
      return { ...current, request: { ...current.request, ...fresh } };
    }
    current = (await loadPayment(documents, payment.paymentNo)) ?? current;
    if (current.request.prepayId !== payment.request.prepayId) return current;
  }
  throw new CommerceError('BUSY');
}
