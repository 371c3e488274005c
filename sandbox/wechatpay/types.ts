import type { SandboxBus, SandboxEvent } from '../bus.ts';
import type { SandboxClock } from '../clock.ts';
import type { JsonReader } from '../json-reader.ts';
import type { Credentials } from './account-credentials.ts';
import type { PostCallback } from './notifications/post.ts';

export type KeyMode = 'certificate' | 'public-key' | 'switching';

/** An event of a mini-program, with the fields of its own. */
export interface PushedEvent {
  readonly Event: string;
  readonly [field: string]: unknown;
}

/** As a function gets it: JSON, whatever format the mini-program's other pushes have. */
export interface PushedMessage extends PushedEvent {
  readonly ToUserName: string;
  readonly FromUserName: string;
  readonly CreateTime: number;
  readonly MsgType: 'event';
}

export interface SimulatorOptions {
  readonly clock: SandboxClock;
  readonly bus: SandboxBus;
  /** The same seed gives the same merchants, keys and numbers. Without one they are new each time. */
  readonly seed?: string;
  /** Loaded when it exists; written after changes, so that a restart continues from the same state. */
  readonly stateFile?: string;
  /** Your own merchants instead of the built-in ones; see docs/fidelity.md. */
  readonly configFile?: string;
  /**
   * The clock behind Wechatpay-Timestamp: `wall` the machine's clock (for programs that run on it), `virtual` the
   * sandbox's (for functions whose clock follows it). Default `wall`.
   */
  readonly transportTime?: 'wall' | 'virtual';
  /** Amounts, markers and openids decide what happens (docs/scenarios.md); default false. */
  readonly scenarios?: boolean;
  /** The URL at which a browser reaches the sandbox, once known. */
  readonly baseUrl?: () => string;
  /** Host names besides the loopback ones under which the control API may be called, without port. */
  readonly controlHosts?: readonly string[];
  /** Host names besides the loopback ones that callbacks may be delivered to, without port. */
  readonly callbackHosts?: readonly string[];
  /** Additional control calls added by the host of the simulator; their results are sent as JSON. */
  readonly control?: readonly {
    readonly method: 'GET';
    readonly path: string;
    readonly handle: () => object;
  }[];
  /** Calls that the host of the simulator answers itself, for the list of control calls: `POST /_system/reset`. */
  readonly hostCalls?: readonly string[];
  /** How callbacks are posted; default over HTTP. */
  readonly post?: PostCallback;
  /** Where events of the mini-program are pushed; not pushed when absent. */
  readonly onPush?: (message: PushedMessage) => void;
  /** Default `switching`: either key signs, so a program must cope with both. */
  readonly keyMode?: KeyMode;
}

export interface Simulator {
  /** Answers /v3/*, api.weixin.qq.com's /cgi-bin/* and /wxa/*, and /_sandbox/*. Never rejects. */
  fetch(request: Request): Promise<Response>;
  credentials(): Credentials;
  /** The certificate authority of this sandbox. */
  caPem(): string;
  /**
   * A cloud call of a function: `wxa.sec.order.getOrder`.
   * @returns undefined for an API that is not simulated; `lost` when a fault drops the answer
   */
  cloudCall(
    appid: string,
    api: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<object | 'lost' | undefined>;
  /** The whole state as JSON, for `restore`. */
  snapshot(): unknown;
  restore(snapshot: unknown): Promise<void>;
  /** The whole state and what happened, as texts that are together one JSON document, made as they are taken. */
  exported(): Iterable<string>;
  /**
   * Makes the state that of an exported document, read in pieces between which requests are answered.
   * @returns what had happened
   * @throws ControlProblem when it is no such document; nothing has changed then
   */
  import(document: JsonReader): Promise<readonly SandboxEvent[]>;
  /** A TLS key and certificate of the sandbox's CA, for WeChat Pay's host names and loopback addresses. */
  createTls(): Promise<{ key: string; cert: string; ca: string }>;
  /** Writes the state file; does nothing without one. */
  save(): Promise<void>;
  /** Stops timers and writes the state file. */
  close(): Promise<void>;
}
