/** One sandbox with everything that listens: API, control calls and pages on one port; https and the proxy beside it. */
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { SandboxBus } from '../bus.ts';
import { SandboxClock } from '../clock.ts';
import { type RunningServer, serve } from '../server.ts';
import { systemCalls, systemControl } from '../system/control.ts';
import { HistoryFile } from '../system/history-file.ts';
import { staticPages } from '../system/pages.ts';
import { Snapshots } from '../system/snapshots.ts';
import { createSimulator, type KeyMode, type Simulator } from '../wechatpay/index.ts';
import { listenProblem, SandboxProblem } from './problem.ts';
import { type RunningProxy, startProxy } from './proxy.ts';
import { lockState } from './state-lock.ts';

export interface ServeOptions {
  /** 0 = any free port. */
  readonly port: number;
  /** The address to listen on; default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Names beside the loopback ones under which the control API may be called. */
  readonly controlHosts?: readonly string[] | undefined;
  /** Names beside the loopback ones that callbacks may be delivered to. */
  readonly callbackHosts?: readonly string[] | undefined;
  /** Answers https in the name of api.mch.weixin.qq.com; 0 = any free port. */
  readonly tlsPort?: number | undefined;
  /** An HTTP CONNECT proxy that leads to it; 0 = any free port. */
  readonly proxyPort?: number | undefined;
  readonly seed?: string | undefined;
  readonly stateFile?: string | undefined;
  readonly configFile?: string | undefined;
  readonly keyMode?: KeyMode | undefined;
  /** The folder of the inspector's files. */
  readonly pages?: string | undefined;
  /** The clock that the sandbox's clock starts from; default the machine's. */
  readonly realNow?: (() => number) | undefined;
}

/** Where to reach what listens. */
export interface Addresses {
  /** Base URL of API and control calls; the inspector is at `/`. Without trailing slash. */
  readonly url: string;
  /** https in the name of WeChat Pay's hosts, by the sandbox's certificate authority. */
  readonly tlsUrl?: string;
  /** For HTTPS_PROXY. */
  readonly proxyUrl?: string;
}

export interface ServedSandbox extends Addresses {
  readonly simulator: Simulator;
  readonly clock: SandboxClock;
  readonly bus: SandboxBus;
  /** Stops timers, servers and tunnels, and writes the state file. */
  close(): Promise<void>;
}

/** @throws SandboxProblem when a port or a file cannot be used, or another sandbox uses the file. */
export async function serveSandbox(options: ServeOptions): Promise<ServedSandbox> {
  requireWritable(options.stateFile);
  const unlock = locked(options.stateFile);
  try {
    const { close, ...served } = await serveUnlocked(options);
    return { ...served, close: () => close().finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function serveUnlocked(options: ServeOptions): Promise<ServedSandbox> {
  const clock = new SandboxClock(options.realNow);
  const bus = new SandboxBus(() => clock.now());
  const addresses: { current: Addresses } = { current: { url: '' } };
  const { seed, keyMode, stateFile, configFile, controlHosts, callbackHosts } = options;
  const simulator = await createSimulator({
    clock,
    bus,
    ...definedOf({ seed, keyMode, stateFile, configFile, controlHosts, callbackHosts }),
    scenarios: true,
    hostCalls: systemCalls,
    baseUrl: () => addresses.current.url,
    control: [{ method: 'GET', path: '/_sandbox/addresses', handle: () => addresses.current }],
  }).catch((error: unknown) => {
    throw fileProblem(error, options);
  });
  const history =
    options.stateFile === undefined ? undefined : new HistoryFile(`${options.stateFile}.events`, bus);
  const snapshots = new Snapshots(
    options.stateFile === undefined ? undefined : `${options.stateFile}.snapshots`,
  );
  const handle = routes(simulator, systemControl({ simulator, bus, clock, snapshots }), options.pages);
  const listeners = new Listeners();
  const close = async () => {
    await listeners.close();
    await simulator.close();
    await snapshots.close();
    history?.close();
    clock.stop();
  };
  try {
    addresses.current = await listeners.open(handle, simulator, options);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...addresses.current, simulator, clock, bus, close };
}

type Handler = (request: Request) => Promise<Response>;

function routes(simulator: Simulator, control: Handler, pages: string | undefined): Handler {
  const files = pages === undefined ? undefined : staticPages({ '/inspector/': pages });
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/_system/')) return control(request);
    if (pathname.startsWith('/v3/') || /^\/_sandbox(\/|$)/.test(pathname)) return simulator.fetch(request);
    return (await files?.(request)) ?? new Response('Not found\n', { status: 404 });
  };
}

/** What listens, opened one after the other and closed together. */
class Listeners {
  readonly #servers: (RunningServer | RunningProxy)[] = [];

  async open(handle: Handler, simulator: Simulator, options: ServeOptions): Promise<Addresses> {
    const { host = '127.0.0.1', port, tlsPort, proxyPort } = options;
    const main = await this.#listen('--port', port, () => serve(handle, { port, host }));
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const urlOf = (scheme: string, { port }: { port: number }) => `${scheme}://${shown}:${port}`;
    const url = urlOf('http', main);
    if (tlsPort === undefined && proxyPort === undefined) return { url };
    const tls = await simulator.createTls();
    const secure = await this.#listen('--tls-port', tlsPort ?? 0, () =>
      serve(handle, { port: tlsPort ?? 0, host: tlsPort === undefined ? '127.0.0.1' : host, tls }),
    );
    const tlsUrl = urlOf('https', secure);
    if (proxyPort === undefined) return { url, tlsUrl };
    const proxy = await this.#listen('--proxy-port', proxyPort, () =>
      startProxy({ port: proxyPort, host, tlsPort: secure.port }),
    );
    return { url, ...(tlsPort !== undefined && { tlsUrl }), proxyUrl: urlOf('http', proxy) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  async #listen<T extends RunningServer | RunningProxy>(
    flag: string,
    port: number,
    open: () => Promise<T>,
  ): Promise<T> {
    try {
      const server = await open();
      this.#servers.push(server);
      return server;
    } catch (error) {
      throw listenProblem(flag, port, error);
    }
  }
}

/** The caller can fix a state file or a configuration that cannot be read, but no other error. */
function fileProblem(error: unknown, { stateFile, configFile }: ServeOptions): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (stateFile !== undefined && message.includes(stateFile)) {
    return new SandboxProblem(
      `${message} Move the file away to start anew.`,
      `状态文件 ${stateFile} 不是当前版本的沙箱状态，或已损坏：请移走该文件后重新启动。`,
      { cause: error },
    );
  }
  if (configFile === undefined) return error;
  const reason = message.includes(configFile) ? message : `${configFile}: ${message}`;
  return new SandboxProblem(
    `${reason.replace(/\.$/, '')}. See docs/fidelity.md for its form.`,
    `配置文件 ${configFile} 无法使用，写法见 docs/fidelity.md。`,
    { cause: error },
  );
}

/** Checks at the start that the state file can be written, not only after an hour of work. */
function requireWritable(file: string | undefined): void {
  if (file === undefined) return;
  const tried = existsSync(file) ? file : `${file}.new`;
  try {
    closeSync(openSync(tried, 'a'));
  } catch (error) {
    throw notWritable(file, error);
  }
  if (tried !== file) rmSync(tried);
}

function locked(file: string | undefined): () => void {
  if (file === undefined) return () => {};
  try {
    return lockState(file);
  } catch (error) {
    throw error instanceof SandboxProblem ? error : notWritable(file, error);
  }
}

function notWritable(file: string, cause: unknown): SandboxProblem {
  return new SandboxProblem(
    `The state file ${file} cannot be written: ${(cause as Error).message}.`,
    `状态文件 ${file} 无法写入，请检查目录和权限。`,
    { cause },
  );
}

/** Without the members that are undefined. */
function definedOf<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
