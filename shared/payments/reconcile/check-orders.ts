import type { AccountKind, HasTime } from '../../core/ports.ts';
import { closePayment } from '../orders/close.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { type OrderRecord, ordersCollection, type Payment } from '../orders/records.ts';
import { claimCheck, refreshPayment } from '../orders/refresh.ts';
import { loadPayment } from '../orders/store.ts';
import { isOpen, isPaid } from '../orders/transitions.ts';

export interface CheckSummary {
  readonly checked: number;
  readonly failed: number;
}

const maxPerRun = 100;

/** Whether payments of these accounts are due for a check. */
export async function hasDueOrders(
  ports: Pick<OrderPorts, 'documents' | 'clock'>,
  accounts: readonly AccountKind[],
): Promise<boolean> {
  return (await findDue(ports, accounts, 1)).length > 0;
}

/**
 * Asks WeChat Pay about the payments whose check is due, the longest waiting first, until the time is up. Those past
 * their end are closed there and here. A payment whose check fails has had its turn and comes again later, so that it
 * does not keep the others waiting.
 */
export async function checkDueOrders(
  ports: OrderPorts,
  accounts: readonly AccountKind[],
  hasTime: HasTime,
): Promise<CheckSummary> {
  const due = await findDue(ports, accounts, maxPerRun);
  const seen = new Set<string>();
  let failed = 0;
  for (const order of due) {
    if (!hasTime()) break;
    const claimed = await claimCheck(ports, order);
    if (!claimed || seen.has(order.paymentNo)) continue;
    seen.add(order.paymentNo);
    try {
      await checkPayment(ports, order.paymentNo);
    } catch (error) {
      failed++;
      ports.log.warn('reconcile.check_failed', { paymentNo: order.paymentNo, error });
    }
  }
  return { checked: seen.size, failed };
}

function findDue(
  { documents, clock }: Pick<OrderPorts, 'documents' | 'clock'>,
  accounts: readonly AccountKind[],
  limit: number,
): Promise<OrderRecord[]> {
  return documents.find<OrderRecord>(ordersCollection, {
    where: { account: { in: accounts }, checkAfterMs: { lte: clock.nowMs() } },
    orderBy: { field: 'checkAfterMs', direction: 'asc' },
    limit,
  });
}

async function checkPayment(ports: OrderPorts, paymentNo: string): Promise<void> {
  const payment = await loadPayment(ports.documents, paymentNo);
  if (!payment) return;
  const fresh = await refreshPayment(ports, payment);
  if (isToBeClosed(fresh, ports.clock.nowMs())) await closePayment(ports, fresh);
}

/**
 * WeChat Pay closes an order at its time_expire by itself; whatever it still shows as open then is closed for good, and
 * so is what its payer closed here before WeChat Pay had heard of it.
 */
function isToBeClosed({ orders, expiresAtMs }: Payment, nowMs: number): boolean {
  if (orders.some(({ state }) => isPaid(state))) return false;
  const unsettled = orders.some(({ checkAfterMs }) => checkAfterMs !== null);
  const closedHere = orders.every(({ state }) => !isOpen(state));
  return unsettled && (closedHere || nowMs >= expiresAtMs);
}
