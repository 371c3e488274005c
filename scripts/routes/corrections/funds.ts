/** Refunds, profit sharing, subsidies, transfers. */
import { oneOf, text } from '../edit.ts';
import { type Correction, page } from './correction.ts';

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

export const funds: readonly Correction[] = [
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
];
