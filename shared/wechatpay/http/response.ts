/**
 * Classifies one HTTP response: a trustworthy value, or why there is none and whether to retry.
 *
 * WeChat Pay signs every response to a request whose own signature it accepted; a request that it could not
 * authenticate was not executed and is answered with 401, unsigned.
 * https://pay.weixin.qq.com/wiki/doc/apiv3_partner/wechatpay/wechatpay3_3.shtml So a refusal without a signature proves
 * nothing: its outcome is unknown, as when no response arrives.
 */
import type { KeyObject } from 'node:crypto';
import type { PlatformKeys } from '../crypto/platform-keys.ts';
import { isSigned, verifySignature } from '../crypto/verifier.ts';
import { WechatpayError } from '../errors.ts';
import { apiError, readProblem } from './api-error.ts';
import type { HttpResponse } from './client-types.ts';
import type { FailedAttempt } from './retry.ts';

export interface ResponseContext {
  readonly platformKeys: PlatformKeys;
  readonly nowMs: () => number;
  /** Method and path, for messages. */
  readonly what: string;
  /** Bytes of the message that was signed, to compare with the length that WeChat Pay reconstructed. */
  readonly signedBytes: number;
  /** Who signed the request, for messages. */
  readonly account: { readonly mchid: string; readonly serialNo: string };
  /** Set when a file is requested, which WeChat Pay does not sign. */
  readonly isFile?: boolean;
  readonly provenKeys?: ((rawBody: string) => ReadonlyMap<string, KeyObject>) | undefined;
}

export type AttemptOutcome =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & FailedAttempt);

export async function classifyResponse(
  response: HttpResponse,
  context: ResponseContext,
): Promise<AttemptOutcome> {
  const successful = response.status >= 200 && response.status < 300;
  const signed = isSigned(response.headers);
  if (successful && !signed && context.isFile) return { ok: true, value: response.body };
  const distrust = successful || signed ? await verificationFailure(response, context) : undefined;
  // A refusal of the certificate download may be signed with a key that is not known yet, so it counts as unsigned.
  if (distrust && (successful || !context.provenKeys)) return untrusted(distrust, response, context);
  if (!successful) return apiError(response, { ...context, verified: signed && !distrust });
  if (response.status === 202) return notYet(response, context);
  return parsed(response, context);
}

async function verificationFailure(response: HttpResponse, context: ResponseContext): Promise<unknown> {
  try {
    const { platformKeys, nowMs, provenKeys } = context;
    const proven = provenKeys?.(Buffer.from(response.body).toString('utf8'));
    // Verifying a certificate download must not trigger another one: only keys in memory are used there.
    const verificationKey = async (serial: string) =>
      proven?.get(serial.toUpperCase()) ?? platformKeys.verificationKey(serial, { mayAsk: !proven });
    await verifySignature(
      { headers: response.headers, rawBody: response.body },
      { platformKeys: { verificationKey }, nowMs },
    );
    return undefined;
  } catch (error) {
    return error;
  }
}

function untrusted(cause: unknown, response: HttpResponse, { what }: ResponseContext): AttemptOutcome {
  if (!(cause instanceof WechatpayError)) throw cause;
  const { code } = readProblem(response);
  const claim = code === undefined ? '' : `, code ${code}`;
  const error = new WechatpayError(
    'unknown',
    cause.code,
    `The response to ${what} (HTTP ${response.status}${claim}) cannot be trusted, and the request may have taken effect. ${cause.message}`,
    { cause, status: response.status, requestId: response.headers['request-id'] },
  );
  return { ok: false, error, repeat: cause.code === 'SIGNATURE_PROBE' ? 'if-idempotent' : 'never' };
}

/** 202: accepted but not done; officially, repeat the same request. */
function notYet(response: HttpResponse, { what }: ResponseContext): AttemptOutcome {
  const { code, message } = readProblem(response);
  const error = new WechatpayError(
    'unknown',
    code ?? 'GATEWAY_ERROR',
    `WeChat Pay has accepted ${what} but not finished it (HTTP 202${message ? `: ${message}` : ''}). Ask again with the same parameters.`,
    { status: 202, requestId: response.headers['request-id'] },
  );
  return { ok: false, error, repeat: 'if-idempotent' };
}

function parsed(response: HttpResponse, { what, isFile }: ResponseContext): AttemptOutcome {
  if (isFile) return { ok: true, value: response.body };
  if (response.body.byteLength === 0) return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(Buffer.from(response.body).toString('utf8')) };
  } catch {
    const error = new WechatpayError(
      'unknown',
      'RESPONSE_NOT_JSON',
      `WeChat Pay signed its response to ${what}, but it is not JSON.`,
      { status: response.status, requestId: response.headers['request-id'] },
    );
    return { ok: false, error, repeat: 'never' };
  }
}
