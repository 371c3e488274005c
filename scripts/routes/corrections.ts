/** Where the OpenAPI files are wrong, or say nothing, what the official page says. Each correction names its page. */
import { type Edits, edit, list, number, object, oneOf, text } from './edit.ts';
import type { Operation } from './openapi.ts';
import type { Shape } from './shape.ts';

interface Correction {
  /** The official page. */
  readonly page: string;
  readonly routes: readonly string[];
  readonly request?: Edits;
  readonly answer?: Edits;
  /** The whole answer, where the files have another one. */
  readonly answerIs?: Shape;
}

const page = (path: string) => `https://pay.weixin.qq.com/${path}`;
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

const shareResult = oneOf('PENDING', 'SUCCESS', 'CLOSED');
const shareState = oneOf('PROCESSING', 'FINISHED');
const shareFailReason = oneOf(
  'ACCOUNT_ABNORMAL',
  'NO_RELATION',
  'RECEIVER_HIGH_RISK',
  'RECEIVER_REAL_NAME_NOT_VERIFIED',
  'NO_AUTH',
  'RECEIVER_RECEIPT_LIMIT',
  'PAYER_ACCOUNT_ABNORMAL',
  'INVALID_REQUEST',
);

const refundStatus = oneOf('SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL');
const refundChannel = oneOf('ORIGINAL', 'BALANCE', 'OTHER_BALANCE', 'OTHER_BANKCARD');
const fundsAccount = oneOf('UNSETTLED', 'AVAILABLE', 'UNAVAILABLE', 'OPERATION', 'BASIC', 'ECNY_BASIC');

const ecommerceDocumentType = oneOf(
  'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
  'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
  'IDENTIFICATION_TYPE_HONGKONG',
  'IDENTIFICATION_TYPE_MACAO',
  'IDENTIFICATION_TYPE_TAIWAN',
  'IDENTIFICATION_TYPE_FOREIGN_RESIDENT',
  'IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT',
  'IDENTIFICATION_TYPE_TAIWAN_RESIDENT',
);

const corrections: readonly Correction[] = [
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
  {
    page: page('docs/merchant/apis/refund/refunds/create.html'),
    routes: ['POST /v3/refund/domestic/refunds', 'GET /v3/refund/domestic/refunds/{out_refund_no}'],
    answer: {
      types: {
        status: refundStatus,
        channel: refundChannel,
        funds_account: fundsAccount,
        'promotion_detail[].scope': oneOf('GLOBAL', 'SINGLE'),
        'promotion_detail[].type': oneOf('CASH', 'NOCASH'),
      },
    },
  },
  {
    page: page('docs/merchant/apis/refund/refunds/create.html'),
    routes: ['POST /v3/refund/domestic/refunds'],
    request: {
      types: {
        funds_account: oneOf('AVAILABLE', 'UNSETTLED'),
        'amount.currency': oneOf('CNY'),
        'amount.from[].account': oneOf('AVAILABLE', 'UNAVAILABLE'),
      },
    },
  },
  {
    // transaction_id or out_trade_no; the sources of the money are optional.
    page: page('docs/partner/apis/ecommerce-refund/refunds/create-refund.html'),
    routes: ['POST /v3/ecommerce/refunds/apply'],
    request: {
      required: ['sub_mchid'],
      optional: ['transaction_id', 'combine_transaction_id', 'funds_account'],
    },
  },
  {
    // The files hold the results under `state` and the reasons under `result`.
    page: page('docs/merchant/apis/profit-sharing/orders/unfreeze-order.html'),
    routes: ['GET /v3/profitsharing/orders/{out_order_no}', 'POST /v3/profitsharing/orders/unfreeze'],
    answer: {
      types: {
        state: shareState,
        'receivers[].result': shareResult,
        'receivers[].fail_reason': shareFailReason,
      },
      optional: ['receivers[].fail_reason'],
    },
  },
  {
    page: page('doc/v3/partner/4012477758'),
    routes: ['POST /v3/ecommerce/profitsharing/receivers/add'],
    request: {
      types: {
        relation_type: oneOf('SUPPLIER', 'DISTRIBUTOR', 'SERVICE_PROVIDER', 'PLATFORM', 'OTHERS'),
      },
      optional: ['appid'],
    },
  },
  {
    page: page('doc/v3/partner/4012713017'),
    routes: ['POST /v3/ecommerce/applyments/'],
    request: {
      rename: {
        'ubo_info_list[].ubo_period_begin': 'ubo_id_doc_period_begin',
        'ubo_info_list[].ubo_period_end': 'ubo_id_doc_period_end',
        'contact_info.contact_period_begin': 'contact_id_doc_period_begin',
        'contact_info.contact_period_end': 'contact_id_doc_period_end',
      },
      types: {
        id_doc_type: ecommerceDocumentType,
        'contact_info.contact_id_doc_type': ecommerceDocumentType,
        'ubo_info_list[].ubo_id_doc_type': ecommerceDocumentType,
        business_addition_desc: text,
        'settlement_info.settlement_id': number,
        'account_info.account_cert_info': object({
          settlement_cert_pic: text,
          relation_cert_pic: text,
          other_cert_pics: list(text),
        }),
      },
      optional: ['ubo_info_list[].ubo_id_doc_copy_back', 'ubo_info_list[].ubo_id_doc_address'],
    },
  },
  {
    page: page('docs/partner/apis/ecommerce-merchant-application/applyment/get-state-by-out-request-no.html'),
    routes: [
      'GET /v3/ecommerce/applyments/out-request-no/{out_request_no}',
      'GET /v3/ecommerce/applyments/{applyment_id}',
    ],
    answer: {
      types: {
        applyment_state: oneOf(
          'CHECKING',
          'ACCOUNT_NEED_VERIFY',
          'AUDITING',
          'REJECTED',
          'NEED_SIGN',
          'FINISH',
          'FROZEN',
          'CANCELED',
        ),
      },
      required: [
        'applyment_id',
        'out_request_no',
        'account_validation.account_name',
        'account_validation.pay_amount',
        'account_validation.destination_account_number',
        'account_validation.destination_account_name',
        'account_validation.destination_account_bank',
        'account_validation.city',
        'account_validation.remark',
        'account_validation.deadline',
      ],
      // 需商户使用本方私钥解密
      encrypted: ['account_validation.account_name', 'account_validation.account_no'],
    },
  },
  {
    // More scenes than the files list, and more are added: 1006 企业报销.
    page: page('docs/merchant/apis/mch-trans/transfer-bill/transfer-to-user.html'),
    routes: [
      'POST /v3/fund-app/mch-transfer/transfer-bills',
      'POST /v3/fund-app/mch-transfer/transfer-bills/transfer',
      'POST /v3/fund-app/mch-transfer/transfer-bills/pre-transfer-with-authorization',
    ],
    request: { types: { transfer_scene_id: text } },
  },
  {
    // Left out when the refund is not possible because the payer's account is gone.
    page: page('docs/partner/apis/ecommerce-subsidy/subsidies/return.html'),
    routes: ['POST /v3/ecommerce/subsidies/return'],
    request: { optional: ['refund_id'] },
  },
  {
    page: page('doc/v3/partner/4012697052'),
    routes: [
      'GET /v3/applyment4sub/applyment/business_code/{business_code}',
      'GET /v3/applyment4sub/applyment/applyment_id/{applyment_id}',
    ],
    answer: {
      types: {
        applyment_state: oneOf(
          'APPLYMENT_STATE_EDITTING',
          'APPLYMENT_STATE_AUDITING',
          'APPLYMENT_STATE_REJECTED',
          'APPLYMENT_STATE_TO_BE_CONFIRMED',
          'APPLYMENT_STATE_TO_BE_SIGNED',
          'APPLYMENT_STATE_SIGNING',
          'APPLYMENT_STATE_FINISHED',
          'APPLYMENT_STATE_CANCELED',
        ),
      },
      required: ['business_code', 'applyment_id', 'applyment_state_msg'],
    },
  },
];

/** Changes the operations in place. @throws Error for a correction of a route that is no longer there */
export function correct(operations: readonly Operation[]): void {
  const byRoute = new Map(operations.map((operation) => [operation.route, operation]));
  for (const { routes, request, answer, answerIs } of corrections) {
    for (const route of routes) {
      const operation = byRoute.get(route);
      if (!operation) throw new Error(`A correction is for ${route}, which is not in the files.`);
      // Shared definitions must not change under another route.
      if (answerIs) operation.answer = answerIs;
      if (request) operation.body = edited(operation.body, request);
      if (answer) operation.answer = edited(operation.answer, answer);
    }
  }
}

function edited(shape: Shape | undefined, edits: Edits): Shape {
  const copy = structuredClone(shape ?? object({}));
  edit(copy, edits);
  return copy;
}
