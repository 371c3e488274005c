/** From a request to what goes over the wire, and the checks before anything does. */

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

/** @throws WechatpayError REQUEST_INVALID for a path that would be changed on its way to the wire. */
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

/** What a missing answer means for the caller. */
export function unansweredError(error: TransportError, what: string, base: string): WechatpayError {
  const failed = `${what} at ${base}: ${error.message}.`;
  switch (error.failure) {
    case 'connect':
      return new WechatpayError('unknown', 'CONNECT_FAILED', `${failed} Nothing was sent; try again later.`, {
        cause: error,
      });
    case 'timeout':
      return new WechatpayError('unknown', 'ANSWER_TIMEOUT', `${failed} ${mayHaveHappened}`, {
        cause: error,
      });
    case 'too-large':
      return new WechatpayError('unknown', 'ANSWER_TOO_LARGE', `${failed} ${mayHaveHappened}`, {
        cause: error,
      });
    default:
      return new WechatpayError('unknown', 'CONNECTION_LOST', `${failed} ${mayHaveHappened}`, {
        cause: error,
      });
  }
}

const mayHaveHappened = 'It may have taken effect: ask again with the same parameters, or query.';

function invalid(message: string): WechatpayError {
  return new WechatpayError('fault', 'REQUEST_INVALID', message);
}
