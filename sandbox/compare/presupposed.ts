/** What happened between two captured requests without a request: that a payer paid or complained, that a refund ended, that time went by. */
import type { CapturedExchange } from './capture.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

interface ControlStep {
  /** Below /_sandbox/, with placeholders. */
  readonly path: string;
  readonly body: JsonObject;
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
  const move = (ms: number) => [{ path: 'clock', body: { advanceMs: ms } }];
  if (method === 'GET') {
    if (/^\/v3\/bill\//.test(path)) return move(2 * dayMs);
    if (path === '/v3/merchant-service/complaints-v2') return complaintsOf(answered);
    if (/^\/v3\/(ecommerce\/)?profitsharing\//.test(path) && hasEnded(answered)) return move(minuteMs);
    const order = /\/(?:transactions\/out-trade-no|combine-transactions\/out-trade-no)\/([^/]+)$/.exec(
      path,
    )?.[1];
    if (paidStates.includes(stateOf(answered))) return pay(order);
    const refund = /\/refunds\/(?:out-refund-no\/)?([^/]+)$/.exec(path)?.[1];
    const result = answered.status ?? null;
    if (refund === undefined || !refundStates.includes(result)) return [];
    return [{ path: `refunds/${refund}/settle`, body: { result } }];
  }
  // Shares are taken a minute after the payment at the earliest.
  if (/^\/v3\/(ecommerce\/)?profitsharing\/orders$/.test(path)) return move(minuteMs);
  const needsPayment = /^\/v3\/(refund\/domestic\/refunds|ecommerce\/refunds\/apply)$/.test(path);
  return needsPayment ? pay(asked.out_trade_no) : [];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** That of an order, or of the first one of a combined payment. */
function stateOf({ trade_state, sub_orders }: JsonObject): Json {
  const [first] = Array.isArray(sub_orders) ? (sub_orders as readonly Json[]) : [];
  return trade_state ?? (isObject(first) ? (first.trade_state ?? null) : null);
}

function hasEnded({ state, status }: JsonObject): boolean {
  return state === 'FINISHED' || status === 'FINISHED';
}

/** A PNG of one pixel. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Somebody complains about each order that is complained about in the answer. */
function complaintsOf({ data }: JsonObject): ControlStep[] {
  const complaints = Array.isArray(data) ? (data as readonly Json[]) : [];
  return complaints.flatMap((one) => {
    const orders = isObject(one) && Array.isArray(one.complaint_order_info) ? one.complaint_order_info : [];
    const images = isObject(one) && one.complaint_media_list !== undefined ? [picture] : [];
    return (orders as readonly Json[]).flatMap((order) =>
      isObject(order) && typeof order.out_trade_no === 'string'
        ? [{ path: 'complaints', body: { outTradeNo: order.out_trade_no, images } }]
        : [],
    );
  });
}
