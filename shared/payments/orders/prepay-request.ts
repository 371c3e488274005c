/**
 * The requests for a prepay_id, in WeChat Pay's own fields.
 * Direct: https://pay.weixin.qq.com/doc/v3/merchant/4012791897 · partner: https://pay.weixin.qq.com/doc/v3/partner/4012759974
 * Combined: https://pay.weixin.qq.com/doc/v3/partner/4012760633
 */

import type { Account } from '../../core/account.ts';
import type { SellerRecord } from '../../merchants/sellers.ts';
import type { RouteParameters } from '../../wechatpay/http/client-types.ts';

/** One order of a request. */
export interface RequestedOrder {
  readonly outTradeNo: string;
  readonly description: string;
  readonly amountFen: number;
  readonly profitSharing: boolean;
  readonly seller?: SellerRecord;
}

export interface RequestTerms {
  readonly account: Account;
  readonly openid: string;
  readonly expiresAtMs: number;
  readonly notifyUrl: string;
}

type PrepayRoute =
  | 'POST /v3/pay/transactions/jsapi'
  | 'POST /v3/pay/partner/transactions/jsapi'
  | 'POST /v3/combine-transactions/jsapi';

export interface PrepayRequest {
  readonly route: PrepayRoute;
  /** Its parameters as JSON, so that the database cannot reorder its members. */
  readonly parameters: string;
}

export function directRequest(terms: RequestTerms, order: RequestedOrder): PrepayRequest {
  return request('POST /v3/pay/transactions/jsapi', {
    appid: terms.account.appid,
    mchid: terms.account.mchid,
    ...orderFields(terms, order),
    payer: { openid: terms.openid },
    ...(order.profitSharing && { settle_info: { profit_sharing: true } }),
  });
}

export function partnerRequest(terms: RequestTerms, order: RequestedOrder): PrepayRequest {
  const { account, openid } = terms;
  return request('POST /v3/pay/partner/transactions/jsapi', {
    sp_appid: account.appid,
    sp_mchid: account.mchid,
    ...(account.subAppid !== undefined && { sub_appid: account.subAppid }),
    sub_mchid: subMchidOf(order),
    ...orderFields(terms, order),
    payer: account.subAppid === undefined ? { sp_openid: openid } : { sub_openid: openid },
    settle_info: { profit_sharing: order.profitSharing },
  });
}

export function combinedRequest(
  terms: RequestTerms,
  combineOutTradeNo: string,
  orders: readonly RequestedOrder[],
): PrepayRequest {
  const { account, openid } = terms;
  return request('POST /v3/combine-transactions/jsapi', {
    combine_appid: account.appid,
    combine_mchid: account.mchid,
    combine_out_trade_no: combineOutTradeNo,
    sub_orders: orders.map((order) => ({
      mchid: account.mchid,
      sub_mchid: subMchidOf(order),
      ...(account.subAppid !== undefined && { sub_appid: account.subAppid }),
      // Required by the API; nothing here reads it, since orders are identified by their numbers.
      attach: combineOutTradeNo,
      amount: { total_amount: order.amountFen, currency: 'CNY' },
      out_trade_no: order.outTradeNo,
      description: order.description,
      settle_info: { profit_sharing: order.profitSharing },
    })),
    combine_payer_info: account.subAppid === undefined ? { openid } : { sub_openid: openid },
    time_expire: toRfc3339(terms.expiresAtMs),
    notify_url: notifyUrlOf(terms),
  });
}

function request<R extends PrepayRoute>(route: R, parameters: RouteParameters<R>): PrepayRequest {
  return { route, parameters: JSON.stringify(parameters) };
}

function orderFields(terms: RequestTerms, order: RequestedOrder) {
  return {
    description: order.description,
    out_trade_no: order.outTradeNo,
    time_expire: toRfc3339(terms.expiresAtMs),
    notify_url: notifyUrlOf(terms),
    amount: { total: order.amountFen, currency: 'CNY' as const },
  };
}

function notifyUrlOf(terms: RequestTerms): string {
  return `${terms.notifyUrl}/${terms.account.kind}`;
}

function subMchidOf({ outTradeNo, seller }: RequestedOrder): string {
  if (!seller?.subMchid) throw new Error(`The seller of ${outTradeNo} has no sub_mchid.`);
  return seller.subMchid;
}

const beijingOffsetMs = 8 * 3_600_000;

/** RFC 3339 in Beijing time, whole seconds, as WeChat Pay writes it: `2026-01-02T03:04:05+08:00`. */
function toRfc3339(epochMs: number): string {
  const local = new Date(epochMs + beijingOffsetMs).toISOString();
  return `${local.slice(0, 19)}+08:00`;
}
