/** Orders and combined payments. */
import { list, number, object, oneOf, text } from '../edit.ts';
import { type Correction, page } from './correction.ts';

const orders = (prefix: string) => ['jsapi', 'app', 'h5', 'native'].map((type) => `POST ${prefix}${type}`);

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

const tradeType = oneOf('JSAPI', 'NATIVE', 'APP', 'MICROPAY', 'MWEB', 'FACEPAY');

const tradeState = oneOf('SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR');

const transaction = {
  out_trade_no: text,
  'transaction_id?': text,
  'trade_type?': tradeType,
  trade_state: tradeState,
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

const combineTransaction = object({
  combine_appid: text,
  combine_mchid: text,
  combine_out_trade_no: text,
  'combine_transaction_id?': text,
  'scene_info?': object({ 'device_id?': text }),
  sub_orders: list(
    object({
      mchid: text,
      'sub_mchid?': text,
      'sub_appid?': text,
      'sub_openid?': text,
      out_trade_no: text,
      'transaction_id?': text,
      'trade_type?': tradeType,
      trade_state: tradeState,
      'bank_type?': text,
      'attach?': text,
      'success_time?': text,
      'amount?': object({
        total_amount: number,
        'currency?': text,
        payer_amount: number,
        'payer_currency?': text,
        'settlement_rate?': number,
      }),
      'promotion_detail?': promotions,
    }),
  ),
  'combine_payer_info?': object({ 'openid?': text, 'sub_openid?': text }),
});

export const payments: readonly Correction[] = [
  {
    page: page('doc/v3/merchant/4012791900'),
    routes: [
      'GET /v3/pay/transactions/out-trade-no/{out_trade_no}',
      'GET /v3/pay/transactions/id/{transaction_id}',
    ],
    answerIs: object({ appid: text, mchid: text, ...transaction, 'payer?': object({ 'openid?': text }) }),
  },
  {
    page: page('doc/v3/partner/4012760115'),
    routes: [
      'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}',
      'GET /v3/pay/partner/transactions/id/{transaction_id}',
    ],
    answerIs: object({
      sp_appid: text,
      sp_mchid: text,
      'sub_appid?': text,
      sub_mchid: text,
      ...transaction,
      'payer?': object({ 'sp_openid?': text, 'sub_openid?': text }),
    }),
  },
  {
    page: page('doc/v3/merchant/4012525182'),
    routes: [...orders('/v3/pay/transactions/'), ...orders('/v3/pay/partner/transactions/')],
    request: {
      required: ['scene_info.payer_client_ip', 'scene_info.store_info.id'],
      optional: [
        'scene_info.store_info.name',
        'scene_info.store_info.area_code',
        'scene_info.store_info.address',
      ],
      types: { 'amount.currency': oneOf('CNY') },
    },
  },
  {
    page: page('doc/v3/merchant/4012525153'),
    routes: ['POST /v3/pay/transactions/h5', 'POST /v3/pay/partner/transactions/h5'],
    request: { required: ['scene_info', 'scene_info.h5_info', 'scene_info.h5_info.type'] },
  },
  {
    // Exactly one of sp_openid and sub_openid.
    page: page('doc/v3/partner/4012523593'),
    routes: ['POST /v3/pay/partner/transactions/jsapi'],
    request: { optional: ['payer.sp_openid'] },
  },
  {
    // A direct merchant's own sub-orders have no sub_mchid.
    page: page('doc/v3/partner/4012760633'),
    routes: ['jsapi', 'h5', 'native'].map((type) => `POST /v3/combine-transactions/${type}`),
    request: { optional: ['sub_orders[].sub_mchid'] },
  },
  {
    page: page('doc/v3/partner/4012760633'),
    routes: ['POST /v3/combine-transactions/h5'],
    request: { optional: ['scene_info.device_id'] },
  },
  {
    page: page('docs/partner/apis/combine-payment/orders/query-order.html'),
    routes: ['GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}'],
    answerIs: combineTransaction,
  },
];
