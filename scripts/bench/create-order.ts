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

export interface CreateOrderFigures {
  /** ms of CPU of the function's process per call. */
  cpuMs: number;
  /** ms of CPU of two signatures and one verification, in the same process and run. */
  floorMs: number;
  ratio: number;
  /** Requests to the database per call. */
  documentCalls: number;
}

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
  try {
    const printed = await run(
      [join(here, 'create-order-client.cjs'), join(root, 'dist/functions', functionName), String(rounds)],
      { ...instanceEnvironment(platform, system.environmentOf(functionName)), ...invocation.env },
      JSON.stringify(invocation.context),
    );
    const { cpuMs, floorMs, documentCalls } = JSON.parse(printed) as Omit<CreateOrderFigures, 'ratio'>;
    return { cpuMs, floorMs, ratio: cpuMs / floorMs, documentCalls };
  } finally {
    await system.close();
  }
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
  return printed.trim().split('\n').at(-1)!;
}
