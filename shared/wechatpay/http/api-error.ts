/** Error responses: `{code, message, detail}`. https://pay.weixin.qq.com/doc/v3/merchant/4012556398 */

import { WechatpayError, type WechatpayErrorKind } from '../errors.ts';
import type { HttpResponse } from './client-types.ts';
import type { FailedAttempt } from './retry.ts';

export interface Problem {
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
  readonly issue?: string;
  /** For SIGN_ERROR: the length in bytes of the message that WeChat Pay reconstructed. */
  readonly rebuiltBytes?: number;
}

/** Parses an error body; empty when it is not in WeChat Pay's format (a gateway's own page). */
export function readProblem(response: HttpResponse): Problem {
  const body = object(parse(response.body));
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

export interface ApiErrorContext {
  /** Method and path. */
  readonly what: string;
  readonly signedBytes: number;
  readonly account: { readonly mchid: string; readonly serialNo: string };
  /** Whether WeChat Pay's signature under this response was verified. */
  readonly verified: boolean;
}

/** The error that a non-2xx response stands for, and whether the request may be repeated. */
export function apiError(response: HttpResponse, context: ApiErrorContext): { ok: false } & FailedAttempt {
  const { status } = response;
  const { what } = context;
  const problem = readProblem(response);
  const fail = (kind: WechatpayErrorKind, message: string, repeat: FailedAttempt['repeat']) =>
    ({ ok: false, error: errorOf(response, problem, kind, message), repeat }) as const;
  if (problem.code === undefined) {
    const message = `A gateway answered ${what} with HTTP ${status} and no error of WeChat Pay. It is not known whether the request was processed.`;
    return status < 500
      ? fail('unknown', message, 'never')
      : { ...fail('unknown', message, 'if-idempotent'), otherHost: true };
  }
  const said = `(HTTP ${status} ${problem.code}): ${problem.message ?? ''}`;
  if (status >= 500) {
    const message = `WeChat Pay failed on ${what} ${said} Whether it took effect is unknown; ask again with the same parameters.`;
    return { ...fail('unknown', message, 'if-idempotent'), otherHost: true };
  }
  // Not executed, and unsigned by design: the only refusal accepted without a signature.
  if (status === 401) return fail('fault', authenticationMessage(said, problem, context), 'never');
  const field = problem.field === undefined ? '' : ` [${problem.field}: ${problem.issue ?? ''}]`;
  if (!context.verified) {
    const message = `The refusal of ${what} ${said}${field} carries no valid signature of WeChat Pay, so it proves nothing and the request may have taken effect. Ask again with the same parameters, or query. If it happens to all requests, something between here and WeChat Pay answers in its place.`;
    return fail('unknown', message, status === 429 ? 'if-idempotent' : 'never');
  }
  const message = `WeChat Pay refused ${what} ${said}${field}`;
  return fail('refused', message, status === 429 ? 'always' : 'never');
}

function errorOf(
  response: HttpResponse,
  problem: Problem,
  kind: WechatpayErrorKind,
  message: string,
): WechatpayError {
  return new WechatpayError(kind, problem.code ?? 'GATEWAY_ERROR', message, {
    status: response.status,
    requestId: response.headers['request-id'],
    field: problem.field,
    issue: problem.issue,
    officialMessage: problem.message,
  });
}

function authenticationMessage(said: string, problem: Problem, context: ApiErrorContext): string {
  const { signedBytes, account } = context;
  const changed = problem.rebuiltBytes !== undefined && problem.rebuiltBytes !== signedBytes;
  const reason = changed
    ? `WeChat Pay rebuilt a message of ${problem.rebuiltBytes} bytes, ${signedBytes} were signed: something on the way changed the URL or the body.`
    : `Three configured values have to belong together, and do not: the merchant number ${account.mchid}, the certificate serial number ${account.serialNo}, and the private key. Print the serial of the certificate that came with apiclient_key.pem (openssl x509 -in apiclient_cert.pem -noout -serial) and compare it with the one in the merchant platform (账户中心 → API安全 → 商户API证书) of that merchant. 商户号、证书序列号与商户私钥三者不匹配，请核对。`;
  return `WeChat Pay does not accept the signature ${said} ${reason}`;
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
