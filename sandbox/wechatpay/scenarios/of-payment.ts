import type { SimulatorContext } from '../context.ts';
import type { Order, Payment } from '../orders/types.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';

/** The scenario that an order names, where the sandbox looks for them. */
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

/** That of a refund or a share by itself, else that of its order. */
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

/** A payer that the order speaks of acts by itself. */
export function schedulePayer(context: SimulatorContext, payment: Payment, nowMs: number): void {
  if (!scenarioOfPayment(context, payment)) return;
  const kind = payment.kind === 'combine' ? 'combine' : 'single';
  context.due.schedule(payerTask, `${payment.mchid} ${kind} ${payment.paymentNo}`, nowMs + payerActsAfterMs);
}
