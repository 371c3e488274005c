import type { ApiContext } from '../context.ts';
import { OrderStore } from './order-store.ts';
import { orderPaid } from './rules.ts';
import { type Payment, stateOf } from './types.ts';

/** Closes an unpaid payment; closing a closed payment again succeeds. @throws ApiProblem ORDERPAID */
export function close(context: ApiContext, payment: Payment): void {
  new OrderStore(context.state).settle(payment, context.nowMs);
  const state = stateOf(payment);
  if (state === 'SUCCESS' || state === 'REFUND') throw orderPaid();
  if (state === 'CLOSED' || state === 'REVOKED') return;
  for (const order of payment.orders) order.state = 'CLOSED';
  const { paymentNo } = payment;
  context.bus.publish('order', { change: 'closed', state: 'CLOSED', paymentNo }, paymentNo);
}
