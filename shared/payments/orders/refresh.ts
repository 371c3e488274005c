import type { Account } from '../../core/account.ts';
import { delayAfter } from '../../core/policy.ts';
import { accountOf, holdsKey } from './account.ts';
import type { OrderPorts } from './ports.ts';
import { recordTransaction } from './record-transaction.ts';
import type { OrderRecord, Payment } from './records.ts';
import { changeOrder, changeRequest, loadPayment } from './store.ts';
import { queryPayment } from './transaction.ts';
import { advance, isOpen, isPaid } from './transitions.ts';

/** After an order expires, WeChat Pay may still be processing a payment that was begun before. */
export const settlingMs = 60_000;

/**
 * Asks WeChat Pay about a payment and records what it says, here or through the function that holds the account's key.
 * @returns the payment as it is afterwards
 * @throws WechatpayError, CommerceError CONFIG_INVALID when no configured account can ask
 */
export async function refreshPayment(ports: OrderPorts, payment: Payment): Promise<Payment> {
  const holder = await accountOf(ports, payment);
  if (holdsKey(holder)) return askAndRecord(ports, holder, payment);
  await holder.refresh(payment.paymentNo);
  return (await loadPayment(ports.documents, payment.paymentNo)) ?? payment;
}

/**
 * The same, but not more often than the policy allows for one payment: the claim to ask is taken by compare and set,
 * so that only one of many polling pages asks.
 */
export async function refreshIfStale(ports: OrderPorts, payment: Payment): Promise<Payment> {
  const nowMs = ports.clock.nowMs();
  if (!payment.orders.some(({ state }) => isOpen(state))) return payment;
  if (nowMs - payment.request.queriedAtMs < ports.policy.minQueryIntervalMs) return payment;
  if (!(await changeRequest(ports.documents, payment, { queriedAtMs: nowMs }))) return payment;
  return refreshPayment(ports, payment);
}

/** The payer is about to pay: the timer looks again soon, as after a new order. */
export async function expectPayment(ports: OrderPorts, payment: Payment): Promise<void> {
  const [order] = payment.orders;
  if (!order) return;
  const checkAfterMs = ports.clock.nowMs() + delayAfter(ports.policy.checkDelaysMs, 0);
  await changeOrder(
    ports.documents,
    order._id,
    (current) => (isOpen(current.state) ? { checks: 0, checkAfterMs } : undefined),
    order,
  );
}

/**
 * Claims the check of an order and schedules the next one, so that an order whose check fails goes to the end of the
 * queue. @returns the updated order; undefined when another instance claimed it
 */
export async function claimCheck(ports: OrderPorts, order: OrderRecord): Promise<OrderRecord | undefined> {
  const nowMs = ports.clock.nowMs();
  const claimed = await changeOrder(
    ports.documents,
    order._id,
    (current) => {
      if (current.checkAfterMs === null || current.checkAfterMs > nowMs) return undefined;
      const checks = current.checks + 1;
      const nextMs = nowMs + delayAfter(ports.policy.checkDelaysMs, checks);
      // One check falls right after the expiry, when the outcome is certain.
      const endMs = current.expiresAtMs + settlingMs;
      return { checks, checkAfterMs: nowMs < endMs ? Math.min(nextMs, endMs) : nextMs };
    },
    order,
  );
  return claimed.changed ? claimed.order : undefined;
}

async function askAndRecord(ports: OrderPorts, account: Account, payment: Payment): Promise<Payment> {
  const transactions = await queryPayment(account, payment);
  if (!transactions) return forgetExpired(ports, payment);
  const from = { account: payment.account, source: 'query' } as const;
  const known = new Map(payment.orders.map((order) => [order._id, order]));
  // An order that cannot be recorded does not stop the others.
  const recorded = await Promise.allSettled(
    transactions.map((each) => recordTransaction(ports, each, from, known.get(each.outTradeNo))),
  );
  for (const result of recorded) {
    if (result.status === 'rejected') throw result.reason;
    const { order } = result.value;
    if (order && known.has(order._id)) known.set(order._id, order);
  }
  return { ...payment, orders: [...known.values()] };
}

/** Never accepted by WeChat Pay and expired, so it never will be: time_expire is part of the stored request. */
async function forgetExpired(ports: OrderPorts, payment: Payment): Promise<Payment> {
  if (ports.clock.nowMs() < payment.expiresAtMs + settlingMs) return payment;
  return closeHere(ports, payment, true);
}

/**
 * Marks the unpaid orders of a payment as closed; a paid one stays paid.
 * @param certain WeChat Pay closed it, or it has expired. Otherwise a request that is still in flight may open it after
 * all, so the timer goes on asking, and closes what it finds.
 */
export async function closeHere(ports: OrderPorts, payment: Payment, certain: boolean): Promise<Payment> {
  const orders: OrderRecord[] = [];
  for (const { _id } of payment.orders) {
    const closed = await changeOrder(ports.documents, _id, (order) => {
      const state = advance(order.state, 'CLOSED');
      const set = {
        ...(state !== order.state && { state }),
        ...(certain && order.checkAfterMs !== null && { checkAfterMs: null }),
      };
      return isPaid(state) || Object.keys(set).length === 0 ? undefined : set;
    });
    orders.push(closed.order);
  }
  return { ...payment, orders };
}
