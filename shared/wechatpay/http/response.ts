/** Judges one HTTP answer: a value to trust, or why there is none and whether to ask again. */
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
  readonly provenKeys?: ((rawBody: string) => ReadonlyMap<string, KeyObject>) | undefined;
}

export type Judgement =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & FailedAttempt);

export async function judgeAnswer(answer: HttpAnswer, context: AnswerContext): Promise<Judgement> {
  const successful = answer.status >= 200 && answer.status < 300;
  const mustVerify = successful || (isSigned(answer.headers) && !context.provenKeys);
  const distrust = mustVerify ? await verificationFailure(answer, context) : undefined;
  if (distrust) return untrusted(distrust, answer, context);
  if (!successful) return apiError(answer, context);
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

function untrusted(cause: unknown, answer: HttpAnswer, { what }: AnswerContext): Judgement {
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
function notYet(answer: HttpAnswer, { what }: AnswerContext): Judgement {
  const { code, message } = readProblem(answer);
  const error = new WechatpayError(
    'unknown',
    code ?? 'GATEWAY_ERROR',
    `WeChat Pay has accepted ${what} but not finished it (HTTP 202${message ? `: ${message}` : ''}). Ask again with the same parameters.`,
    { status: 202, requestId: answer.headers['request-id'] },
  );
  return { ok: false, error, repeat: 'if-idempotent' };
}

function parsed(answer: HttpAnswer, { what }: AnswerContext): Judgement {
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
