import type { ErrorCode, FieldError } from '../contract/index.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { errorTexts } from './messages.ts';

export interface CommerceErrorDetails {
  /** The input fields at fault. */
  readonly fields?: readonly FieldError[];
  /** The same call may succeed later, unchanged. Default: what is usual for the code. */
  readonly retryable?: boolean;
  readonly wechatPay?: { readonly code: string; readonly requestId?: string } | undefined;
  /** Texts that are more specific than the code's default ones; both languages, or neither. */
  readonly texts?: { readonly zh: string; readonly en: string };
  readonly cause?: unknown;
}

/** What a function refuses, with a code of the contract. Its texts are safe to show to anyone. */
export class CommerceError extends Error {
  override readonly name = 'CommerceError';
  readonly code: ErrorCode;
  readonly texts: { readonly zh: string; readonly en: string };
  readonly fields: readonly FieldError[] | undefined;
  readonly retryable: boolean;
  readonly wechatPay: { readonly code: string; readonly requestId?: string } | undefined;

  constructor(code: ErrorCode, details: CommerceErrorDetails = {}) {
    const texts = details.texts ?? errorTexts[code];
    super(texts.en, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.texts = texts;
    this.fields = details.fields;
    this.retryable = details.retryable ?? retryableCodes.has(code);
    this.wechatPay = details.wechatPay;
  }
}

const retryableCodes: ReadonlySet<ErrorCode> = new Set(['OUTCOME_UNKNOWN', 'BUSY']);

/** Too many requests: https://pay.weixin.qq.com/doc/v3/merchant/4012081717, and other spellings on the pages of APIs. */
const rateLimitCodes: ReadonlySet<string> = new Set([
  'FREQUENCY_LIMITED',
  'RATELIMIT_EXCEED',
  'RATELIMIT_EXCEEDED',
  'RATE_LIMITED',
]);

/** Whether WeChat Pay refused because of too many requests, whatever was asked. */
export function isRateLimited({ kind, code }: WechatpayError): boolean {
  return kind === 'refused' && rateLimitCodes.has(code);
}

/** The contract's error for a failed call to WeChat Pay; anything else is returned as it is. */
export function explainWechatpayError(error: unknown): unknown {
  if (!(error instanceof WechatpayError)) return error;
  const wechatPay = wechatPayOf(error);
  // Signed with a key that is not configured: a retry fails the same way until the configuration is fixed.
  if (error.code === 'SERIAL_UNKNOWN')
    return new CommerceError('CONFIG_INVALID', { cause: error, retryable: true });
  if (error.kind === 'unknown') return new CommerceError('OUTCOME_UNKNOWN', { cause: error });
  if (error.kind === 'fault') return new CommerceError('CONFIG_INVALID', { cause: error, wechatPay });
  if (isRateLimited(error)) return new CommerceError('BUSY', { cause: error, wechatPay });
  return new CommerceError('WECHATPAY_REFUSED', { cause: error, wechatPay });
}

/** What a caller may know of WeChat Pay's answer: its code, and the Request-Id that its support asks for. */
export function wechatPayOf({ code, requestId }: WechatpayError): CommerceErrorDetails['wechatPay'] {
  return requestId === undefined ? { code } : { code, requestId };
}

/** Whether WeChat Pay refused, in a signed response, with one of these codes. */
export function isRefusal(error: unknown, codes: ReadonlySet<string>): error is WechatpayError {
  return error instanceof WechatpayError && error.kind === 'refused' && codes.has(error.code);
}

/** The result of a query; undefined when WeChat Pay answers, with a signature, that it does not exist. */
export async function unlessRefused<T>(
  codes: ReadonlySet<string>,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error, codes)) return undefined;
    throw error;
  }
}
