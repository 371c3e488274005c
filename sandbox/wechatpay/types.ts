import type { SandboxBus } from '../bus.ts';
import type { SandboxClock } from '../clock.ts';

export type KeyMode = 'certificate' | 'public-key' | 'switching';

export interface SimulatorOptions {
  readonly clock: SandboxClock;
  readonly bus: SandboxBus;
  /** The same seed gives the same merchants, keys and numbers. Without one they are new each time. */
  readonly seed?: string;
  /** Loaded when it exists; written after changes, so that a restart goes on where it was. */
  readonly stateFile?: string;
  /** One's own merchants instead of the made-up ones; see docs/fidelity.md. */
  readonly configFile?: string;
  /**
   * What Wechatpay-Timestamp says: `wall` the machine's clock (for programs that run on it), `virtual` the
   * sandbox's (for functions whose clock follows it). Default `wall`.
   */
  readonly transportTime?: 'wall' | 'virtual';
  /** Default `switching`: either key signs, so a program must cope with both. */
  readonly keyMode?: KeyMode;
}

/** What a program needs to act as one of the merchants. */
export interface AccountCredentials {
  readonly appid: string;
  readonly mchid: string;
  readonly name: string;
  readonly serialNo: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly apiV3Key: string;
  readonly publicKeyId: string;
  readonly publicKeyPem: string;
}

export interface ProviderCredentials extends AccountCredentials {
  readonly subMerchants: readonly {
    readonly subMchid: string;
    readonly name: string;
    readonly appids: readonly string[];
  }[];
}

export interface Credentials {
  readonly direct: AccountCredentials;
  readonly partner: ProviderCredentials;
  readonly ecommerce: ProviderCredentials;
}

export interface Simulator {
  /** Answers /v3/* and /_sandbox/*. Never rejects. */
  fetch(request: Request): Promise<Response>;
  credentials(): Credentials;
  /** All state as JSON, and back. */
  snapshot(): unknown;
  restore(snapshot: unknown): Promise<void>;
  /** A TLS key and certificate of the sandbox's CA, for WeChat Pay's host names and loopback addresses. */
  createTls(): Promise<{ key: string; cert: string; ca: string }>;
  /** Stops timers and writes the state file. */
  close(): Promise<void>;
}
