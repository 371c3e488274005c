/**
 * What a warm createOrder costs in CPU, on the deployed bundle in a process of its own, against its floor: the two
 * RSA signatures and the one verification that no implementation can do without.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instanceEnvironment } from '../../sandbox/cloudbase/host/environment.ts';
import { invocationContext } from '../../sandbox/cloudbase/host/identity.ts';
import { users } from '../../sandbox/system/shop.ts';
import { startSystem } from '../../sandbox/system/system.ts';
import { median } from './statistics.ts';

export interface CreateOrderFigures {
  /** ms of CPU of the function's process per call. */
  cpuMs: number;
  /** ms of CPU of two signatures and one verification, in the same process and run. */
  floorMs: number;
  ratio: number;
  /** Requests to the database per call. */
  documentCalls: number;
  /** ms from the start of a process to the answer of its first call, SDK and HTTP client loaded on the way. */
  coldMs: number;
  /** The same for a process that does nothing. */
  bareMs: number;
}

const coldRounds = 7;

const here = join(fileURLToPath(import.meta.url), '..');

export async function benchCreateOrder(root: string, rounds: number): Promise<CreateOrderFigures> {
  const system = await startSystem({ root, port: 0 });
  const functionName = 'createOrder';
  const platform = { envId: system.emulator.envId, functionName, memorySizeMb: 256, baseUrl: system.url };
  const invocation = invocationContext({
    identity: { source: 'user', openid: users[0]!.openid },
    requestId: 'bench',
    envId: system.emulator.envId,
    appid: system.simulator.credentials().direct.appid,
    functionName,
    memorySizeMb: 256,
    timeoutMs: 20_000,
  });
  const client = (roundsOfClient: number) =>
    run(
      [
        join(here, 'create-order-client.cjs'),
        join(root, 'dist/functions', functionName),
        String(roundsOfClient),
      ],
      { ...instanceEnvironment(platform, system.environmentOf(functionName)), ...invocation.env },
      JSON.stringify(invocation.context),
    );
  try {
    const printed = await client(rounds);
    const warm = JSON.parse(printed.trim().split('\n').at(-1)!) as Pick<
      CreateOrderFigures,
      'cpuMs' | 'floorMs' | 'documentCalls'
    >;
    const cold: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < coldRounds; round++) {
      cold.push(await wallMs(() => client(0)));
      bare.push(await wallMs(() => run(['-e', '0'], {}, '')));
    }
    return { ...warm, ratio: warm.cpuMs / warm.floorMs, coldMs: median(cold), bareMs: median(bare) };
  } finally {
    await system.close();
  }
}

async function wallMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function run(args: string[], env: Record<string, string>, input: string): Promise<string> {
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the process that measures createOrder ended with exit code ${code}`);
  return printed;
}
