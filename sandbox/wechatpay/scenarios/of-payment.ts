import type { SimulatorContext } from '../context.ts';
import type { Order, Payment } from '../orders/types.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';

/** The scenario that an order selects, if scenarios are enabled. */
export function scenarioOfPayment(
  context: Pick<SimulatorContext, 'scenarios'>,
  payment: Payment,
): Scenario | undefined {
  if (!context.scenarios) return undefined;
  return scenarioOf({
    texts: payment.orders.flatMap(({ attach, description }) => [attach, description]),
    openids: Object.values(payment.payer),
    amountFen: payment.orders.reduce((sum, order) => sum + order.amountFen, 0),
  });
}

/** The scenario of the refund or share itself, otherwise that of its order. */
export function scenarioOfPart(
  context: Pick<SimulatorContext, 'scenarios'>,
  part: { readonly texts: readonly (string | undefined)[]; readonly amountFen: number },
  order: Order,
  payment: Payment,
): Scenario | undefined {
  if (!context.scenarios) return undefined;
  return scenarioOf({ ...part, openids: [] }) ?? scenarioOfPayment(context, { ...payment, orders: [order] });
}

export const payerTask = 'payer';
/** So that the answer with the prepay_id is there before the payer acts. */
const payerActsAfterMs = 1_000;

/** If the order's scenario defines what the payer does, that happens automatically. */
export function schedulePayer(context: SimulatorContext, payment: Payment, nowMs: number): void {
  if (!scenarioOfPayment(context, payment)) return;
  const kind = payment.kind === 'combine' ? 'combine' : 'single';
  context.due.schedule(payerTask, `${payment.mchid} ${kind} ${payment.paymentNo}`, nowMs + payerActsAfterMs);
}
