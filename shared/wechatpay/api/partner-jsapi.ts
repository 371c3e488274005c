/** 小程序/JSAPI 下单, 服务商 and 电商收付通. https://pay.weixin.qq.com/doc/v3/partner/4012523593 */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';
import type { PrepayAnswer, PrepayBase, TransactionBase } from './order-types.ts';

export interface PartnerJsapiPrepayRequest extends PrepayBase {
  sp_appid: string;
  sp_mchid: string;
  /** Needed when the payer is given by `sub_openid`. */
  sub_appid?: string;
  sub_mchid: string;
  /** Exactly one of the two. */
  payer: { sp_openid: string } | { sub_openid: string };
  /** `subsidy_amount` (fen) only for 电商收付通. */
  settle_info?: { profit_sharing?: boolean; subsidy_amount?: number };
}

export interface PartnerTransaction extends TransactionBase {
  sp_appid: string;
  sp_mchid: string;
  sub_appid?: string;
  sub_mchid: string;
  payer?: { sp_openid?: string; sub_openid?: string };
}

/**
 * JSAPI/小程序下单 for a sub-merchant. Repeating it with the same parameters is the same order.
 * @param body the request, or its JSON text as it was stored, which is then sent byte for byte.
 */
export function createPartnerJsapiPrepay(
  client: WechatpayClient,
  body: PartnerJsapiPrepayRequest | string,
): Promise<PrepayAnswer> {
  return client.send({
    method: 'POST',
    path: '/v3/pay/partner/transactions/jsapi',
    body,
    idempotent: true,
  });
}

/** 商户订单号查询订单. @throws refused ORDER_NOT_EXIST */
export function queryPartnerByOutTradeNo(
  client: WechatpayClient,
  subMchid: string,
  outTradeNo: string,
): Promise<PartnerTransaction> {
  const path = buildPath(
    '/v3/pay/partner/transactions/out-trade-no/{out_trade_no}',
    { out_trade_no: outTradeNo },
    { sp_mchid: client.account.mchid, sub_mchid: subMchid },
  );
  return client.send({ method: 'GET', path });
}

/** 微信支付订单号查询订单. @throws refused ORDER_NOT_EXIST */
export function queryPartnerByTransactionId(
  client: WechatpayClient,
  subMchid: string,
  transactionId: string,
): Promise<PartnerTransaction> {
  const path = buildPath(
    '/v3/pay/partner/transactions/id/{transaction_id}',
    { transaction_id: transactionId },
    { sp_mchid: client.account.mchid, sub_mchid: subMchid },
  );
  return client.send({ method: 'GET', path });
}

/** 关闭订单: only an unpaid one; answers 204. https://pay.weixin.qq.com/docs/partner/apis/partner-miniprogram-payment/close-order.html */
export function closePartner(client: WechatpayClient, subMchid: string, outTradeNo: string): Promise<void> {
  const path = buildPath('/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close', {
    out_trade_no: outTradeNo,
  });
  const body = { sp_mchid: client.account.mchid, sub_mchid: subMchid };
  return client.send({ method: 'POST', path, body, idempotent: true });
}
