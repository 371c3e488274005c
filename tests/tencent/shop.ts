/**
 * A cloud to go live in: Tencent's API for the tools, the emulator for the database, a host that runs exactly the code
 * and the variables that were uploaded, HTTP access by exact path, and the WeChat Pay simulator outside of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import {
  type CloudEmulator,
  createCloudEmulator,
  createFunctionHost,
  type FunctionHost,
} from '../../sandbox/cloudbase/index.ts';
import { serve } from '../../sandbox/server.ts';
import { createSimulator, type Simulator } from '../../sandbox/wechatpay/index.ts';
import { freshCheckout } from './checkout.ts';
import { type FakeCloud, startFakeCloud } from './cloud.ts';
import type { ProxyAnswer, ProxyRequest } from './proxy.ts';
import { unzip } from './unzip.ts';

export const envId = 'shop-1a2b3c4d';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Everything that was printed. */
  readonly output: string;
}

export interface LiveShop {
  readonly cloud: FakeCloud;
  readonly emulator: CloudEmulator;
  readonly simulator: Simulator;
  /** Serves the simulator's control calls and `/_cloud/…`, like the sandbox. */
  readonly url: string;
  /** A fresh clone. */
  readonly checkout: string;
  /** Runs `npm run <command>` there. */
  run(command: string, ...args: string[]): Promise<CommandResult>;
  /** The same with other variables; undefined removes one. */
  runWith(
    env: Record<string, string | undefined>,
    command: string,
    ...args: string[]
  ): Promise<CommandResult>;
  /** The deployed functions, as they are now. */
  host(): FunctionHost;
  close(): Promise<void>;
}

export async function startLiveShop(): Promise<LiveShop> {
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  const simulator = await createSimulator({ clock, bus, transportTime: 'virtual', keyMode: 'public-key' });
  let url = '';
  const baseUrl = () => url;
  const emulator = createCloudEmulator({ clock, bus, envId, baseUrl });
  const cloud = await startFakeCloud({
    envId,
    onCreateCollection: (name) => emulator.database.createCollection(name),
    onHttp: (request) => answerHttpAccess(request),
  });
  const hosts = new HostOfUploads(
    { clock, bus, emulator, baseUrl, appid: simulator.credentials().direct.appid },
    cloud,
  );
  const answerHttpAccess = async (request: ProxyRequest): Promise<ProxyAnswer> => {
    const { pathname } = new URL(request.target, 'https://domain');
    const route = cloud.environment.routes.find(({ Path }) => Path === pathname);
    if (!route) return { status: 404, body: '{"code":"INVALID_PATH"}' };
    return toProxyAnswer(await hosts.current().fetch(toRequest(url, request)));
  };
  const server = await serve(
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/v3/') || pathname.startsWith('/_sandbox/')) return simulator.fetch(request);
      return emulator.handles(pathname) ? emulator.fetch(request) : hosts.current().fetch(request);
    },
    { port: 0 },
  );
  url = server.url;
  // The platform's timer, fired on demand by a deployment instead of waiting.
  let answered: unknown = null;
  const stop = bus.subscribe(({ type }) => {
    if (type !== 'document') return;
    const request = emulator.database.get('heartbeats', 'reconcile')?.request ?? null;
    if (request === answered) return;
    answered = request;
    void hosts.current().fireTimer('reconcile');
  });
  const checkout = freshCheckout();
  const tools = mkdtempSync(join(tmpdir(), 'tools-'));
  const environment = { ...cloud.env, ...environmentOf(url), ...compiledTcb(tools) };
  const children = new Set<ChildProcess>();
  return {
    cloud,
    emulator,
    simulator,
    url,
    checkout,
    host: () => hosts.current(),
    runWith: (env, command, ...args) =>
      runCommand(children, checkout, { ...environment, ...env }, [command, ...args]),
    run: (command, ...args) => runCommand(children, checkout, environment, [command, ...args]),
    close: async () => {
      stop();
      for (const child of children) child.kill();
      await hosts.close();
      await cloud.close();
      await server.close();
      await simulator.close();
      clock.stop();
      for (const folder of [checkout, tools]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

type HostParts = Pick<
  Parameters<typeof createFunctionHost>[0],
  'clock' | 'bus' | 'emulator' | 'baseUrl' | 'appid'
>;

/** Makes a new host whenever something was deployed: new code, variables or triggers get new instances. */
class HostOfUploads {
  readonly #parts: HostParts;
  readonly #cloud: FakeCloud;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fake-scf-'));
  #host: FunctionHost | undefined;
  #state = '';
  readonly #closing: Promise<void>[] = [];

  constructor(parts: HostParts, cloud: FakeCloud) {
    this.#parts = parts;
    this.#cloud = cloud;
  }

  current(): FunctionHost {
    const functions = [...this.#cloud.functions.functions.values()];
    const state = JSON.stringify(functions.map(({ zip, ...rest }) => [rest, zip.length]));
    if (this.#host && state === this.#state) return this.#host;
    if (this.#host) this.#closing.push(this.#host.close());
    this.#state = state;
    const distFolder = join(this.#folder, String(this.#closing.length));
    for (const { name, zip } of functions) {
      for (const [file, content] of unzip(zip)) {
        const target = join(distFolder, name, file);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
    }
    const config = {
      functions: functions.map(({ name, timeout, memorySize, handler, triggers }) => ({
        name,
        timeout,
        memorySize,
        handler,
        // HTTP access matches exact paths, see above.
        ...(name === 'payNotify' && { path: '/pay-notify' }),
        triggers: triggers.map(({ TriggerName, TriggerDesc }) => ({
          name: TriggerName,
          type: 'timer',
          config: TriggerDesc,
        })),
      })),
    };
    const env = (name: string) =>
      Object.fromEntries(
        (this.#cloud.functions.functions.get(name)?.variables ?? []).map(({ Key, Value }) => [Key, Value]),
      );
    this.#host = createFunctionHost({ ...this.#parts, distFolder, config, env });
    return this.#host;
  }

  async close(): Promise<void> {
    if (this.#host) this.#closing.push(this.#host.close());
    await Promise.all(this.#closing);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The address of the database, in the variable that the platform itself uses. */
function environmentOf(url: string): Record<string, string> {
  return { TCB_CONTEXT_CNFG: JSON.stringify({ URL: `${url}/admin` }) };
}

function compiledTcb(folder: string): Record<string, string> {
  const preload = fileURLToPath(new URL('compiled-tcb.cjs', import.meta.url));
  return { NODE_OPTIONS: `--require ${JSON.stringify(preload)}`, TCB_CACHE: join(folder, 'tcb.cache') };
}

function runCommand(
  children: Set<ChildProcess>,
  cwd: string,
  env: Record<string, string | undefined>,
  args: readonly string[],
): Promise<CommandResult> {
  const child = spawn(process.execPath, ['scripts/launch.mjs', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      children.delete(child);
      resolve({ code, stdout, output });
    });
  });
}

function toRequest(url: string, { method, target, headers, body }: ProxyRequest): Request {
  const plain = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name === 'content-length' ? [] : [[name, String(value)] as [string, string]],
  );
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(`${url}${target}`, {
    method,
    headers: plain,
    ...(hasBody && { body: new Uint8Array(body) }),
  });
}

async function toProxyAnswer(response: Response): Promise<ProxyAnswer> {
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}
