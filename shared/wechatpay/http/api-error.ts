/** Error answers: `{code, message, detail}`. https://pay.weixin.qq.com/doc/v3/merchant/4012556398 */

import { WechatpayError } from '../errors.ts';
import type { HttpAnswer } from './client-types.ts';
import type { FailedAttempt } from './retry.ts';

export interface Problem {
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
  readonly issue?: string;
  /** Of a SIGN_ERROR: how many bytes the message had that WeChat Pay rebuilt. */
  readonly rebuiltBytes?: number;
}

/** What an error body says; nothing when it is not WeChat Pay's format (a gateway's own page). */
export function readProblem(answer: HttpAnswer): Problem {
  const body = object(parse(answer.body));
  const code = text(body.code);
  if (code === undefined || !/^[A-Z0-9_]{1,64}$/.test(code)) return {};
  const detail = object(body.detail);
  const inner = object(detail.detail);
  const rebuilt = object(detail.sign_information).sign_message_length;
  return {
    code,
    ...defined('message', text(body.message)),
    ...defined('field', text(detail.field)),
    ...defined('issue', text(detail.issue) ?? text(inner.issue)),
    ...(typeof rebuilt === 'number' ? { rebuiltBytes: rebuilt } : {}),
  };
}

/** The error that a non-2xx answer stands for, signed or not, and whether the request may be repeated. */
export function apiError(
  answer: HttpAnswer,
  { what, signedBytes }: { readonly what: string; readonly signedBytes: number },
): { ok: false } & FailedAttempt {
  const { status } = answer;
  const problem = readProblem(answer);
  const details = {
    status,
    requestId: answer.headers['request-id'],
    field: problem.field,
    issue: problem.issue,
  };
  if (problem.code === undefined) {
    const message = `A gateway answered ${what} with HTTP ${status} and no error of WeChat Pay. It is not known whether the request was processed.`;
    const error = new WechatpayError('unknown', 'GATEWAY_ERROR', message, details);
    return { ok: false, error, repeat: status >= 500 ? 'if-idempotent' : 'never', otherHost: status >= 500 };
  }
  const said = `(HTTP ${status} ${problem.code}): ${problem.message ?? ''}`;
  if (status >= 500) {
    const message = `WeChat Pay failed on ${what} ${said} Whether it took effect is unknown; ask again with the same parameters.`;
    const error = new WechatpayError('unknown', problem.code, message, details);
    return { ok: false, error, repeat: 'if-idempotent', otherHost: true };
  }
  if (status === 401 && problem.code === 'SIGN_ERROR') {
    const error = new WechatpayError(
      'fault',
      'SIGN_ERROR',
      signErrorMessage(said, problem, signedBytes),
      details,
    );
    return { ok: false, error, repeat: 'never' };
  }
  const where = problem.field === undefined ? '' : ` [${problem.field}: ${problem.issue ?? ''}]`;
  const error = new WechatpayError(
    'refused',
    problem.code,
    `WeChat Pay refused ${what} ${said}${where}`,
    details,
  );
  return { ok: false, error, repeat: status === 429 ? 'always' : 'never' };
}

function signErrorMessage(said: string, problem: Problem, signedBytes: number): string {
  const lengths =
    problem.rebuiltBytes === undefined || problem.rebuiltBytes === signedBytes
      ? 'The private key and the serial number probably do not belong together: the serial is that of apiclient_cert.pem beside apiclient_key.pem.'
      : `WeChat Pay rebuilt a message of ${problem.rebuiltBytes} bytes, ${signedBytes} were signed: something on the way changed the URL or the body.`;
  return `WeChat Pay does not accept the signature ${said} ${lengths}`;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 300) : undefined;
}

function defined<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<K, string>>);
}
