/** 合单支付: the payer pays up to 50 orders at once. https://pay.weixin.qq.com/doc/v3/partner/4012760633 */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';
import type { PrepayAnswer, PromotionDetail, TradeState, TradeType } from './order-types.ts';

export interface CombineJsapiPrepayRequest {
  combine_appid: string;
  combine_mchid: string;
  /** 6 to 32, like an out_trade_no. */
  combine_out_trade_no: string;
  scene_info?: { payer_client_ip: string; device_id?: string };
  /** 1 to 50. */
  sub_orders: {
    /** The merchant number that places the order: combine_mchid or one of the same 商户 group. */
    mchid: string;
    /** 二级商户号 or 特约商户号; a direct merchant leaves it out. */
    sub_mchid?: string;
    sub_appid?: string;
    /** Up to 128 characters, required here. */
    attach: string;
    amount: { total_amount: number; currency: 'CNY' };
    out_trade_no: string;
    description: string;
    detail?: string;
    goods_tag?: string;
    settle_info?: { profit_sharing?: boolean; subsidy_amount?: number };
  }[];
  combine_payer_info: { openid: string } | { sub_openid: string };
  time_start?: string;
  time_expire?: string;
  notify_url: string;
  limit_pay?: ('no_balance' | 'no_debit' | 'balance_only')[];
}

/** The same in a query and in the callback. */
export interface CombineTransaction {
  combine_appid: string;
  combine_mchid: string;
  combine_out_trade_no: string;
  combine_transaction_id?: string;
  scene_info?: { device_id?: string };
  sub_orders: CombineSubOrder[];
  combine_payer_info?: { openid?: string; sub_openid?: string };
}

export interface CombineSubOrder {
  mchid: string;
  sub_mchid?: string;
  sub_appid?: string;
  sub_openid?: string;
  out_trade_no: string;
  transaction_id?: string;
  trade_type?: TradeType;
  trade_state: TradeState;
  bank_type?: string;
  attach?: string;
  success_time?: string;
  /** Fen. */
  amount?: { total_amount: number; currency?: string; payer_amount: number; payer_currency?: string };
  promotion_detail?: PromotionDetail[];
}

export interface CombineCloseRequest {
  combine_appid: string;
  /** All of them, as they were placed: a combined payment closes whole or not at all. */
  sub_orders: { mchid: string; out_trade_no: string; sub_mchid?: string; sub_appid?: string }[];
}

/**
 * 合单下单-JSAPI. Repeating it with the same parameters is the same payment.
 * @param body the request, or its JSON text as it was stored, which is then sent byte for byte.
 */
export function createCombineJsapiPrepay(
  client: WechatpayClient,
  body: CombineJsapiPrepayRequest | string,
): Promise<PrepayAnswer> {
  return client.send({ method: 'POST', path: '/v3/combine-transactions/jsapi', body, idempotent: true });
}

/** 合单查询订单. https://pay.weixin.qq.com/docs/partner/apis/combine-payment/orders/query-order.html @throws refused ORDER_NOT_EXIST */
export function queryCombine(
  client: WechatpayClient,
  combineOutTradeNo: string,
): Promise<CombineTransaction> {
  const path = buildPath('/v3/combine-transactions/out-trade-no/{combine_out_trade_no}', {
    combine_out_trade_no: combineOutTradeNo,
  });
  return client.send({ method: 'GET', path });
}

/** 合单关闭订单; answers 204. */
export function closeCombine(
  client: WechatpayClient,
  combineOutTradeNo: string,
  body: CombineCloseRequest,
): Promise<void> {
  const path = buildPath('/v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close', {
    combine_out_trade_no: combineOutTradeNo,
  });
  return client.send({ method: 'POST', path, body, idempotent: true });
}
