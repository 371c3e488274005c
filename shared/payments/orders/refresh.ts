import { delayAfter } from '../../core/policy.ts';
import type { PaymentGateway, Transaction } from '../../core/ports.ts';
import type { OrderPorts } from './ports.ts';
import { recordTransaction } from './record-transaction.ts';
import type { OrderRecord, Payment } from './records.ts';
import { changeOrder, changeRequest, loadPayment } from './store.ts';
import { advance, isOpen, isPaid } from './transitions.ts';

/** After the end of an order, WeChat Pay may still be busy with a payment that was begun before it. */
const settlingMs = 60_000;

/**
 * Asks WeChat Pay about a payment and records what it says, through the account's own gateway or through the function
 * that has it. @returns the payment as it is afterwards.
 * @throws GatewayError, CommerceError CONFIG_INVALID when nobody here can ask
 */
export async function refreshPayment(ports: OrderPorts, payment: Payment): Promise<Payment> {
  const gateway = ports.gateways.find(payment.account);
  if (gateway) await askAndRecord(ports, gateway, payment);
  else if (ports.providerDesk) await ports.providerDesk.refresh(payment.paymentNo);
  else ports.log.error('order.account_not_configured', { account: payment.account });
  return (await loadPayment(ports.documents, payment.paymentNo)) ?? payment;
}

/**
 * The same, but not more often than the policy allows for one payment: the claim to ask is taken by compare and set,
 * so that of many pages that poll only one asks.
 */
export async function refreshIfStale(ports: OrderPorts, payment: Payment): Promise<Payment> {
  const nowMs = ports.clock.nowMs();
  if (!payment.orders.some(({ state }) => isOpen(state))) return payment;
  if (nowMs - payment.request.queriedAtMs < ports.policy.minQueryIntervalMs) return payment;
  if (!(await changeRequest(ports.documents, payment, { queriedAtMs: nowMs }))) return payment;
  return refreshPayment(ports, payment);
}

/** Takes the turn to check an order, and says when the next one is: whoever fails has already gone to the end. */
export async function claimCheck(ports: OrderPorts, order: OrderRecord): Promise<boolean> {
  const nowMs = ports.clock.nowMs();
  const { changed } = await changeOrder(
    ports.documents,
    order._id,
    (current) => {
      if (current.checkAfterMs === null || current.checkAfterMs > nowMs) return undefined;
      const checks = current.checks + 1;
      const nextMs = nowMs + delayAfter(ports.policy.checkDelaysMs, checks);
      // One check falls right after the end, when the outcome is certain.
      const endMs = current.expiresAtMs + settlingMs;
      return { checks, checkAfterMs: nowMs < endMs ? Math.min(nextMs, endMs) : nextMs };
    },
    order,
  );
  return changed;
}

async function askAndRecord(ports: OrderPorts, gateway: PaymentGateway, payment: Payment): Promise<void> {
  const transactions = await ask(gateway, payment);
  if (!transactions) return forgetExpired(ports, payment);
  const heard = { account: payment.account, source: 'query' } as const;
  for (const transaction of transactions) await recordTransaction(ports, transaction, heard);
}

/** @returns undefined when WeChat Pay has never heard of the payment. */
async function ask(gateway: PaymentGateway, payment: Payment): Promise<readonly Transaction[] | undefined> {
  if (payment.combined) return (await gateway.queryCombined(payment.paymentNo))?.orders;
  const [order] = payment.orders;
  if (!order) return undefined;
  const transaction = await gateway.query(referenceOf(order));
  return transaction && [transaction];
}

/** Never accepted there and past its end, so it never will be: time_expire is part of the stored request. */
async function forgetExpired(ports: OrderPorts, payment: Payment): Promise<void> {
  if (ports.clock.nowMs() < payment.expiresAtMs + settlingMs) return;
  await closeHere(ports, payment, true);
}

/**
 * Marks the unpaid orders of a payment as closed; a paid one stays paid.
 * @param certain WeChat Pay closed it, or its end is past. Otherwise a request that is still on its way there may open
 * it after all, so the timer goes on asking, and closes what it finds.
 */
export async function closeHere(ports: OrderPorts, payment: Payment, certain: boolean): Promise<void> {
  for (const { _id } of payment.orders) {
    await changeOrder(ports.documents, _id, (order) => {
      const state = advance(order.state, 'CLOSED');
      const set = {
        ...(state !== order.state && { state }),
        ...(certain && order.checkAfterMs !== null && { checkAfterMs: null }),
      };
      return isPaid(state) || Object.keys(set).length === 0 ? undefined : set;
    });
  }
}

export function referenceOf(order: OrderRecord): { outTradeNo: string; subMchid?: string } {
  return { outTradeNo: order._id, ...(order.subMchid !== null && { subMchid: order.subMchid }) };
}
