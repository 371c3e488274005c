/**
 * The packed program as a process of its own, filled by real requests of 200 clients: 100,000 orders and 1,000,000
 * exchanges, its resident memory (VmHWM, what `/usr/bin/time -v` reports) and what a life cycle costs as it grows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import { serve } from '../../sandbox/server.ts';
import type { Credentials } from '../../sandbox/wechatpay/account-credentials.ts';
import { createSimulator } from '../../sandbox/wechatpay/index.ts';
import { packSandbox } from '../pack-sandbox/pack-sandbox.ts';
import { fill as fillWithCopies } from './filled.ts';
import { BenchClient, type Receiver, startReceiver } from './sandbox-client.ts';

export interface ProcessFigures {
  readonly orders: number;
  /** Requests to APIs that it answered. */
  readonly exchanges: number;
  readonly residentMb: number;
  /** The most that was resident at any time. */
  readonly peakMb: number;
  /** Life cycles per second of the program's own CPU, the clients' not included. */
  readonly lifecyclesPerSecond: number;
}

interface Wish {
  readonly orders: number;
  readonly exchanges: number;
  readonly clients: number;
  readonly state: boolean;
  /** Orders beyond the first thousands are copies of one, in the state file that it starts from. */
  readonly copies: boolean;
  /** The queries beyond those of the orders are answered without a signature, by a fault; with `copies` that saves an hour. */
  readonly unsigned: boolean;
}

const unsigned = { route: 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}', kind: 'unsigned' };

/** Life cycles over which the speed is measured. */
const measured = 1_000;

export async function benchProcess(
  root: string,
  wish: Wish,
  report: (figures: ProcessFigures) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-process-'));
  await packSandbox(join(folder, 'package'));
  const stateFile = join(folder, 'state.json');
  if (wish.copies) await copyOrders(stateFile, wish.orders - 2 * measured);
  const flags = [
    '--json',
    '--port',
    '0',
    '--seed',
    'bench',
    ...(wish.state || wish.copies ? ['--state', stateFile] : []),
  ];
  const program = spawn(process.execPath, [join(folder, 'package/bin/wechatpay-sandbox.js'), ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: root,
  });
  program.on('exit', (code, signal) => console.error(`the program ended: ${code ?? signal}`));
  const receiver = await startReceiver();
  try {
    await fill(program, receiver, wish, report);
    if (wish.state || wish.copies) console.error(`state file ${statSync(stateFile).size / 1e6} MB`);
  } finally {
    program.stdin.end();
    await once(program, 'exit');
    await receiver.close();
    rmSync(folder, { recursive: true });
  }
}

/** A state file with paid orders that were never placed. */
async function copyOrders(stateFile: string, count: number): Promise<void> {
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  const simulator = await createSimulator({ clock, bus, seed: 'bench', stateFile });
  const server = await serve((incoming) => simulator.fetch(incoming), { port: 0 });
  const receiver = await startReceiver();
  const client = new BenchClient(server.port, simulator.credentials().direct, 'COPY', 1);
  await fillWithCopies(simulator, receiver, client, count);
  await simulator.close();
  await server.close();
  await receiver.close();
  clock.stop();
}

async function fill(
  program: ChildProcess,
  receiver: Receiver,
  wish: Wish,
  report: (figures: ProcessFigures) => void,
): Promise<void> {
  const [line] = (await once(program.stdout!, 'data')) as [Buffer];
  const { url, credentials } = JSON.parse(line.toString()) as { url: string; credentials: Credentials };
  const client = new BenchClient(Number(new URL(url).port), credentials.direct, 'BENCH', wish.clients);
  const pid = program.pid!;
  let orders = wish.copies ? wish.orders - 2 * measured : 0;
  let exchanges = 0;
  const inParallel = async (count: number, run: () => Promise<void>) => {
    let left = count;
    const lane = async () => {
      while (left-- > 0) await run();
    };
    await Promise.all(Array.from({ length: wish.clients }, lane));
  };
  const live = async (count: number) => {
    await inParallel(count, () => client.live(receiver));
    orders += count;
    exchanges += 2 * count;
  };
  const measure = async () => {
    const before = cpuSecondsOf(pid);
    await live(measured);
    report({
      orders,
      exchanges,
      ...memoryOf(pid),
      lifecyclesPerSecond: measured / (cpuSecondsOf(pid) - before),
    });
  };
  const goals = wish.copies ? [] : [1_000, 10_000];
  for (const goal of [...goals.filter((one) => one < wish.orders), wish.orders]) {
    await live(Math.max(0, goal - orders - measured));
    await measure();
  }
  if (wish.unsigned) await client.control('PUT', '/_sandbox/faults', [unsigned]);
  for (let tenth = 1; tenth <= 10; tenth++) {
    const goal = Math.max(exchanges, Math.round((wish.exchanges * tenth) / 10));
    await inParallel(goal - exchanges, () => client.query());
    exchanges = goal;
    console.error(JSON.stringify({ exchanges, ...memoryOf(pid) }));
  }
  if (wish.unsigned) await client.control('PUT', '/_sandbox/faults', []);
  await measure();
  client.close();
}

function memoryOf(pid: number): Pick<ProcessFigures, 'peakMb' | 'residentMb'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) * 1024) / 1e6;
  return { peakMb: mb('VmHWM'), residentMb: mb('VmRSS') };
}

/** User and system time; Linux counts them in hundredths of a second. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
