/** Plays many stories on several threads. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createSeedData, type StoredSeedData, storeSeedData } from '../../sandbox/wechatpay/state/seed.ts';
import { bundleWorker, type Patch, root } from './bundle.ts';
import { type FaultPoint, faultPoints } from './faults.ts';
import type { KeyBits } from './plan.ts';
import type { Played, PlayOptions } from './play.ts';

type Order = Omit<PlayOptions, 'origins'>;

/** Threads that play stories, one after the other each. */
export class Players {
  readonly #workers: Worker[] = [];
  readonly #free: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  /** @param patches mistakes to plant */
  static async start(
    name: string,
    patches: readonly Patch[] = [],
    threads = availableParallelism(),
  ): Promise<Players> {
    const players = new Players();
    const file = await bundleWorker(name, patches);
    const origins = { 1024: await originWith(1024), 2048: await originWith(2048) };
    for (let count = 0; count < threads; count++) {
      const worker = new Worker(file, { workerData: { origins } });
      players.#workers.push(worker);
      players.#free.push(worker);
    }
    return players;
  }

  async play(order: Order): Promise<Played> {
    const worker = this.#free.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    try {
      return await answerOf(worker, order);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(worker);
      else this.#free.push(worker);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function answerOf(worker: Worker, order: Order): Promise<Played> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error);
    worker.once('error', failed);
    worker.once('message', (played: Played & { crashed?: string }) => {
      worker.off('error', failed);
      if (played.crashed) reject(new Error(`seed ${order.seed}: ${played.crashed}`));
      else resolve(played);
    });
    worker.postMessage(order);
  });
}

/** Keys take a second to make: the same ones in every story, made once. */
async function originWith(keyBits: KeyBits): Promise<StoredSeedData> {
  const file = join(root, `dist/simulation/wechatpay-${keyBits}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StoredSeedData;
  } catch {
    const made = storeSeedData(
      await createSeedData({ seed: 'simulation', configFile: undefined, keyMode: 'switching', keyBits }),
    );
    writeFileSync(file, JSON.stringify(made));
    return made;
  }
}

export interface Campaign {
  readonly stories: number;
  readonly tookMs: number;
  /** Processor time of this process, its threads included. */
  readonly processorMs: number;
  readonly failed: readonly Played[];
  readonly hits: ReadonlyMap<FaultPoint, number>;
  readonly counts: ReadonlyMap<string, number>;
}

/** @param most failures after which it stops */
export async function playAll(players: Players, from: number, seeds: number, most = 5): Promise<Campaign> {
  const beganMs = performance.now();
  const before = process.cpuUsage();
  const failed: Played[] = [];
  const hits = new Map<FaultPoint, number>();
  const counts = new Map<string, number>();
  let next = from;
  let stories = 0;
  const one = async (): Promise<void> => {
    while (next < from + seeds && failed.length < most) {
      const played = await players.play({ seed: next++ });
      stories++;
      if (played.violation !== undefined) failed.push(played);
      for (const [name, count] of played.hits) hits.set(name, (hits.get(name) ?? 0) + count);
      for (const [name, count] of Object.entries(played.counts))
        counts.set(name, (counts.get(name) ?? 0) + count);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  const { user, system } = process.cpuUsage(before);
  const processorMs = (user + system) / 1000;
  return { stories, tookMs: performance.now() - beganMs, processorMs, failed, hits, counts };
}

/** Faults that struck in no story, and operations that none came to. */
export function missingFrom({ hits, counts }: Pick<Campaign, 'hits' | 'counts'>): string[] {
  const faults = faultPoints.filter((name) => !hits.has(name));
  return [...faults, ...[...counts].filter(([, count]) => count === 0).map(([name]) => name)];
}
