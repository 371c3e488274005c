import { CommerceError } from '../../core/errors.ts';
import type { OrderPorts } from './ports.ts';
import { type OrderRecord, ordersCollection, type Payment } from './records.ts';
import { settlingMs } from './refresh.ts';
import { changeOrder } from './store.ts';
import { openStates } from './transitions.ts';

/** The most sub-orders that count: far more than the payments that are allowed. */
const ordersPerPayment = 10;

/**
 * Each open payment costs calls to WeChat Pay until it ends, so a payer may have a limited number of them.
 *
 * A new payment is counted after it was stored and before WeChat Pay is asked: of any number of calls at the same
 * moment, the one that was stored last sees all others, so no more than the limit pass.
 * @throws CommerceError TOO_MANY_UNPAID, and the payment is closed then; ORDER_CLOSED when it already is
 */
export async function limitOpenPayments(ports: OrderPorts, payment: Payment): Promise<void> {
  const { maxOpenPayments } = ports.policy;
  const limit = maxOpenPayments * ordersPerPayment;
  const open = await ports.documents.find<OrderRecord>(ordersCollection, {
    where: {
      openid: payment.openid,
      state: { in: openStates },
      expiresAtMs: { gt: ports.clock.nowMs() },
    },
    limit,
  });
  const payments = new Set(open.map(({ paymentNo }) => paymentNo));
  if (payments.size <= maxOpenPayments && open.length < limit) {
    if (payments.has(payment.paymentNo)) return;
    // The call that stored it was refused, or its payer closed it.
    throw new CommerceError('ORDER_CLOSED');
  }
  await Promise.all(payment.orders.map((order) => close(ports, order)));
  throw new CommerceError('TOO_MANY_UNPAID');
}

/** A second call with the same token may be on its way to WeChat Pay: a final check finds out its outcome. */
async function close({ documents }: OrderPorts, order: OrderRecord): Promise<void> {
  await changeOrder(
    documents,
    order._id,
    (current) =>
      current.state === 'CREATED'
        ? { state: 'CLOSED', checkAfterMs: current.expiresAtMs + settlingMs }
        : undefined,
    order,
  );
}
