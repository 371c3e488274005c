/** Turns a request into what is sent, and validates it before anything is sent. */

import { createPublicKey } from 'node:crypto';
import type { PlatformKeys } from '../crypto/platform-keys.ts';
import { authorizationHeader, type SignedRequestParts } from '../crypto/signer.ts';
import { WechatpayError } from '../errors.ts';
import type { MerchantAccount, WechatpayRequest } from './client-types.ts';
import type { TransportError } from './transport-error.ts';

const userAgent = `wechatpay-cloudbase/0.1 (Node ${process.version})`;

/** The text that is signed. An object is serialised here, once. */
export function bodyText({ body, upload }: WechatpayRequest): string {
  if (upload) return upload.signedText;
  if (body === undefined || typeof body === 'string') return body ?? '';
  return JSON.stringify(body);
}

/** @throws WechatpayError REQUEST_INVALID for a path that would be changed when sent. */
export function pathOf({ path, method, body, upload }: WechatpayRequest): string {
  const url = path.startsWith('/') ? new URL(`https://host${path}`) : undefined;
  if (url?.host !== 'host' || url.pathname + url.search !== path) {
    throw invalid(
      `The path ${path.split('?')[0]} is not percent-encoded the way it is sent. Build it with buildPath.`,
    );
  }
  if (method === 'GET' && (body !== undefined || upload)) throw invalid(`GET ${path} has no body.`);
  return path;
}

export function requestHeaders(
  request: WechatpayRequest,
  parts: SignedRequestParts,
  account: MerchantAccount,
  publicKeyId: string | undefined,
): Record<string, string> {
  const serial = request.encryptedWithSerial ?? publicKeyId;
  return {
    Accept: 'application/json',
    'Content-Type': request.upload?.contentType ?? 'application/json',
    'User-Agent': userAgent,
    Authorization: authorizationHeader(parts, account),
    ...(serial === undefined ? {} : { 'Wechatpay-Serial': serial }),
  };
}

/** @throws WechatpayError CONFIG_INVALID unless it is the origin of an https host, or http on loopback. */
export function checkBase(base: string): void {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  const loopback = url && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback);
  if (url && secure && url.origin === base) return;
  throw new WechatpayError(
    'fault',
    'CONFIG_INVALID',
    `The API host ${JSON.stringify(base)} is not usable. Give scheme and host without a path or a final slash, such as https://api.mch.weixin.qq.com; http is accepted for a loopback host only.`,
  );
}

/**
 * Detects a frequent mistake that otherwise only shows as signatures that never verify.
 * @throws WechatpayError CONFIG_INVALID when the merchant's own public key is configured as WeChat Pay's.
 */
export function checkPlatformKey({ privateKey }: MerchantAccount, { publicKey }: PlatformKeys): void {
  if (!publicKey || !createPublicKey(privateKey).equals(publicKey.key)) return;
  throw new WechatpayError(
    'fault',
    'CONFIG_INVALID',
    `The key configured as the WeChat Pay public key ${publicKey.id} is the merchant's own: it belongs to the merchant private key. Give pub_key.pem from the merchant platform (账户中心 → API安全 → 微信支付公钥), not a file of the merchant certificate.`,
    {
      messageZh: `配置为微信支付公钥（${publicKey.id}）的是商户自己的公钥。请在商户平台「账户中心 → API安全 → 微信支付公钥」下载 pub_key.pem，不要使用商户证书的文件。`,
    },
  );
}

/** What a missing response means for the caller. */
export function noResponseError(error: TransportError, what: string, base: string): WechatpayError {
  const failed = `${what} at ${base}: ${error.message}.`;
  switch (error.failure) {
    case 'connect':
      return new WechatpayError('unknown', 'CONNECT_FAILED', `${failed} Nothing was sent; try again later.`, {
        cause: error,
      });
    case 'timeout':
      return new WechatpayError('unknown', 'RESPONSE_TIMEOUT', `${failed} ${mayHaveHappened}`, {
        cause: error,
      });
    case 'too-large':
      return new WechatpayError('unknown', 'RESPONSE_TOO_LARGE', `${failed} ${mayHaveHappened}`, {
        cause: error,
      });
    default:
      return new WechatpayError('unknown', 'CONNECTION_LOST', `${failed} ${mayHaveHappened}`, {
        cause: error,
      });
  }
}

/** An attempt may have taken effect, so the result of a later attempt does not settle the call. */
export function unknownSinceEarlier(earlier: WechatpayError, last: WechatpayError): WechatpayError {
  const { status, requestId } = last;
  const message = `${earlier.message} The last attempt does not settle it: ${last.message}`;
  return new WechatpayError('unknown', earlier.code, message, { cause: last, status, requestId });
}

const mayHaveHappened = 'It may have taken effect: ask again with the same parameters, or query.';

function invalid(message: string): WechatpayError {
  return new WechatpayError('fault', 'REQUEST_INVALID', message);
}
