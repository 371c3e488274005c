/** Where the OpenAPI files are wrong, or say nothing, what the official page says. Each correction names its page. */
import type { Operation } from './openapi.ts';
import type { Field, Shape } from './shape.ts';

interface Correction {
  /** The official page. */
  readonly page: string;
  readonly routes: readonly string[];
  readonly apply: (operation: Operation) => void;
}

const text: Shape = { kind: 'string' };
const number: Shape = { kind: 'number' };
const list = (items: Shape): Shape => ({ kind: 'array', items });
const oneOf = (...values: string[]): Shape => ({ kind: 'string', enum: values });

/** Fields, required unless their name ends with `?`. */
function object(fields: Record<string, Shape>): Shape {
  const entries = Object.entries(fields).map(([name, shape]): [string, Field] =>
    name.endsWith('?') ? [name.slice(0, -1), { required: false, shape }] : [name, { required: true, shape }],
  );
  return { kind: 'object', fields: Object.fromEntries(entries) };
}

const promotions = list(
  object({
    coupon_id: text,
    'name?': text,
    'scope?': oneOf('GLOBAL', 'SINGLE'),
    'type?': oneOf('CASH', 'NOCASH'),
    amount: number,
    'stock_id?': text,
    'wechatpay_contribute?': number,
    'merchant_contribute?': number,
    'other_contribute?': number,
    'currency?': text,
    'goods_detail?': list(
      object({
        goods_id: text,
        quantity: number,
        unit_price: number,
        discount_amount: number,
        'goods_remark?': text,
      }),
    ),
  }),
);

const transaction = {
  out_trade_no: text,
  'transaction_id?': text,
  'trade_type?': oneOf('JSAPI', 'NATIVE', 'APP', 'MICROPAY', 'MWEB', 'FACEPAY'),
  trade_state: oneOf('SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR'),
  trade_state_desc: text,
  'bank_type?': text,
  'attach?': text,
  'success_time?': text,
  'amount?': object({
    'total?': number,
    'payer_total?': number,
    'currency?': text,
    'payer_currency?': text,
  }),
  'scene_info?': object({ 'device_id?': text }),
  'promotion_detail?': promotions,
};

const corrections: readonly Correction[] = [
  {
    page: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791859',
    routes: [
      'GET /v3/pay/transactions/out-trade-no/{out_trade_no}',
      'GET /v3/pay/transactions/id/{transaction_id}',
    ],
    apply: (operation) => {
      operation.answer = object({
        appid: text,
        mchid: text,
        ...transaction,
        'payer?': object({ 'openid?': text }),
      });
    },
  },
  {
    page: 'https://pay.weixin.qq.com/doc/v3/partner/4012760115',
    routes: [
      'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}',
      'GET /v3/pay/partner/transactions/id/{transaction_id}',
    ],
    apply: (operation) => {
      operation.answer = object({
        sp_appid: text,
        sp_mchid: text,
        'sub_appid?': text,
        sub_mchid: text,
        ...transaction,
        'payer?': object({ 'sp_openid?': text, 'sub_openid?': text }),
      });
    },
  },
];

/** Changes the operations in place. @throws Error for a correction of a route that is no longer there */
export function correct(operations: readonly Operation[]): void {
  const byRoute = new Map(operations.map((operation) => [operation.route, operation]));
  for (const { routes, apply } of corrections) {
    for (const route of routes) {
      const operation = byRoute.get(route);
      if (!operation) throw new Error(`A correction is for ${route}, which is not in the files.`);
      apply(operation);
    }
  }
}
