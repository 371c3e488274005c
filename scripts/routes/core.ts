/** Which routes a client knows without being given more, and which of them may be repeated. */

/** Other host, other documentation, poor data. */
export const excluded = /^\w+ \/v3\/global\//;

const corePrefixes = [
  '/v3/pay/transactions/',
  '/v3/pay/partner/transactions/',
  '/v3/combine-transactions/',
  '/v3/certificates',
  '/v3/security/echo',
  '/v3/applyment4sub/',
  '/v3/apply4sub/',
  '/v3/capital/',
  '/v3/merchant/media/',
  '/v3/merchant/fund/',
  '/v3/refund/domestic/',
  '/v3/profitsharing/',
  '/v3/bill/',
  '/v3/billdownload/',
  '/v3/ecommerce/applyments/',
  '/v3/ecommerce/refunds/',
  '/v3/ecommerce/profitsharing/',
  '/v3/ecommerce/subsidies/',
  '/v3/ecommerce/fund/',
  '/v3/ecommerce/bill/',
  '/v3/fund-app/mch-transfer/transfer-bills',
  '/v3/fund-app/mch-transfer/user-confirm-authorization',
  '/v3/fund-app/mch-transfer/elecsign/',
  '/v3/merchant-service/complaints-v2',
  '/v3/merchant-service/complaint-notifications',
  '/v3/merchant-service/images/',
  '/v3/merchant-risk-manage/violation-notifications',
];

export function isCore(route: string): boolean {
  const path = route.slice(route.indexOf(' ') + 1);
  return corePrefixes.some((prefix) => path.startsWith(prefix));
}

/**
 * POSTs that WeChat Pay takes for the same request when they are repeated with the same parameters: each carries a
 * number of the merchant's by which WeChat Pay recognises it (同一单号多次请求等同一次), or names a state to reach. A
 * POST that is not here is sent once.
 */
const repeatable: Readonly<Record<string, readonly string[]>> = {
  // 商户订单号: https://pay.weixin.qq.com/doc/v3/merchant/4012525182, and the same under partner and combine
  '/v3/pay/transactions/': ['jsapi', 'app', 'h5', 'native', 'out-trade-no/{out_trade_no}/close'],
  '/v3/pay/partner/transactions/': ['jsapi', 'app', 'h5', 'native', 'out-trade-no/{out_trade_no}/close'],
  '/v3/combine-transactions/': ['jsapi', 'app', 'h5', 'native', 'out-trade-no/{combine_out_trade_no}/close'],
  // 业务申请编号: https://pay.weixin.qq.com/doc/v3/partner/4012722249, https://pay.weixin.qq.com/doc/v3/partner/4012713017
  '/v3/applyment4sub/applyment/': [''],
  '/v3/ecommerce/applyments/': ['', 'out-request-no/{out_request_no}/revoke', '{applyment_id}/revoke'],
  // Uploading a file twice gives two media_ids for one picture, which is harmless.
  '/v3/merchant/media/': ['upload', 'video_upload'],
  '/v3/merchant-service/images/': ['upload'],
  // 同一商户退款单号多次请求只退一笔: https://pay.weixin.qq.com/doc/v3/partner/4012886219
  '/v3/refund/domestic/': ['refunds'],
  '/v3/ecommerce/refunds/': ['apply'],
  // 同一分账单号多次请求等同一次: https://pay.weixin.qq.com/doc/v3/merchant/4012526374
  '/v3/profitsharing/': ['orders', 'orders/unfreeze', 'return-orders', 'receivers/add', 'receivers/delete'],
  '/v3/ecommerce/profitsharing/': [
    'orders',
    'finish-order',
    'returnorders',
    'receivers/add',
    'receivers/delete',
  ],
  // One per order, replayed within 180 days: https://pay.weixin.qq.com/docs/partner/apis/ecommerce-subsidy/subsidies/create.html
  '/v3/ecommerce/subsidies/': ['create', 'return', 'cancel'],
  // 相同的商户提现单号可以提供 6 天内防重: https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter7_8_2.shtml
  '/v3/ecommerce/fund/': ['withdraw'],
  '/v3/merchant/fund/': ['withdraw'],
  // 可原单重试: https://pay.weixin.qq.com/docs/merchant/apis/mch-trans/transfer-bill/transfer-to-user.html
  '/v3/fund-app/mch-transfer/transfer-bills': ['', '/transfer', '/out-bill-no/{out_bill_no}/cancel'],
  '/v3/fund-app/mch-transfer/elecsign/': ['out-bill-no', 'transfer-bill-no'],
  '/v3/merchant-service/complaints-v2/': ['{complaint_id}/complete'],
  '/v3/security/': ['echo'],
};

/** GET needs no permission; PUT and DELETE name a state to reach. */
export function isRepeatable(route: string): boolean {
  if (/^(PUT|DELETE) /.test(route)) return true;
  return Object.entries(repeatable).some(([prefix, rest]) =>
    rest.some((path) => route === `POST ${prefix}${path}`),
  );
}
