/**
 * What createOrder costs, warm in CPU and cold until its first answer, on the deployed bundle in a process of its own:
 * against its floor, which makes the same exchanges with node's built-ins (floor.cjs).
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instanceEnvironment } from '../../sandbox/cloudbase/host/environment.ts';
import { invocationContext } from '../../sandbox/cloudbase/host/identity.ts';
import { users } from '../../sandbox/system/shop.ts';
import { startSystem } from '../../sandbox/system/system.ts';
import { median } from './statistics.ts';

export interface CreateOrderFigures {
  /** ms of CPU of the function's process per warm call. */
  cpuMs: number;
  /** The same of the floor, in the same process and run. */
  floorMs: number;
  /** Requests per call, to the database and to WeChat Pay. */
  exchanges: number;
  /** ms of CPU from the start of a process to the answer of its first call, SDK and HTTP client loaded on the way. */
  coldMs: number;
  /** The same of the floor. */
  coldFloorMs: number;
  /** The same of a process that does nothing. */
  bareMs: number;
}

interface Exchange {
  requestBytes: number;
  responseBytes: number;
}

const coldRounds = 15;
const here = join(fileURLToPath(import.meta.url), '..');

export async function benchCreateOrder(root: string, rounds: number): Promise<CreateOrderFigures> {
  const system = await startSystem({ root, port: 0 });
  const floorServer = await startFloorServer();
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
  const variables = system.environmentOf(functionName);
  const env = { ...instanceEnvironment(platform, variables), ...invocation.env };
  const client = (roundsOfClient: number) =>
    run([join(here, 'warm-client.cjs')], env, {
      folder: join(root, 'dist/functions', functionName),
      context: invocation.context,
      rounds: roundsOfClient,
      floorUrl: floorServer.url,
    });
  try {
    const printed = (await client(rounds)).trim().split('\n').at(-1)!;
    const { exchanges, ...warm } = JSON.parse(printed) as {
      cpuMs: number;
      floorMs: number;
      exchanges: Exchange[];
    };
    const floorInput = {
      url: floorServer.url,
      exchanges,
      privateKeyDer: variables.WECHATPAY_DIRECT_PRIVATE_KEY,
    };
    const cold: number[] = [];
    const coldFloor: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < coldRounds; round++) {
      cold.push(lastNumber(await client(0)));
      coldFloor.push(lastNumber(await run([join(here, 'floor.cjs')], {}, floorInput)));
      bare.push(lastNumber(await run(['-e', printCpuMs], {}, null)));
    }
    return {
      ...warm,
      exchanges: exchanges.length,
      coldMs: median(cold),
      coldFloorMs: median(coldFloor),
      bareMs: median(bare),
    };
  } finally {
    floorServer.close();
    await system.close();
  }
}

/** Answers POST /N with N bytes of JSON, keeping connections. */
export async function startFloorServer(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const bytes = Number(request.url?.slice(1));
      const text = JSON.stringify({ text: 'x'.repeat(Math.max(0, bytes - '{"text":""}'.length)) });
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
        .end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const printCpuMs = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)';

/** The CPU time that a process prints last; elapsed time would include waiting on a shared machine. */
function lastNumber(printed: string): number {
  return Number(printed.trim().split('\n').at(-1));
}

/** With this environment and no other: an inherited NODE_EXTRA_CA_CERTS alone adds 40 ms to a bare node. */
export async function run(args: string[], env: Record<string, string>, input: unknown): Promise<string> {
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(input));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the process that measures ended with exit code ${code}`);
  return printed;
}
