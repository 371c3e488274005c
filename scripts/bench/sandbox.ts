/** How fast the WeChat Pay simulator alone is: complete order life cycles, over real sockets, on one core. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import { serve } from '../../sandbox/server.ts';
import { createSimulator } from '../../sandbox/wechatpay/index.ts';
import { fill } from './filled.ts';
import { BenchClient, startReceiver } from './sandbox-client.ts';

export interface SandboxBench {
  /**
   * One order life cycle: order, query, payment, callback received. Per second of one core, by CPU time and not
   * wall-clock time, so that a busy machine measures the same.
   */
  readonly lifecyclesPerSecond: number;
  /** Heap after all garbage was collected, in MB; what the client and this program need is in it. */
  readonly heapMb: number;
}

const atOnce = 16;

/**
 * Runs as many life cycles as fit into `forMs`; client, simulator and receiver share this process.
 * @param ordersBefore how many paid orders the simulator has already
 */
export async function benchSandbox(ordersBefore: number, forMs = 3_000): Promise<SandboxBench> {
  const clock = new SandboxClock();
  const simulator = await createSimulator({
    clock,
    bus: new SandboxBus(() => clock.now()),
    seed: 'bench',
  });
  const server = await serve((incoming) => simulator.fetch(incoming), { port: 0 });
  const receiver = await startReceiver();
  const account = simulator.credentials().direct;
  await fill(simulator, receiver, new BenchClient(server.port, account, 'FIRST', atOnce), ordersBefore);
  // A connection that idled while the state was filled would be closed.
  const client = new BenchClient(server.port, account, 'BENCH', atOnce);
  let lives = 0;
  try {
    for (let warm = 0; warm < 20; warm++) await client.live(receiver);
    const heapMb = heapMbNow();
    const startedMs = performance.now();
    const before = process.cpuUsage();
    const lane = async () => {
      while (performance.now() - startedMs < forMs) {
        await client.live(receiver);
        lives++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    const { user, system } = process.cpuUsage(before);
    return { lifecyclesPerSecond: lives / ((user + system) / 1e6), heapMb };
  } finally {
    client.close();
    await simulator.close();
    await server.close();
    await receiver.close();
    clock.stop();
  }
}

export function heapMbNow(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 1e6;
}
