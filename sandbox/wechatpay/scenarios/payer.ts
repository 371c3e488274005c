import type { ControlRoute, SimulatorContext } from '../context.ts';
import { OrderStore } from '../orders/order-store.ts';
import { obstacle, pay } from '../payer/pay.ts';
import { payerTask, scenarioOfPayment } from './of-payment.ts';
import { scenarios } from './scenarios.ts';

export function handlePayerTasks(context: SimulatorContext): void {
  context.due.handle(payerTask, (ref) => act(context, ref));
}

/** Does what the order's scenario says, unless the payment has already changed. */
function act(context: SimulatorContext, ref: string): void {
  const [mchid, kind, paymentNo] = ref.split(' ') as [string, string, string];
  const payment = new OrderStore(context.state).payment(mchid, paymentNo, kind === 'combine');
  const scenario = payment && scenarioOfPayment(context, payment);
  if (!scenario || obstacle(payment, context.clock.now())) return;
  pay(context, payment, { result: scenario.payer });
}

export const scenarioRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/scenarios',
    handle: (context) => ({
      inForce: context.scenarios === true,
      scenarios: scenarios.map(({ name, ending, meaning }) => ({
        name,
        amountEnding: ending,
        marker: `sandbox:${name}`,
        openidEnding: `_${name}`,
        meaning,
      })),
    }),
  },
];
