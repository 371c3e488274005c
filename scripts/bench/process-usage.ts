/** What the processes of the functions use, from /proc; nothing where there is none. */
import { readFileSync } from 'node:fs';
import type { System } from '../../sandbox/system/system.ts';

/** Of Linux on every architecture that node runs on. */
const ticksPerSecond = 100;

interface ProcessUsage {
  readonly cpuMs: number;
  readonly residentMb: number;
}

function usageOf(pid: number): ProcessUsage | undefined {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // The name in parentheses may hold spaces; utime and stime are the 14th and 15th field.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const cpuMs = ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
    return { cpuMs, residentMb: Number(kb ?? 0) / 1024 };
  } catch {
    return undefined;
  }
}

interface Seen {
  readonly name: string;
  readonly first: { readonly cpuMs: number; readonly invocations: number };
  last: { readonly cpuMs: number; readonly invocations: number };
}

/** Looks at the functions' processes each second: what they used is not lost when they end. */
export class FunctionUsage {
  readonly #system: System;
  readonly #seen = new Map<string, Seen>();
  readonly #timer: NodeJS.Timeout;
  /** The largest process at each look, MB. */
  readonly #largestMb: number[] = [];

  constructor(system: System) {
    this.#system = system;
    this.#timer = setInterval(() => this.look(), 1000);
  }

  look(): void {
    let largestMb = 0;
    for (const { name, instances } of this.#system.host.functions()) {
      for (const { instanceId, pid, invocations } of instances) {
        const usage = pid === undefined ? undefined : usageOf(pid);
        if (!usage || invocations === 0) continue;
        largestMb = Math.max(largestMb, usage.residentMb);
        const now = { cpuMs: usage.cpuMs, invocations };
        const known = this.#seen.get(instanceId);
        if (known) known.last = now;
        else this.#seen.set(instanceId, { name, first: now, last: now });
      }
    }
    if (largestMb > 0) this.#largestMb.push(largestMb);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.look();
  }

  /** Of all functions, ms. */
  get cpuMs(): number {
    return [...this.#seen.values()].reduce((sum, { last }) => sum + last.cpuMs, 0);
  }

  /** CPU of one call, ms, without the start of the process and its first call; NaN when there were no others. */
  cpuMsPerCall(name: string): number {
    const own = [...this.#seen.values()].filter((each) => each.name === name);
    const sum = (of: (each: Seen) => number) => own.reduce((total, each) => total + of(each), 0);
    const calls = sum(({ first, last }) => last.invocations - first.invocations);
    return sum(({ first, last }) => last.cpuMs - first.cpuMs) / calls;
  }

  /** The largest process in each fifth of the time, MB: flat when nothing leaks. */
  largestMbByFifth(): number[] {
    const size = Math.ceil(this.#largestMb.length / 5);
    return Array.from({ length: 5 }, (_, at) =>
      Math.round(Math.max(0, ...this.#largestMb.slice(at * size, (at + 1) * size))),
    );
  }
}
