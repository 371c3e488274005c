/**
 * The WeChat Pay v3 sandbox as a library, for tests of anything that speaks WeChat Pay:
 *
 *     const sandbox = await startSandbox({ seed: 'my tests' });
 *     // point the program under test at sandbox.url, with sandbox.credentials.direct
 *     await sandbox.orders.pay('ORDER1');
 *     const callback = await sandbox.notifications.next();
 *     await sandbox.clock.advance('15s');
 *     await sandbox.close();
 *
 * Several sandboxes can run in one process, independent of each other.
 */
import type { Credentials } from '../wechatpay/account-credentials.ts';
import { controlClient } from './control-client.ts';
import type { SandboxControls } from './control-types.ts';
import { createControls } from './controls.ts';
import { checkOptions } from './options.ts';
import { packagedPages } from './pages.ts';
import { serveSandbox } from './serve.ts';

export type {
  AccountCredentials,
  Credentials,
  ProviderCredentials,
} from '../wechatpay/account-credentials.ts';
export { ControlError } from './control-error.ts';
export type * from './control-types.ts';
export type { Duration } from './duration.ts';
export { SandboxProblem } from './problem.ts';

/** Moments: a Date, epoch ms, or an ISO 8601 text. */
export type Moment = Date | number | string;

export interface SandboxOptions {
  /** 0 = any free port, the default. */
  readonly port?: number;
  /** The same seed gives the same merchants, keys, numbers and choices of faults. Without one they are new each time. */
  readonly seed?: string;
  /**
   * Where the sandbox's clock begins; default the present. It runs on from there, or with `frozen` stands still
   * until it is advanced.
   */
  readonly clock?: Moment | { readonly at: Moment; readonly frozen: boolean };
  /** Which platform keys there are; default `switching`: a certificate and a public key, and either may sign. */
  readonly keys?: 'certificate' | 'public-key' | 'switching';
  /** Answers https in the name of api.mch.weixin.qq.com; 0 = any free port. */
  readonly tlsPort?: number;
  /** An HTTP CONNECT proxy for SDKs with a fixed host; 0 = any free port. */
  readonly proxyPort?: number;
  /** Keeps everything in this file across restarts; one sandbox of a machine at a time. */
  readonly state?: string;
  /** A JSON file with your own merchants. */
  readonly config?: string;
}

export interface Sandbox extends SandboxControls {
  /** Base URL of API, control calls and inspector, e.g. `http://127.0.0.1:8700`. */
  readonly url: string;
  readonly tlsUrl?: string;
  readonly proxyUrl?: string;
  /** Merchant numbers, keys and certificates of a direct merchant, a service provider and a platform. */
  readonly credentials: Credentials;
  /** The certificate authority that a client must trust for `tlsUrl` and `proxyUrl`. */
  readonly caPem: string;
  /** Answers a request without a network in between. */
  fetch(request: Request): Promise<Response>;
  /** Stops servers, tunnels and timers; nothing keeps the process alive afterwards. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws SandboxProblem when an option is none or has a wrong value, or a port or a file cannot be used. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkOptions(options);
  const served = await serveSandbox({
    port: options.port ?? 0,
    seed: options.seed,
    keyMode: options.keys,
    tlsPort: options.tlsPort,
    proxyPort: options.proxyPort,
    stateFile: options.state,
    configFile: options.config,
    pages: packagedPages(),
    realNow: realNowOf(options.clock),
  });
  const { simulator, clock, bus, url, tlsUrl, proxyUrl } = served;
  const call = controlClient((request) => simulator.fetch(request));
  const { controls, release } = createControls({ call, bus, now: () => clock.now() });
  const close = async () => {
    release();
    await served.close();
  };
  return {
    ...controls,
    url,
    ...(tlsUrl !== undefined && { tlsUrl }),
    ...(proxyUrl !== undefined && { proxyUrl }),
    credentials: simulator.credentials(),
    caPem: simulator.caPem(),
    fetch: (request) => simulator.fetch(request),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function realNowOf(clock: SandboxOptions['clock']): (() => number) | undefined {
  if (clock === undefined) return undefined;
  const { at, frozen } = isMoment(clock) ? { at: clock, frozen: false } : clock;
  const startMs = new Date(at).getTime();
  if (frozen) return () => startMs;
  const offsetMs = startMs - Date.now();
  return () => Date.now() + offsetMs;
}

function isMoment(clock: NonNullable<SandboxOptions['clock']>): clock is Moment {
  return clock instanceof Date || typeof clock !== 'object';
}
