/** What one process of the sandbox holds: 100,000 orders, 1,000,000 exchanges, 200 clients at once, and a state file. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import { serve } from '../../sandbox/server.ts';
import { HistoryFile } from '../../sandbox/system/history-file.ts';
import { createSimulator, type Simulator } from '../../sandbox/wechatpay/index.ts';
import { fill } from './filled.ts';
import { heapMbNow } from './sandbox.ts';
import { BenchClient, startReceiver } from './sandbox-client.ts';

export interface LimitFigures {
  readonly orders: number;
  readonly exchanges: number;
  /** After all garbage was collected, with orders and exchanges. */
  readonly heapMb: number;
  readonly clients: number;
  /** Per second of one core, client and receiver included, with a state file. */
  readonly lifecyclesPerSecond: number;
  /** Of all requests of the clients; none is lost. */
  readonly lifecycles: number;
  readonly stateFileMb: number;
  readonly historyFileMb: number;
  /** CPU from the state file to a simulator that answers. */
  readonly restartCpuMs: number;
}

const clients = 200;
const each = 5;

export async function benchLimits(orders: number, exchanges: number): Promise<LimitFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-limits-'));
  const stateFile = join(folder, 'state.json');
  const historyFile = `${stateFile}.events`;
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  const simulator = await createSimulator({ clock, bus, seed: 'bench', stateFile });
  const history = new HistoryFile(historyFile, bus);
  const server = await serve((incoming) => simulator.fetch(incoming), { port: 0 });
  const receiver = await startReceiver();
  const account = simulator.credentials().direct;
  const connect = (prefix: string) => new BenchClient(server.port, account, prefix, clients);
  try {
    await fill(simulator, receiver, connect('FIRST'), orders);
    await publishExchanges(bus, exchanges);
    // Writing a whole state of this size takes seconds, in which a server would close idle connections.
    await written(stateFile);
    const heapMb = heapMbNow();
    const client = connect('BENCH');
    const before = process.cpuUsage();
    const lane = async () => {
      for (let at = 0; at < each; at++) await client.live(receiver);
    };
    await Promise.all(Array.from({ length: clients }, lane));
    const cpuSeconds = cpuMsSince(before) / 1000;
    client.close();
    history.close();
    await simulator.close();
    return {
      orders,
      exchanges,
      heapMb,
      clients,
      lifecycles: clients * each,
      lifecyclesPerSecond: (clients * each) / cpuSeconds,
      stateFileMb: statSync(stateFile).size / 1e6,
      historyFileMb: statSync(historyFile).size / 1e6,
      restartCpuMs: await restart(stateFile),
    };
  } finally {
    await server.close();
    await receiver.close();
    clock.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Copies of a recorded exchange: sending so many requests would take a quarter of an hour. */
async function publishExchanges(bus: SandboxBus, count: number): Promise<void> {
  const sample = JSON.stringify(bus.history().find(({ type }) => type === 'exchange')?.data);
  for (let at = 0; at < count; at++) {
    bus.publish('exchange', { ...JSON.parse(sample), id: at + 1_000 }, `COPY${at}`);
    // What is written is written between the events of the loop.
    if (at % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function written(file: string): Promise<void> {
  while (!existsSync(file) || existsSync(`${file}.new`)) await new Promise((next) => setTimeout(next, 100));
}

async function restart(stateFile: string): Promise<number> {
  const clock = new SandboxClock();
  const before = process.cpuUsage();
  const simulator: Simulator = await createSimulator({
    clock,
    bus: new SandboxBus(() => clock.now()),
    stateFile,
  });
  const tookMs = cpuMsSince(before);
  await simulator.close();
  clock.stop();
  return tookMs;
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
