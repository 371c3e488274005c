/** 小程序/JSAPI 下单, 直连商户. https://pay.weixin.qq.com/doc/v3/merchant/4012525182 */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';
import type { PrepayAnswer, PrepayBase, TransactionBase } from './order-types.ts';

export interface JsapiPrepayRequest extends PrepayBase {
  appid: string;
  mchid: string;
  payer: { openid: string };
}

export interface JsapiTransaction extends TransactionBase {
  appid: string;
  mchid: string;
  payer?: { openid?: string };
}

/**
 * JSAPI/小程序下单. Repeating it with the same parameters is the same order, so it is retried.
 * @param body the request, or its JSON text as it was stored, which is then sent byte for byte.
 * @throws WechatpayError refused: ORDERPAID, ORDER_CLOSED, INVALID_REQUEST, PARAM_ERROR, …
 */
export function createJsapiPrepay(
  client: WechatpayClient,
  body: JsapiPrepayRequest | string,
): Promise<PrepayAnswer> {
  return client.send({ method: 'POST', path: '/v3/pay/transactions/jsapi', body, idempotent: true });
}

/** 商户订单号查询订单. https://pay.weixin.qq.com/doc/v3/merchant/4012791900 @throws refused ORDER_NOT_EXIST */
export function queryJsapiByOutTradeNo(
  client: WechatpayClient,
  outTradeNo: string,
): Promise<JsapiTransaction> {
  const query = { mchid: client.account.mchid };
  const path = buildPath(
    '/v3/pay/transactions/out-trade-no/{out_trade_no}',
    { out_trade_no: outTradeNo },
    query,
  );
  return client.send({ method: 'GET', path });
}

/** 微信支付订单号查询订单. https://pay.weixin.qq.com/doc/v3/merchant/4012791899 @throws refused ORDER_NOT_EXIST */
export function queryJsapiByTransactionId(
  client: WechatpayClient,
  transactionId: string,
): Promise<JsapiTransaction> {
  const query = { mchid: client.account.mchid };
  const path = buildPath(
    '/v3/pay/transactions/id/{transaction_id}',
    { transaction_id: transactionId },
    query,
  );
  return client.send({ method: 'GET', path });
}

/**
 * 关闭订单: only an unpaid one; answers 204.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791901
 * @throws WechatpayError refused: ORDERPAID, ORDER_NOT_EXIST, …
 */
export function closeJsapi(client: WechatpayClient, outTradeNo: string): Promise<void> {
  const path = buildPath('/v3/pay/transactions/out-trade-no/{out_trade_no}/close', {
    out_trade_no: outTradeNo,
  });
  return client.send({ method: 'POST', path, body: { mchid: client.account.mchid }, idempotent: true });
}
