/**
 * The one error of this package. `kind` says what the caller may conclude, `code` is stable and meant for
 * programs, `message` says what happened, why, and what to do about it. No message holds a key, a plaintext
 * or a request body.
 */
import { explainInternalCode, type InternalCodeExplanation } from './http/internal-codes.ts';

/**
 * - `refused`: WeChat Pay refused in a signed response; nothing changed there.
 * - `unknown`: there is no trustworthy response; the request may have taken effect. Repeat it with the same parameters.
 *   Its code may be one of WeChat Pay's (an unsigned refusal, a 5xx): it explains, but proves nothing.
 * - `fault`: our request or configuration is wrong, or what came in is not from WeChat Pay; repeating it does not help.
 */
export type WechatpayErrorKind = 'fault' | 'refused' | 'unknown';

/**
 * Codes of this package. An error that WeChat Pay answered carries its own code instead (ORDERPAID, PARAM_ERROR, …):
 * look at `kind` before `code`.
 */
export type WechatpayErrorCode =
  // keys and configuration
  | 'KEY_INVALID'
  | 'API_V3_KEY_INVALID'
  | 'CONFIG_INVALID'
  // signatures
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_WRONG'
  | 'SIGNATURE_PROBE'
  | 'SERIAL_UNKNOWN'
  | 'TIMESTAMP_STALE'
  // platform keys
  | 'CERTIFICATES_NOT_AVAILABLE'
  | 'PLATFORM_KEY_MISSING'
  // ciphers
  | 'DECRYPT_FAILED'
  | 'PLAINTEXT_TOO_LONG'
  // notifications
  | 'BODY_TOO_LARGE'
  | 'NOT_JSON'
  | 'NOTIFICATION_MALFORMED'
  // calls
  | 'REQUEST_INVALID'
  | 'SIGN_ERROR'
  | 'CONNECT_FAILED'
  | 'CONNECTION_LOST'
  | 'RESPONSE_TIMEOUT'
  | 'RESPONSE_TOO_LARGE'
  | 'RESPONSE_NOT_JSON'
  | 'RESPONSE_MALFORMED'
  | 'GATEWAY_ERROR';

export interface WechatpayErrorDetails {
  cause?: unknown;
  /** The message in Chinese, where a user has to act on it (keys and configuration). */
  messageZh?: string | undefined;
  /** HTTP status of the response, when there was one. */
  status?: number | undefined;
  /** WeChat Pay's Request-Id: what their support asks for. */
  requestId?: string | undefined;
  /** Where WeChat Pay saw the problem: a JSON pointer or a header, and the rule. Never the value. */
  field?: string | undefined;
  issue?: string | undefined;
  /** WeChat Pay's own message, as it came. */
  officialMessage?: string | undefined;
}

export class WechatpayError extends Error {
  override readonly name = 'WechatpayError';
  readonly kind: WechatpayErrorKind;
  /** One of {@link WechatpayErrorCode}, or WeChat Pay's own code. */
  readonly code: string;
  declare readonly messageZh?: string;
  declare readonly status?: number;
  declare readonly requestId?: string;
  /** The digits after the last `-` of Request-Id: they identify the reason, whatever the message says. */
  declare readonly internalCode?: string;
  /** What {@link internalCode} means, where it is known. */
  declare readonly explanation?: InternalCodeExplanation;
  declare readonly field?: string;
  declare readonly issue?: string;
  /** WeChat Pay's own message, as it came: for people, and for cases where nothing else distinguishes two refusals. */
  declare readonly officialMessage?: string;

  constructor(
    kind: WechatpayErrorKind,
    code: WechatpayErrorCode | (string & {}),
    message: string,
    details: WechatpayErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = code;
    if (details.messageZh !== undefined) this.messageZh = details.messageZh;
    if (details.status !== undefined) this.status = details.status;
    if (details.field !== undefined) this.field = details.field;
    if (details.issue !== undefined) this.issue = details.issue;
    if (details.officialMessage !== undefined) this.officialMessage = details.officialMessage;
    if (details.requestId === undefined) return;
    this.requestId = details.requestId;
    const internalCode = internalCodeOf(details.requestId);
    if (internalCode === undefined) return;
    this.internalCode = internalCode;
    const explanation = explainInternalCode(internalCode);
    if (explanation) this.explanation = explanation;
  }
}

/** The internal error code inside a Request-Id such as `08F78BB5AF0610D302…-268435461`. */
export function internalCodeOf(requestId: string): string | undefined {
  return /-(\d{1,12})$/.exec(requestId)?.[1];
}
