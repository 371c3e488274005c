/** What a call to WeChat Pay is made of. Types only: importing this loads nothing. */
import type { KeyObject } from 'node:crypto';
import type { PlatformKeys } from '../crypto/platform-keys.ts';

/** The merchant (or service provider) that signs. All keys print as opaque objects, never as text. */
export interface MerchantAccount {
  /** mchid, or sp_mchid. */
  readonly mchid: string;
  /** Serial number of the merchant API certificate that belongs to `privateKey`, upper-case hex. */
  readonly serialNo: string;
  /** From `parsePrivateKey`. */
  readonly privateKey: KeyObject;
  /** From `parseApiV3Key`. */
  readonly apiV3Key: KeyObject;
}

export interface WechatpayRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query exactly as sent, already percent-encoded; build it with `buildPath`. */
  readonly path: string;
  /** A string is signed and sent byte for byte; an object is serialised once, then signed and sent. */
  readonly body?: string | object | undefined;
  /** An upload: the bytes sent differ from the text that is signed. */
  readonly upload?: { readonly bytes: Uint8Array; readonly contentType: string; readonly signedText: string };
  /** A POST that WeChat Pay treats as the same request when repeated with the same parameters. GET always is. */
  readonly idempotent?: boolean;
  /** Serial or id of the platform key with which fields in here are encrypted: from `PlatformKeys.encryptionKey`. */
  readonly encryptedWithSerial?: string;
  /** Overrides of the client's limits. */
  readonly answerTimeoutMs?: number;
  readonly totalTimeoutMs?: number;
  readonly maxAnswerBytes?: number;
  /**
   * Only for the certificate download, whose answer may be signed by a certificate that is inside it: the keys
   * that the raw body proves by itself, by serial.
   */
  readonly provenKeys?: (rawBody: string) => ReadonlyMap<string, KeyObject>;
}

/** Signs, sends, verifies. */
export interface WechatpayClient {
  readonly account: MerchantAccount;
  readonly platformKeys: PlatformKeys;
  /**
   * @returns the parsed JSON of a verified 2xx answer; undefined for an empty one (204).
   * @throws WechatpayError
   */
  request<T>(request: WechatpayRequest): Promise<T>;
}

/** One HTTP exchange, once. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly connectTimeoutMs: number;
  /** From the start of the request to the last byte of the answer. */
  readonly answerTimeoutMs: number;
  readonly maxAnswerBytes: number;
  /** Do not reuse a kept-alive connection. */
  readonly freshConnection?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** @throws TransportError for everything that is not a complete HTTP answer. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * - `connect`: no connection was made, so nothing was sent.
 * - `dead-socket`: a kept-alive connection was gone before the first byte of an answer.
 * - `lost`: the connection broke after the request was sent.
 * - `timeout`: no complete answer in time.
 * - `too-large`: the answer was longer than allowed.
 */
export type TransportFailure = 'connect' | 'dead-socket' | 'lost' | 'timeout' | 'too-large';

export interface WechatpayLog {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
}
