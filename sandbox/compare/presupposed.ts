/** What happened between two captured requests without a request: that a payer paid, or that a refund ended. */
import type { CapturedExchange } from './capture.ts';
import { isObject, type Json } from './json.ts';

interface ControlStep {
  /** Below /_sandbox/, with placeholders. */
  readonly path: string;
  readonly body: object;
}

const paidStates: readonly Json[] = ['SUCCESS', 'REFUND'];
const refundStates: readonly Json[] = ['SUCCESS', 'CLOSED', 'ABNORMAL'];

export function presupposed({ request, response }: CapturedExchange): ControlStep[] {
  if (response.status >= 300) return [];
  const { method, target } = request;
  const answered = isObject(response.body) ? response.body : {};
  const asked = isObject(request.body) ? request.body : {};
  const [path = ''] = target.split('?');
  const pay = (no: Json | undefined) =>
    typeof no === 'string' ? [{ path: `orders/${no}/pay`, body: {} }] : [];
  if (method === 'GET') {
    const order = /\/(?:transactions\/out-trade-no|combine-transactions\/out-trade-no)\/([^/]+)$/.exec(
      path,
    )?.[1];
    if (paidStates.includes(answered.trade_state ?? null)) return pay(order);
    const refund = /\/refunds\/(?:out-refund-no\/)?([^/]+)$/.exec(path)?.[1];
    const result = answered.status ?? null;
    if (refund === undefined || !refundStates.includes(result)) return [];
    return [{ path: `refunds/${refund}/settle`, body: { result } }];
  }
  const needsPayment = /^\/v3\/(refund\/domestic\/refunds|ecommerce\/refunds\/apply)$/.test(path);
  return needsPayment ? pay(asked.out_trade_no) : [];
}
