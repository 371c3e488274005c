/**
 * The requests for a prepay_id, in WeChat Pay's own fields.
 * Direct: https://pay.weixin.qq.com/doc/v3/merchant/4012791897 · partner: https://pay.weixin.qq.com/doc/v3/partner/4012759974
 * Combined: https://pay.weixin.qq.com/doc/v3/partner/4012760633
 */

import type { PaymentGateway } from '../../core/ports.ts';
import { toRfc3339 } from '../../core/time.ts';
import type { SellerRecord } from '../../merchants/sellers.ts';
import type { CombineJsapiPrepayRequest } from '../../wechatpay/api/combine.ts';
import type { JsapiPrepayRequest } from '../../wechatpay/api/jsapi.ts';
import type { PartnerJsapiPrepayRequest } from '../../wechatpay/api/partner-jsapi.ts';

/** One order of a request. */
export interface OrderPart {
  readonly outTradeNo: string;
  readonly description: string;
  readonly amountFen: number;
  readonly seller?: SellerRecord;
}

export interface RequestTerms {
  readonly gateway: Pick<PaymentGateway, 'account' | 'appid' | 'mchid' | 'subAppid'>;
  readonly openid: string;
  readonly expiresAtMs: number;
  readonly notifyUrl: string;
}

export interface PrepayRequest {
  readonly requestPath: string;
  readonly requestBody: string;
}

export function directRequest(terms: RequestTerms, part: OrderPart): PrepayRequest {
  const body: JsapiPrepayRequest = {
    appid: terms.gateway.appid,
    mchid: terms.gateway.mchid,
    ...orderFields(terms, part),
    payer: { openid: terms.openid },
  };
  return { requestPath: '/v3/pay/transactions/jsapi', requestBody: JSON.stringify(body) };
}

export function partnerRequest(terms: RequestTerms, part: OrderPart): PrepayRequest {
  const { gateway, openid } = terms;
  const body: PartnerJsapiPrepayRequest = {
    sp_appid: gateway.appid,
    sp_mchid: gateway.mchid,
    ...(gateway.subAppid !== undefined && { sub_appid: gateway.subAppid }),
    sub_mchid: subMchidOf(part),
    ...orderFields(terms, part),
    payer: gateway.subAppid === undefined ? { sp_openid: openid } : { sub_openid: openid },
    settle_info: { profit_sharing: part.seller?.profitSharing === true },
  };
  return { requestPath: '/v3/pay/partner/transactions/jsapi', requestBody: JSON.stringify(body) };
}

export function combinedRequest(
  terms: RequestTerms,
  combineOutTradeNo: string,
  parts: readonly OrderPart[],
): PrepayRequest {
  const { gateway, openid } = terms;
  const body: CombineJsapiPrepayRequest = {
    combine_appid: gateway.appid,
    combine_mchid: gateway.mchid,
    combine_out_trade_no: combineOutTradeNo,
    sub_orders: parts.map((part) => ({
      mchid: gateway.mchid,
      sub_mchid: subMchidOf(part),
      ...(gateway.subAppid !== undefined && { sub_appid: gateway.subAppid }),
      // Required here, though nothing of ours reads it: what comes back is told apart by its numbers.
      attach: combineOutTradeNo,
      amount: { total_amount: part.amountFen, currency: 'CNY' },
      out_trade_no: part.outTradeNo,
      description: part.description,
      settle_info: { profit_sharing: part.seller?.profitSharing === true },
    })),
    combine_payer_info: gateway.subAppid === undefined ? { openid } : { sub_openid: openid },
    time_expire: toRfc3339(terms.expiresAtMs),
    notify_url: notifyUrlOf(terms),
  };
  return { requestPath: '/v3/combine-transactions/jsapi', requestBody: JSON.stringify(body) };
}

function orderFields(terms: RequestTerms, part: OrderPart) {
  return {
    description: part.description,
    out_trade_no: part.outTradeNo,
    time_expire: toRfc3339(terms.expiresAtMs),
    notify_url: notifyUrlOf(terms),
    amount: { total: part.amountFen, currency: 'CNY' as const },
  };
}

function notifyUrlOf(terms: RequestTerms): string {
  return `${terms.notifyUrl}/${terms.gateway.account}`;
}

function subMchidOf(part: OrderPart): string {
  const subMchid = part.seller?.subMchid;
  if (!subMchid) throw new Error(`The seller of ${part.outTradeNo} has no sub_mchid.`);
  return subMchid;
}
