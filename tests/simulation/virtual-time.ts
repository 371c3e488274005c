/**
 * Puts the process's clocks, timers and random numbers under the control of a seed. For a worker of its own: code that
 * is simulated reads the time through `Date.now`, `performance.now` and `setTimeout`, and must see the virtual one.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type Random, seededRandom } from './random.ts';

/** The virtual clock of a story: timeline.ts. */
interface Timeline {
  readonly nowMs: number;
  at(atMs: number, run: () => void): () => void;
}

const immediate = globalThis.setImmediate;
let timeline: Timeline | undefined;
let random: Random = seededRandom(0);

/** Resolves when everything that could run has run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => immediate(resolve));
}

/** From now on time is the timeline's, and random numbers are the generator's. */
export function follow(next: Timeline, numbers: Random): void {
  timeline = next;
  random = numbers;
}

/** Replaces the globals of this thread, for good. */
export function takeOver(): void {
  const nowMs = () => timeline?.nowMs ?? 0;
  const RealDate = Date;
  class VirtualDate extends RealDate {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [nowMs()] : args) as [number]));
    }
    static override now(): number {
      return nowMs();
    }
  }
  globalThis.Date = VirtualDate as DateConstructor;
  performance.now = nowMs;
  globalThis.setTimeout = ((run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const cancel = timeline!.at(nowMs() + Math.max(1, ms), () => run(...args));
    return { cancel, ref() {}, unref() {} };
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer?: { cancel?: () => void }) => timer?.cancel?.()) as typeof clearTimeout;
  Object.assign(crypto, {
    randomBytes: (size: number) =>
      Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256))),
    randomInt: (most: number) => Math.floor(random() * most),
    randomUUID: () => `00000000-0000-4000-8000-${String(Math.floor(random() * 1e12)).padStart(12, '0')}`,
  });
  syncBuiltinESMExports();
}
