/** A whole local cloud for a test: emulator and host on one port, and functions written by the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { SandboxBus } from '../../bus.ts';
import { SandboxClock } from '../../clock.ts';
import { attributed } from '../../invocation-scope.ts';
import {
  type CloudEmulator,
  createCloudEmulator,
  createFunctionHost,
  type FunctionConfig,
  type FunctionHost,
  type FunctionHostOptions,
  type InvocationIdentity,
  type InvocationOutcome,
} from '../index.ts';

export interface TestFunction extends FunctionConfig {
  /** The bundle: CommonJS text. */
  code: string;
}

export interface TestCloud {
  clock: SandboxClock;
  bus: SandboxBus;
  emulator: CloudEmulator;
  host: FunctionHost;
  baseUrl: string;
  /** Replaces a function's bundle. */
  deploy(name: string, code: string): void;
  call(name: string, event?: unknown, identity?: InvocationIdentity): Promise<InvocationOutcome>;
  close(): Promise<void>;
}

const resolve = createRequire(import.meta.url).resolve;
/** Where a test's function finds the real, unmodified SDKs. */
export const sdkPaths = {
  node: JSON.stringify(resolve('@cloudbase/node-sdk')),
  wx: JSON.stringify(resolve('wx-server-sdk')),
};

export async function startTestCloud(
  functions: Record<string, TestFunction>,
  overrides: Partial<FunctionHostOptions> = {},
): Promise<TestCloud> {
  const distFolder = mkdtempSync(join(tmpdir(), 'cloud-'));
  for (const [name, { code }] of Object.entries(functions)) {
    mkdirSync(join(distFolder, name));
    writeFileSync(join(distFolder, name, 'index.js'), code);
  }
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  let baseUrl = '';
  const emulator = createCloudEmulator({
    clock,
    bus,
    baseUrl: () => baseUrl,
    // Subscribe messages work; wxa.sec.order.getOrder is not permitted; nothing else exists.
    cloudCall: async (api, { data }) => {
      if (api === 'wxa.sec.order.getOrder') return { errorCode: -604101 };
      if (api !== 'subscribeMessage.send') return undefined;
      return { body: data === undefined ? { errcode: 47001, errmsg: 'data format error' } : { errcode: 0 } };
    },
  });
  const host = createFunctionHost({
    clock,
    bus,
    emulator,
    distFolder,
    config: {
      functions: Object.entries(functions).map(([name, { code: _, ...config }]) => ({ name, ...config })),
    },
    env: () => ({}),
    baseUrl: () => baseUrl,
    ...overrides,
  });
  const server = createAdaptorServer({
    fetch: attributed((request) =>
      (emulator.handles(new URL(request.url).pathname) ? emulator : host).fetch(request),
    ),
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    clock,
    bus,
    emulator,
    host,
    baseUrl,
    deploy: (name, code) => writeFileSync(join(distFolder, name, 'index.js'), code),
    call: (name, event = {}, identity = { source: 'server' }) => host.invoke(name, event, identity),
    async close() {
      await host.close();
      clock.stop();
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      rmSync(distFolder, { recursive: true, force: true });
    },
  };
}

/** A function that runs the text it is sent, with the real SDK at hand as `sdk`, its database as `db`. */
export const sdkRunner = {
  node: {
    timeout: 30,
    code: `
      const sdk = require(${sdkPaths.node});
      const app = sdk.init({ env: sdk.SYMBOL_CURRENT_ENV });
      const db = app.database();
      const AsyncFunction = (async () => {}).constructor;
      exports.main = (event, context) =>
        new AsyncFunction('sdk', 'app', 'db', '_', 'context', event.code)(sdk, app, db, db.command, context);`,
  },
  wx: {
    timeout: 30,
    code: `
      const sdk = require(${sdkPaths.wx});
      sdk.init({ env: sdk.DYNAMIC_CURRENT_ENV });
      const db = sdk.database({ throwOnNotFound: false });
      const AsyncFunction = (async () => {}).constructor;
      exports.main = (event, context) =>
        new AsyncFunction('sdk', 'db', '_', 'context', event.code)(sdk, db, db.command, context);`,
  },
} satisfies Record<string, TestFunction>;

/** Runs SDK code in a function and returns its result; what it threw is an error here. */
export async function runSdk(cloud: TestCloud, which: 'node' | 'wx', code: string): Promise<unknown> {
  const { result, error } = await cloud.call(which, { code });
  if (error) throw new Error(error.message);
  return result;
}
