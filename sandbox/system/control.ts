/** `/_system/*`: what concerns the simulator and, where functions run too, the cloud together. */
import type { SandboxBus, SandboxEvent } from '../bus.ts';
import type { SandboxClock } from '../clock.ts';
import type { CloudEmulator, FunctionHost } from '../cloudbase/index.ts';
import { refuseCrossSite } from '../cloudbase/loopback.ts';
import { decodePart } from '../decode-part.ts';
import { notFound } from '../wechatpay/control/read.ts';
import { ControlProblem } from '../wechatpay/http/problem.ts';
import type { Simulator } from '../wechatpay/index.ts';
import type { Snapshots } from './snapshots.ts';

export interface SystemParts {
  simulator: Simulator;
  bus: SandboxBus;
  clock: SandboxClock;
  snapshots: Snapshots;
  /** Absent where the simulator runs alone. */
  cloud?: {
    emulator: CloudEmulator;
    host: FunctionHost;
    /** Puts the shop's products and sellers back. */
    seed(): void;
    /** Stores the platform certificates, as the timer does before anybody buys. */
    fetchCertificates(): Promise<void>;
  };
}

type Action = (parts: SystemParts, name: string, request: Request) => Promise<Response>;

const actions: Record<string, Action> = {
  'GET snapshots': async ({ snapshots }) =>
    Response.json({ snapshots: snapshots.list().reverse(), kept: snapshots.onDisk }),
  'POST snapshots': save,
  'POST snapshots/{name}/restore': restore,
  'DELETE snapshots/{name}': remove,
  'POST reset': reset,
};

/** As `GET /_sandbox` lists them. */
export const systemCalls = Object.keys(actions).map((call) => call.replace(' ', ' /_system/'));

export function systemControl(parts: SystemParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const refusal = refuseCrossSite(request);
    if (refusal) return refusal;
    try {
      const { action, name } = called(request);
      return await action(parts, name, request);
    } catch (error) {
      if (error instanceof ControlProblem) return Response.json(error.toBody(), { status: error.status });
      throw error;
    }
  };
}

/** @throws ControlProblem for an unknown call or a name that cannot be read */
function called(request: Request): { action: Action; name: string } {
  const { pathname } = new URL(request.url);
  const path = pathname.slice('/_system/'.length);
  const [, name, rest] = /^snapshots\/([^/]+)(.*)$/.exec(path) ?? [];
  const route = name === undefined ? path : `snapshots/{name}${rest}`;
  const call = `${request.method} ${pathname}`;
  const action = actions[`${request.method} ${route}`];
  if (!action) {
    throw notFound(
      `call ${call}; GET /_sandbox lists them`,
      `控制接口 ${call}；GET /_sandbox 列出所有控制接口`,
    );
  }
  const decoded = decodePart(name ?? '');
  if (decoded === undefined) throw notFound(`name ${name}`, `名称 ${name}`);
  return { action, name: decoded };
}

async function save(parts: SystemParts, _name: string, request: Request): Promise<Response> {
  const { simulator, bus, clock, snapshots, cloud } = parts;
  const { name } = await bodyOf(request);
  const orders = bus.history().filter(({ type }) => type === 'order');
  const saved = snapshots.save(name, {
    nowMs: clock.now(),
    payments: new Set(orders.map(({ outTradeNo }) => outTradeNo)).size,
    simulator: simulator.exported(),
    ...(cloud && { cloud: cloud.emulator.exported() }),
  });
  return saved.then(
    (snapshot) => Response.json(snapshot),
    (error: NodeJS.ErrnoException) => {
      if (error instanceof ControlProblem || error.code === undefined) throw error;
      const { message } = error;
      throw new ControlProblem(
        507,
        'CANNOT_WRITE',
        `The snapshot cannot be written: ${message}.`,
        `快照无法写入磁盘（${message}）。`,
      );
    },
  );
}

async function restore(parts: SystemParts, name: string): Promise<Response> {
  const { simulator, bus, snapshots, cloud } = parts;
  const document = await snapshots.read(name);
  if (!document) throw noSnapshot(name);
  await cloud?.host.stopInstances('all');
  let events: readonly SandboxEvent[] = [];
  let database: unknown;
  for (const member of document.members()) {
    if (member === 'simulator') events = await simulator.import(document);
    else if (member === 'cloud') database = document.value();
    else document.value();
  }
  // Last, so that nothing that runs meanwhile writes into it what the simulator no longer knows.
  if (database !== undefined) cloud?.emulator.restore(database);
  await bus.startOverInPieces('restore', events, name);
  return Response.json(snapshots.list().find((each) => each.name === name));
}

async function remove({ snapshots }: SystemParts, name: string): Promise<Response> {
  if (!snapshots.delete(name)) throw noSnapshot(name);
  return Response.json({});
}

function noSnapshot(name: string): ControlProblem {
  return notFound(
    `snapshot "${name}"; GET /_system/snapshots lists them`,
    `名为「${name}」的快照；GET /_system/snapshots 列出所有快照`,
  );
}

/**
 * Everything but the snapshots; the clock returns to the present. With `{"stop": "busy"}` the instances that wait for an
 * invocation live on, as in a cloud whose database was emptied: the next calls are no cold starts.
 */
async function reset({ simulator, cloud }: SystemParts, _name: string, request: Request): Promise<Response> {
  const { stop } = await bodyOf(request);
  await cloud?.host.stopInstances(stop === 'busy' ? 'busy' : 'all');
  cloud?.emulator.reset();
  cloud?.seed();
  await simulator.fetch(
    new Request('http://127.0.0.1/_sandbox/reset', {
      method: 'POST',
      headers: { host: '127.0.0.1', 'content-type': 'application/json' },
      body: '{}',
    }),
  );
  await cloud?.fetchCertificates();
  return Response.json({});
}

/** @throws ControlProblem when it is not JSON */
async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  try {
    return Object(JSON.parse((await request.text()) || '{}'));
  } catch {
    throw new ControlProblem(400, 'BAD_REQUEST', 'The body is not JSON.', '请求体不是 JSON。');
  }
}
