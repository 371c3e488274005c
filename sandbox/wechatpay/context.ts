/** The types that define an API family of the simulator, such as orders, certificates and onboarding. */
import type { SandboxBus } from '../bus.ts';
import type { SandboxClock } from '../clock.ts';
import type { Fault } from './http/faults.ts';
import type { NewNotification, Notification } from './notifications/types.ts';
import type { DueTasks } from './state/due-tasks.ts';
import type { Merchant } from './state/merchants.ts';
import type { State } from './state/state.ts';
import type { PushedEvent } from './types.ts';

export type { CheckOptions } from './http/fields.ts';
export { checkFields, type Fields, field } from './http/fields.ts';
export { ApiProblem, ControlProblem, internalCodes, paramError } from './http/problem.ts';
export type { Merchant } from './state/merchants.ts';
export type { State } from './state/state.ts';

/** One API of WeChat Pay. */
export interface Endpoint {
  /** Its official name, for the exchange record: `JSAPI下单`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * As documented, parameters in braces: `/v3/pay/transactions/id/{transaction_id}`. A trailing slash is significant.
   */
  readonly path: string;
  /** `multipart` signs the `meta` JSON only; `optional-json` is a POST whose page documents no body. */
  readonly bodyKind: 'none' | 'json' | 'optional-json' | 'multipart';
  /** Which kinds of caller it serves; any other gets 403 NO_AUTH. */
  readonly roles: readonly Merchant['kind'][];
  /** `shape`: it only checks the structure of requests and answers with an example. Default `behaviour`. */
  readonly fidelity?: 'shape';
  /** Throws ApiProblem to refuse. It must not change any state before all checks have passed. */
  handle(context: ApiContext): ApiAnswer | Promise<ApiAnswer>;
}

/** `body` is sent as JSON; without a body the status defaults to 204. */
export interface ApiAnswer {
  readonly status?: number;
  readonly body?: object;
  /** A download instead of JSON; it is not signed. */
  readonly file?: { readonly bytes: Buffer; readonly contentType: string };
}

export interface MultipartBody {
  /** The `meta` part exactly as sent: the signature covers it. */
  readonly metaText: string;
  readonly meta: Record<string, unknown>;
  readonly file: { readonly filename: string; readonly contentType: string; readonly bytes: Buffer };
}

/** A request that passed route, headers, authorization, timestamp, nonce, signature and JSON. */
export interface ApiContext extends SimulatorContext {
  /** Business time: epoch ms on the sandbox's clock. */
  readonly nowMs: number;
  /** Who signed the request. */
  readonly merchant: Merchant;
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON body; `{}` without one. Check it with `checkFields` before use. */
  readonly body: Record<string, unknown>;
  readonly multipart: MultipartBody | undefined;
  /** The body exactly as received. */
  readonly rawBody: Buffer;
  readonly headers: Headers;
  /** Scheme, host and port that the request was sent to, e.g. `http://127.0.0.1:8700`. */
  readonly origin: string;
  /** The fault injected into this request; most faults take effect outside the endpoint. */
  readonly fault: Fault | undefined;
  /** For the exchange record: which order the request turned out to be about, and what looks wrong in it. */
  readonly subject: { outTradeNo?: string; warnings?: readonly string[] };
  /**
   * Decrypts a sensitive field (base64 of RSA-OAEP) with the platform key that the request's Wechatpay-Serial names.
   * Pass it to `checkFields` as `decrypt`.
   * @throws ApiProblem when the header is missing, names no key of this sandbox, or the value was not encrypted for
   * that key.
   */
  decrypt(cipher: string, pointer: string): string;
  /** Encrypts a sensitive field of the answer with the public key of the merchant's certificate. */
  encryptForMerchant(clear: string): string;
}

/** A call of the control API under /_sandbox. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** e.g. `/_sandbox/applications/{id}/review` */
  readonly path: string;
  /** @returns the value to send as JSON. Throw ControlProblem to refuse. */
  handle(context: ControlContext): unknown | Promise<unknown>;
}

export interface ControlContext extends SimulatorContext {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; `{}` when empty. Reading it throws ControlProblem when it is not JSON. */
  readonly body: unknown;
  /** The body as sent. */
  readonly bytes: Buffer;
  readonly text: string;
  /** The Accept header. */
  readonly accepts: string;
}

/** The parts that the whole simulator shares. */
export interface SimulatorContext {
  readonly clock: SandboxClock;
  readonly bus: SandboxBus;
  /** The URL at which a browser reaches the sandbox; absent when it is the address the request was sent to. */
  readonly baseUrl?: string | undefined;
  /** Amounts, markers and openids decide what happens: docs/scenarios.md. */
  readonly scenarios?: boolean | undefined;
  /** The state of the whole sandbox; replaced by reset and restore, so read it anew on each use. */
  readonly state: State;
  readonly endpoints: readonly Endpoint[];
  readonly control: readonly ControlRoute[];
  /** Creates a callback; its first delivery begins at once. */
  notify(notification: NewNotification): Notification;
  /** Pushes an event to the mini-program's server (消息推送), as the mini-program has it configured. */
  push(event: PushedEvent): void;
  /** Tasks that run automatically when the clock reaches their time. */
  readonly due: DueTasks;
}

/** The shared parts of the simulator, plus the data of one request. */
export function withRequest<T extends object>(simulator: SimulatorContext, request: T): SimulatorContext & T {
  // Not a copy: `state` must be read again on each use, including by tasks that a request schedules.
  return Object.create(simulator, Object.getOwnPropertyDescriptors(request)) as SimulatorContext & T;
}
