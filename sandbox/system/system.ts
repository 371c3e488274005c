/**
 * The whole system on one port: the WeChat Pay simulator, the CloudBase emulator, the deployed function
 * bundles, their HTTP paths and timers, the phone and the inspector. One clock and one event bus for all.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxBus } from '../bus.ts';
import { SandboxClock } from '../clock.ts';
import type { CloudEmulator, FunctionHost } from '../cloudbase/index.ts';
import { type CloudbaseRc, createCloudEmulator, createFunctionHost } from '../cloudbase/index.ts';
import { attributed } from '../invocation-scope.ts';
import { lockState } from '../package/state-lock.ts';
import { type RunningServer, serve } from '../server.ts';
import { createSimulator, type Simulator } from '../wechatpay/index.ts';
import type { ProviderKind } from '../wechatpay/state/merchants.ts';
import { cloudCalls } from './cloud-calls.ts';
import { systemCalls, systemControl } from './control.ts';
import { deploymentValues, functionEnvironment } from './environment.ts';
import { HistoryFile } from './history-file.ts';
import { shopDocuments } from './shop.ts';
import { Snapshots } from './snapshots.ts';

export interface SystemOptions {
  /** Root of the checkout: has cloudbaserc.json and dist/functions. */
  root: string;
  /** 0 = any free port. */
  port: number;
  providerKind?: ProviderKind;
  seed?: string;
  keyMode?: 'certificate' | 'public-key' | 'switching';
  /** Concurrent instances per function; default 4. */
  maxInstances?: number;
  /** Functions that wait for a debugger, and the loopback port of each. */
  inspectPorts?: ReadonlyMap<string, number>;
  /** Everything is kept here across restarts, with the snapshots; created when it is not there. Of one system at a time. */
  stateFolder?: string;
  /**
   * How the functions were deployed: `tcb` gives none of them the permission for cloud calls, an upload with WeChat
   * DevTools those of its config.json. Default `tcb`.
   */
  uploadedBy?: 'tcb' | 'devtools';
  /** Further routes, asked before the rest; undefined = not mine. */
  pages?: (request: Request) => Promise<Response | undefined>;
  /** Changes the values that fill cloudbaserc.json, for tests of bad configuration. */
  adjustValues?: (values: Record<string, string>) => Record<string, string>;
}

export interface System {
  /** Without trailing slash. */
  readonly url: string;
  readonly clock: SandboxClock;
  readonly bus: SandboxBus;
  readonly simulator: Simulator;
  readonly emulator: CloudEmulator;
  readonly host: FunctionHost;
  /** The variables that cloudbaserc.json gives a function here. */
  environmentOf(functionName: string): Record<string, string>;
  close(): Promise<void>;
}

/** @throws SandboxProblem while another sandbox of this machine uses the state folder */
export async function startSystem(options: SystemOptions): Promise<System> {
  const files = stateFiles(options.stateFolder);
  const unlock = files ? lockState(files.simulator) : () => {};
  try {
    const { close, ...system } = await startUnlocked(options);
    return { ...system, close: () => close().finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startUnlocked(options: SystemOptions): Promise<System> {
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  const config = JSON.parse(readFileSync(join(options.root, 'cloudbaserc.json'), 'utf8')) as CloudbaseRc;
  const { providerKind = 'ecommerce', keyMode = 'switching' } = options;
  const files = stateFiles(options.stateFolder);
  const simulator = await simulate(options, { clock, bus, push: (message) => push(host, message) });

  let url = '';
  const baseUrl = () => url;
  const emulator = createCloudEmulator({
    clock,
    bus,
    baseUrl,
    cloudCall: cloudCalls(options, simulator),
    ...(files && { stateFile: files.cloud }),
  });
  const credentials = simulator.credentials();
  const environmentOf = (name: string) => {
    const values = valuesOf(options, { url, envId: emulator.envId, credentials });
    return functionEnvironment(config, name, values);
  };
  const host = createFunctionHost({
    clock,
    bus,
    emulator,
    distFolder: join(options.root, 'dist/functions'),
    config,
    env: environmentOf,
    baseUrl,
    appid: credentials.direct.appid,
    maxInstances: options.maxInstances ?? 4,
    ...(options.inspectPorts && { inspectPorts: options.inspectPorts }),
  });
  const seed = () =>
    seedShop(emulator, credentials[providerKind].subMerchants ?? [], providerKind, clock.now());
  if (emulator.database.collections().length === 0) seed();
  const history = files && new HistoryFile(files.history, bus);
  const snapshots = new Snapshots(files?.snapshots);
  const fetchCertificates = keyMode === 'public-key' ? async () => {} : () => runFirstTimers(host);

  const cloud = { emulator, host, seed, fetchCertificates };
  const control = systemControl({ simulator, bus, clock, snapshots, cloud });
  const handle = attributed(route({ simulator, emulator, host, control, pages: options.pages }));
  const stop = async (server?: RunningServer) => {
    await host.close();
    await server?.close();
    await simulator.close();
    await snapshots.close();
    await emulator.save();
    history?.close();
    clock.stop();
  };
  const server = await serve(handle, { port: options.port }).catch((error: unknown) =>
    stop().then(() => Promise.reject(error)),
  );
  url = server.url;
  await fetchCertificates();
  return {
    url,
    clock,
    bus,
    simulator,
    emulator,
    host,
    environmentOf,
    close: () => stop(server),
  };
}

interface Addressed {
  readonly url: string;
  readonly envId: string;
  readonly credentials: ReturnType<Simulator['credentials']>;
}

/** What fills the placeholders of cloudbaserc.json here. */
function valuesOf(options: SystemOptions, { url, envId, credentials }: Addressed): Record<string, string> {
  const { providerKind = 'ecommerce', keyMode = 'switching', adjustValues } = options;
  const { direct, [providerKind]: provider } = credentials;
  const withPublicKey = keyMode !== 'certificate';
  const values = deploymentValues({ baseUrl: url, envId, direct, provider, providerKind, withPublicKey });
  return adjustValues?.(values) ?? values;
}

function simulate(
  { seed, stateFolder, keyMode = 'switching' }: SystemOptions,
  { clock, bus, push }: { clock: SandboxClock; bus: SandboxBus; push: (message: object) => void },
): Promise<Simulator> {
  const files = stateFiles(stateFolder);
  return createSimulator({
    clock,
    bus,
    transportTime: 'virtual',
    keyMode,
    onPush: push,
    hostCalls: systemCalls,
    ...(seed !== undefined && { seed }),
    ...(files && { stateFile: files.simulator }),
  });
}

/** 云开发消息推送 to the function that takes such events; it is called without a user. Failures are in its log. */
function push(host: FunctionHost, message: object): void {
  void host.invoke('receiveEvent', message, { source: 'server' }).catch(() => undefined);
}

function stateFiles(folder: string | undefined) {
  if (folder === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  return {
    simulator: file('wechatpay.json'),
    cloud: file('cloud.json'),
    history: file('history.jsonl'),
    snapshots: file('snapshots'),
  };
}

/**
 * The first minute of a deployment, before anybody buys: its timer stores the platform certificates, with which
 * callbacks are verified. Failures are in the functions' log.
 */
async function runFirstTimers(host: FunctionHost): Promise<void> {
  await Promise.allSettled([
    host.fireTimer('reconcile'),
    // The way reconcile calls it from its timer.
    host.invoke('partnerOrders', { action: 'reconcile' }, { source: 'function', chain: 'wx_trigger' }),
  ]);
}

interface Routes {
  simulator: Simulator;
  emulator: CloudEmulator;
  host: FunctionHost;
  control: (request: Request) => Promise<Response>;
  pages: SystemOptions['pages'];
}

function route({ simulator, emulator, host, control, pages }: Routes) {
  return async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (/^\/(v3|wxa|cgi-bin)\//.test(pathname) || /^\/_sandbox(\/|$)/.test(pathname))
      return simulator.fetch(request);
    if (pathname.startsWith('/_system/')) return control(request);
    if (emulator.handles(pathname)) return emulator.fetch(request);
    if (host.handles(pathname)) return host.fetch(request);
    return (await pages?.(request)) ?? new Response('Not found', { status: 404 });
  };
}

function seedShop(
  emulator: CloudEmulator,
  sellers: readonly { subMchid: string; name: string }[],
  providerKind: ProviderKind,
  nowMs: number,
): void {
  for (const name of collections) emulator.database.createCollection(name);
  for (const [collection, documents] of Object.entries(shopDocuments(sellers, providerKind, nowMs))) {
    for (const document of documents) emulator.database.put(collection, document);
  }
}

/** What the functions expect to exist, as the deployment creates it. */
const collections = [
  'products',
  'sellers',
  'orders',
  'combined_payments',
  'refunds',
  'refund_requests',
  'withdrawals',
  'complaints',
  'complaint_polls',
  'violations',
  'withdrawal_slots',
  'transfers',
  'transfer_days',
  'transfer_authorizations',
  'shipments',
  'access_tokens',
  'ledger',
  'sharings',
  'sharing_rules',
  'sharing_receivers',
  'sharing_limits',
  'bill_days',
  'bills',
  'bill_differences',
  'notifications',
  'anomalies',
  'platform_certificates',
  'applications',
  'media',
  'bank_cache',
  'deliveries',
  'heartbeats',
];
