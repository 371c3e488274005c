/** The emulator on a port of its own, and the unmodified SDK directed to it through the platform's own variables. */
import { serve } from '@hono/node-server';
import { SandboxBus } from '../../../sandbox/bus.ts';
import { SandboxClock } from '../../../sandbox/clock.ts';
import {
  type CloudEmulator,
  type CloudEmulatorOptions,
  createCloudEmulator,
} from '../../../sandbox/cloudbase/index.ts';
import { type SdkLoader, sdkLoader } from '../sdk.ts';

export interface TestCloud {
  readonly emulator: CloudEmulator;
  readonly sdk: SdkLoader;
  readonly url: string;
  /** Answers the next requests instead of the emulator, first in first out. */
  readonly interceptors: ((request: Request) => Promise<Response> | Response)[];
  /** Actions and paths requested, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startCloud(
  callFunction?: CloudEmulatorOptions['callFunction'],
  cloudCall?: CloudEmulatorOptions['cloudCall'],
): Promise<TestCloud> {
  const clock = new SandboxClock();
  let url = '';
  const emulator = createCloudEmulator({
    clock,
    bus: new SandboxBus(() => clock.now()),
    envId: 'test-env',
    baseUrl: () => url,
    ...(callFunction && { callFunction }),
    ...(cloudCall && { cloudCall }),
  });
  const interceptors: TestCloud['interceptors'] = [];
  const asked: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(await describe(request.clone()));
    return (await interceptors.shift()?.(request)) ?? emulator.fetch(request);
  };
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
      url = `http://127.0.0.1:${info.port}`;
      resolve(started);
    });
  });
  const restore = setEnvironment(platformEnvironment(url));
  return {
    emulator,
    sdk: sdkLoader(),
    url,
    interceptors,
    asked,
    close: () =>
      new Promise((resolve) => {
        restore();
        clock.stop();
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** @returns gives each variable back what it was, for the test files after this one in the same process */
export function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** What the platform sets for every function. */
export function platformEnvironment(url: string): Record<string, string> {
  return {
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_REGION: 'ap-shanghai',
    TENCENTCLOUD_SECRETID: 'test',
    TENCENTCLOUD_SECRETKEY: 'test',
    SCF_NAMESPACE: 'test-env',
    TCB_ENV: 'test-env',
    TCB_CONTEXT_KEYS: 'TCB_ENV,TCB_SEQID',
    TCB_CONTEXT_CNFG: JSON.stringify({ URL: `${url}/admin` }),
  };
}

async function describe(request: Request): Promise<string> {
  const { pathname } = new URL(request.url);
  if (pathname !== '/admin') return `${request.method} ${pathname}`;
  const body: unknown = await request.json().catch(() => ({}));
  return String(Reflect.get(Object(body), 'action'));
}
