/**
 * Classifies one HTTP response: a value to trust, or why there is none and whether to ask again.
 *
 * WeChat Pay signs every response to a request whose own signature it accepted; a request that it could not
 * authenticate was not executed and is answered with 401, unsigned.
 * https://pay.weixin.qq.com/wiki/doc/apiv3_partner/wechatpay/wechatpay3_3.shtml
 * So a refusal without a signature proves nothing: its outcome is unknown, as that of a response that never came.
 */
import type { KeyObject } from 'node:crypto';
import type { PlatformKeys } from '../crypto/platform-keys.ts';
import { isSigned, verifySignature } from '../crypto/verifier.ts';
import { WechatpayError } from '../errors.ts';
import { apiError, readProblem } from './api-error.ts';
import type { HttpAnswer } from './client-types.ts';
import type { FailedAttempt } from './retry.ts';

export interface AnswerContext {
  readonly platformKeys: PlatformKeys;
  readonly nowMs: () => number;
  /** Method and path, for messages. */
  readonly what: string;
  /** Bytes of the message that was signed, to compare with what WeChat Pay rebuilt. */
  readonly signedBytes: number;
  /** Who signed the request, for messages. */
  readonly account: { readonly mchid: string; readonly serialNo: string };
  /** A file is asked for, which WeChat Pay does not sign. */
  readonly isFile?: boolean;
  readonly provenKeys?: ((rawBody: string) => ReadonlyMap<string, KeyObject>) | undefined;
}

export type AttemptOutcome =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & FailedAttempt);

export async function classifyResponse(answer: HttpAnswer, context: AnswerContext): Promise<AttemptOutcome> {
  const successful = answer.status >= 200 && answer.status < 300;
  const signed = isSigned(answer.headers);
  if (successful && !signed && context.isFile) return { ok: true, value: answer.body };
  const distrust = successful || signed ? await verificationFailure(answer, context) : undefined;
  // The download of certificates may be refused under a key that is not known yet: as good as unsigned.
  if (distrust && (successful || !context.provenKeys)) return untrusted(distrust, answer, context);
  if (!successful) return apiError(answer, { ...context, verified: signed && !distrust });
  if (answer.status === 202) return notYet(answer, context);
  return parsed(answer, context);
}

async function verificationFailure(answer: HttpAnswer, context: AnswerContext): Promise<unknown> {
  try {
    const { platformKeys, nowMs, provenKeys } = context;
    const proven = provenKeys?.(Buffer.from(answer.body).toString('utf8'));
    // The download of certificates must not wait for itself: there, only what is in memory counts besides.
    const verificationKey = async (serial: string) =>
      proven?.get(serial.toUpperCase()) ?? platformKeys.verificationKey(serial, { mayAsk: !proven });
    await verifySignature(
      { headers: answer.headers, rawBody: answer.body },
      { platformKeys: { verificationKey }, nowMs },
    );
    return undefined;
  } catch (error) {
    return error;
  }
}

function untrusted(cause: unknown, answer: HttpAnswer, { what }: AnswerContext): AttemptOutcome {
  if (!(cause instanceof WechatpayError)) throw cause;
  const { code } = readProblem(answer);
  const claim = code === undefined ? '' : `, code ${code}`;
  const error = new WechatpayError(
    'unknown',
    cause.code,
    `The answer to ${what} (HTTP ${answer.status}${claim}) cannot be trusted, and the request may have taken effect. ${cause.message}`,
    { cause, status: answer.status, requestId: answer.headers['request-id'] },
  );
  return { ok: false, error, repeat: cause.code === 'SIGNATURE_PROBE' ? 'if-idempotent' : 'never' };
}

/** 202: accepted but not done; officially, repeat the same request. */
function notYet(answer: HttpAnswer, { what }: AnswerContext): AttemptOutcome {
  const { code, message } = readProblem(answer);
  const error = new WechatpayError(
    'unknown',
    code ?? 'GATEWAY_ERROR',
    `WeChat Pay has accepted ${what} but not finished it (HTTP 202${message ? `: ${message}` : ''}). Ask again with the same parameters.`,
    { status: 202, requestId: answer.headers['request-id'] },
  );
  return { ok: false, error, repeat: 'if-idempotent' };
}

function parsed(answer: HttpAnswer, { what, isFile }: AnswerContext): AttemptOutcome {
  if (isFile) return { ok: true, value: answer.body };
  if (answer.body.byteLength === 0) return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(Buffer.from(answer.body).toString('utf8')) };
  } catch {
    const error = new WechatpayError(
      'unknown',
      'ANSWER_NOT_JSON',
      `WeChat Pay signed its answer to ${what}, but it is not JSON.`,
      { status: answer.status, requestId: answer.headers['request-id'] },
    );
    return { ok: false, error, repeat: 'never' };
  }
}
