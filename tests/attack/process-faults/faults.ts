/** What goes wrong below the functions: processes, connections, bodies and the disk. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connectionReset } from '../../../sandbox/server.ts';
import type { System } from '../../../sandbox/system/system.ts';

export type Random = () => number;

/** A sequence from 0 to 1 that follows the seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ends one of the functions' processes of the cloud at once, whatever it is doing. @returns whether there was one */
export function killInstance(cloud: number, random: Random): boolean {
  const children = instancesOf(cloud);
  const pid = children[Math.floor(random() * children.length)];
  if (pid === undefined) return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It ended by itself in between.
    return false;
  }
}

/** Processes that the cloud started and that run the bootstrap of an instance. */
function instancesOf(parent: number): number[] {
  const threads = existsSync(`/proc/${parent}/task`) ? readdirSync(`/proc/${parent}/task`) : [];
  const children = threads.flatMap((thread) => textOf(`/proc/${parent}/task/${thread}/children`).split(' '));
  return children
    .filter((pid) => pid !== '' && textOf(`/proc/${pid}/cmdline`).includes('bootstrap.cjs'))
    .map(Number);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

export interface Struck {
  reset: number;
  slow: number;
}

/** The database breaks connections before and after it acted, and sends bodies slowly, while this is on. */
export function breakDatabase({ emulator }: System, random: Random): { isOn: boolean; struck: Struck } {
  const faults = { isOn: false, struck: { reset: 0, slow: 0 } };
  const { struck } = faults;
  const answer = emulator.fetch.bind(emulator);
  emulator.fetch = async (request) => {
    const drawn = faults.isOn ? random() : 1;
    if (drawn < 0.01) {
      struck.reset++;
      return connectionReset();
    }
    const response = await answer(request);
    if (drawn < 0.02) {
      struck.reset++;
      return connectionReset();
    }
    if (drawn >= 0.04) return response;
    struck.slow++;
    return slowly(response);
  };
  return faults;
}

/** The same answer, in four parts with a pause before each. */
async function slowly(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const size = Math.max(1, Math.ceil(bytes.length / 4));
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
      if (at >= bytes.length) controller.close();
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

/** What WeChat Pay and the way to it do meanwhile. */
export const wechatPayFaults = [
  { route: 'notify', kind: 'reset', probability: 0.1 },
  { route: 'notify', kind: 'reset', probability: 0.1, afterEffect: true },
  { route: '*', kind: 'reset', probability: 0.02 },
  { route: '*', kind: 'reset', probability: 0.02, afterEffect: true },
  { route: '*', kind: 'system-error', probability: 0.02 },
  { route: '*', kind: 'unsigned', probability: 0.01, afterEffect: true },
  { route: '*', kind: 'latency', probability: 0.02, latencyMs: 400 },
];

/** Of a line that still fits: the rest of it is cut off. */
const bytesLeft = 100;

/** The disk takes a few bytes more of this process's state file, and cuts off the line that it cannot take. Linux only. */
export function fillDisk(pid: number, stateFile: string): void {
  limitFileSize(pid, String(statSync(stateFile).size + bytesLeft));
}

export function freeDisk(pid: number): void {
  limitFileSize(pid, 'unlimited');
}

function limitFileSize(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { stdio: 'ignore' });
}
