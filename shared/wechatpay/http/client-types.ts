/** Types of a call to WeChat Pay. Types only: importing this loads nothing. */
import type { KeyObject } from 'node:crypto';
import type { ApiV3Keys } from '../crypto/keys.ts';
import type { PlatformKeys } from '../crypto/platform-keys.ts';
import type { CoreEndpoints } from '../routes/generated/core-endpoints.ts';

/** The merchant (or service provider) that signs. Keys print as opaque objects, never as text. */
export interface MerchantAccount {
  /** mchid, or sp_mchid. */
  readonly mchid: string;
  /** Serial number of the merchant API certificate that belongs to `privateKey`, upper-case hex. */
  readonly serialNo: string;
  /** From `parsePrivateKey`. */
  readonly privateKey: KeyObject;
  /** From `parseApiV3Key`. */
  readonly apiV3Key: ApiV3Keys;
}

/** Overrides of the client's limits. */
export interface CallOptions {
  /** Of one attempt. */
  readonly responseTimeoutMs?: number;
  /** For all attempts and the waits between them. */
  readonly totalTimeoutMs?: number;
  readonly maxResponseBytes?: number;
}

export interface WechatpayRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query exactly as sent, already percent-encoded; build it with `buildPath`. */
  readonly path: string;
  /** A string is signed and sent byte for byte; an object is serialised once, then signed and sent. */
  readonly body?: string | object | undefined;
  /** An upload: the bytes sent differ from the text that is signed. */
  readonly upload?: { readonly bytes: Uint8Array; readonly contentType: string; readonly signedText: string };
  /** A POST that WeChat Pay treats as the same request when repeated with the same parameters. GET always is. */
  readonly idempotent?: boolean;
  /**
   * Serial or id of the platform key with which fields of the body are encrypted: from `PlatformKeys.encryptionKey`.
   */
  readonly encryptedWithSerial?: string;
  /** The response is a file, which WeChat Pay does not sign: its bytes are returned unchanged. */
  readonly response?: 'bytes';
  /**
   * Only for the certificate download, whose response may be signed by a certificate that is inside it: extracts the
   * proven keys from the raw body, by serial.
   */
  readonly provenKeys?: (rawBody: string) => ReadonlyMap<string, KeyObject>;
}

type ParametersOf<E, R extends keyof E> = E[R] extends readonly [infer P extends object, unknown] ? P : never;
type ResponseOf<E, R extends keyof E> = E[R] extends readonly [object, infer A] ? A : never;

/** The parameters of a route: `RouteParameters<'POST /v3/refund/domestic/refunds'>`. */
export type RouteParameters<R extends keyof E, E = CoreEndpoints> = ParametersOf<E, R>;
/** What a route answers. */
export type RouteResponse<R extends keyof E, E = CoreEndpoints> = ResponseOf<E, R>;

/** Signs, sends, verifies. */
export interface WechatpayClient<E = CoreEndpoints> {
  readonly account: MerchantAccount;
  readonly platformKeys: PlatformKeys;
  /**
   * Calls an API by its route, as the official page writes it. Path, query and body parameters are passed in one object
   * under their documented names; encrypted fields are passed and returned in plaintext.
   * @returns the parsed JSON of a verified 2xx response; undefined for an empty one (204); the bytes of a download.
   * @throws WechatpayError
   * @example
   * await client.request('POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close', { out_trade_no, mchid });
   */
  request<R extends keyof E & string>(
    route: R,
    ...args: object extends ParametersOf<E, R>
      ? [parameters?: ParametersOf<E, R>, options?: CallOptions]
      : [parameters: ParametersOf<E, R>, options?: CallOptions]
  ): Promise<ResponseOf<E, R>>;
  /**
   * A lower-level call for APIs that are in no route table: encrypts and decrypts nothing.
   * @throws WechatpayError
   */
  send<T>(request: WechatpayRequest): Promise<T>;
}

/** One HTTP exchange, once. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly connectTimeoutMs: number;
  /** From the start of the request to the last byte of the response. */
  readonly responseTimeoutMs: number;
  readonly maxResponseBytes: number;
  /** Do not reuse a kept-alive connection. */
  readonly freshConnection?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** @throws TransportError for everything that is not a complete HTTP response. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * - `connect`: no connection was made, so nothing was sent.
 * - `dead-socket`: a kept-alive connection was gone before the first byte of a response.
 * - `lost`: the connection broke after the request was sent.
 * - `timeout`: no complete response in time.
 * - `too-large`: the response was longer than allowed.
 */
export type TransportFailure = 'connect' | 'dead-socket' | 'lost' | 'timeout' | 'too-large';
