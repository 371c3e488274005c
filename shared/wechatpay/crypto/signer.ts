/**
 * Signatures of requests and of `wx.requestPayment`.
 * https://pay.weixin.qq.com/docs/merchant/development/interface-rules/signature-generation.html
 */
import { type KeyObject, sign } from 'node:crypto';

export interface SignedRequestParts {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  /** Seconds. */
  readonly timestamp: number;
  readonly nonce: string;
  /** As sent; empty without a body; for an upload, the text of its meta part. */
  readonly body: string;
}

/** The message that is signed: five lines, each ended by a newline, the last too. */
export function requestMessage({ method, path, timestamp, nonce, body }: SignedRequestParts): string {
  return `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`;
}

/** SHA256 with RSA (PKCS#1 v1.5). @returns base64. */
export function signMessage(message: string, privateKey: KeyObject): string {
  return sign('RSA-SHA256', Buffer.from(message, 'utf8'), privateKey).toString('base64');
}

/** The value of the Authorization header. */
export function authorizationHeader(
  parts: SignedRequestParts,
  account: { readonly mchid: string; readonly serialNo: string; readonly privateKey: KeyObject },
): string {
  const fields = {
    mchid: account.mchid,
    nonce_str: parts.nonce,
    signature: signMessage(requestMessage(parts), account.privateKey),
    timestamp: parts.timestamp,
    serial_no: account.serialNo,
  };
  const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  return `WECHATPAY2-SHA256-RSA2048 ${list.join(',')}`;
}

export interface PaymentRequestParams {
  /** Seconds, as a string: the phone rejects a number. */
  timeStamp: string;
  nonceStr: string;
  /** `prepay_id=…` */
  package: string;
  signType: 'RSA';
  paySign: string;
}

/**
 * What `wx.requestPayment` takes. Sign with the private key of the merchant that placed the order.
 * @param order.appid the mini-program's; for a partner order with sub_openid the sub_appid.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791898
 */
export function paySign(
  order: { readonly appid: string; readonly prepayId: string },
  privateKey: KeyObject,
  { nowMs, nonce }: { readonly nowMs: number; readonly nonce: string },
): PaymentRequestParams {
  const timeStamp = String(Math.floor(nowMs / 1000));
  const packageText = `prepay_id=${order.prepayId}`;
  const message = `${order.appid}\n${timeStamp}\n${nonce}\n${packageText}\n`;
  return {
    timeStamp,
    nonceStr: nonce,
    package: packageText,
    signType: 'RSA',
    paySign: signMessage(message, privateKey),
  };
}
