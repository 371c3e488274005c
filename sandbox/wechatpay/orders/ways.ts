import type { ApiContext, Endpoint } from '../context.ts';
import { codeOf, type OrderStore } from './order-store.ts';
import type { Payment, TradeType } from './types.ts';

/** One of the ways to place an order that is paid later, and what its answer contains for the payer. */
export interface PaymentWay {
  /** The last part of the path: `/v3/pay/transactions/native`. */
  readonly path: 'jsapi' | 'native' | 'app' | 'h5';
  /** As in the APIs' names: `Native下单`. */
  readonly label: string;
  readonly tradeType: TradeType;
  answer(context: ApiContext, payment: Payment): object;
}

const prepayId = (_context: ApiContext, payment: Payment) => ({ prepay_id: payment.prepayId });

const paymentWays: readonly PaymentWay[] = [
  { path: 'jsapi', label: 'JSAPI', tradeType: 'JSAPI', answer: prepayId },
  // doc/v3/merchant/4012791877: the code is scanned, and is good for two hours.
  {
    path: 'native',
    label: 'Native',
    tradeType: 'NATIVE',
    answer: (_context, payment) => ({ code_url: codeUrlOf(payment) }),
  },
  { path: 'app', label: 'APP', tradeType: 'APP', answer: prepayId },
  // doc/v3/merchant/4012791834: the payer's browser goes there; here to the cashier of the sandbox.
  {
    path: 'h5',
    label: 'H5',
    tradeType: 'MWEB',
    answer: (context, payment) => ({
      h5_url: `${context.baseUrl ?? context.origin}/_sandbox/cashier?prepay_id=${payment.prepayId}&package=${payment.createdAtMs}`,
    }),
  },
];

/** The endpoints of one family, one for each way. */
export function prepayEndpoints(
  prefix: { readonly path: string; readonly name: string },
  roles: Endpoint['roles'],
  prepay: (context: ApiContext, way: PaymentWay) => Payment,
): Endpoint[] {
  return paymentWays.map((way) => ({
    name: `${prefix.name}${way.label}下单`,
    method: 'POST',
    path: `${prefix.path}${way.path}`,
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: way.answer(context, prepay(context, way)) }),
  }));
}

const codePrefix = 'weixin://wxpay/bizpayurl?pr=';

function codeUrlOf(payment: Payment): string {
  return `${codePrefix}${codeOf(payment)}`;
}

/** What the phone reads when it scans: the payment of a code_url, if it is one of this sandbox. */
export function scannedPayment(store: OrderStore, codeUrl: string): Payment | undefined {
  return codeUrl.startsWith(codePrefix) ? store.byCode(codeUrl.slice(codePrefix.length)) : undefined;
}
