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
  '/v3/fund-app/mch-transfer/elecsign/',
  '/v3/merchant-service/complaints-v2',
  '/v3/merchant-service/complaint-notifications',
  '/v3/merchant-service/images/',
];

export function isCore(route: string): boolean {
  const path = route.slice(route.indexOf(' ') + 1);
  return corePrefixes.some((prefix) => path.startsWith(prefix));
}

/**
 * POSTs that WeChat Pay takes for the same request when they are repeated with the same parameters: each has a
 * number of the merchant's (or names a state to reach) by which WeChat Pay recognises it. The pages say so under
 * 重入 or 幂等, or tell to repeat with the original number after SYSTEM_ERROR. A POST that is not here is sent once.
 */
const repeatable: Readonly<Record<string, readonly string[]>> = {
  // https://pay.weixin.qq.com/doc/v3/merchant/4012791856 and the same under partner and combine: 商户订单号
  '/v3/pay/transactions/': ['jsapi', 'app', 'h5', 'native', 'out-trade-no/{out_trade_no}/close'],
  '/v3/pay/partner/transactions/': ['jsapi', 'app', 'h5', 'native', 'out-trade-no/{out_trade_no}/close'],
  '/v3/combine-transactions/': ['jsapi', 'app', 'h5', 'native', 'out-trade-no/{combine_out_trade_no}/close'],
};

export function isRepeatable(route: string): boolean {
  if (!route.startsWith('POST ')) return false;
  return Object.entries(repeatable).some(([prefix, rest]) =>
    rest.some((path) => route === `POST ${prefix}${path}`),
  );
}
