import type { AccountKind } from '../../core/account.ts';
import { type DuePorts, type DueQueue, findDue, workThroughDue } from '../../core/due.ts';
import type { HasTime } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { closePayment } from '../orders/close.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { type OrderRecord, ordersCollection, type Payment } from '../orders/records.ts';
import { claimCheck, refreshPayment } from '../orders/refresh.ts';
import { loadPaymentOf } from '../orders/store.ts';
import { isOpen, isPaid } from '../orders/transitions.ts';

export interface CheckSummary {
  readonly checked: number;
  readonly failed: number;
}

/** Delay until an order that could not be claimed is tried again. */
const retryMs = 10 * 60_000;

/** Whether payments of these accounts are due for a check. */
export async function hasDueOrders(ports: DuePorts, accounts: readonly AccountKind[]): Promise<boolean> {
  return (await findDue(ports, queueOf(accounts), 1)).length > 0;
}

/**
 * Asks WeChat Pay about the payments whose check is due, the longest waiting first and several at once, until the time
 * is up. Expired ones are closed at WeChat Pay and here. A payment whose check fails is tried again later, so that it
 * does not block the others.
 */
export async function checkDueOrders(
  ports: OrderPorts,
  accounts: readonly AccountKind[],
  hasTime: HasTime,
): Promise<CheckSummary> {
  const checked = new Set<string>();
  let failed = 0;
  const run = { concurrency: ports.policy.checkConcurrency, hasTime, retryMs };
  await workThroughDue<OrderRecord>(ports, queueOf(accounts), run, async (order) => {
    const claimed = await claimCheck(ports, order);
    if (!claimed || checked.has(order.paymentNo)) return;
    checked.add(order.paymentNo);
    try {
      await checkPayment(ports, claimed);
    } catch (error) {
      failed++;
      // WeChat Pay did not answer, which is temporary. Anything else needs attention.
      const level = error instanceof WechatpayError && error.kind === 'unknown' ? 'warn' : 'error';
      ports.log[level]('reconcile.check_failed', { _id: order._id, paymentNo: order.paymentNo, error });
    }
  });
  return { checked: checked.size, failed };
}

function queueOf(accounts: readonly AccountKind[]): DueQueue {
  return { collection: ordersCollection, field: 'checkAfterMs', where: { account: { in: accounts } } };
}

async function checkPayment(ports: OrderPorts, order: OrderRecord): Promise<void> {
  const payment = await loadPaymentOf(ports.documents, order);
  if (!payment)
    throw new Error(`The payment ${order.paymentNo} is not stored: its order was changed by hand.`);
  const fresh = await refreshPayment(ports, payment);
  if (isToBeClosed(fresh, ports.clock.nowMs())) await closePayment(ports, fresh);
}

/**
 * WeChat Pay closes an order at its time_expire by itself; whatever it still shows as open then is closed for good, and
 * so is what its payer closed here before WeChat Pay knew it.
 */
function isToBeClosed({ orders, expiresAtMs }: Payment, nowMs: number): boolean {
  if (orders.some(({ state }) => isPaid(state))) return false;
  const closedHere = orders.every(({ state }) => !isOpen(state));
  return closedHere || nowMs >= expiresAtMs;
}
