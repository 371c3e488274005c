/** Plays many stories in several processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createSeedData, type StoredSeedData, storeSeedData } from '../../sandbox/wechatpay/state/seed.ts';
import { bundleWorker, type Patch, root } from './bundle.ts';
import { addNumbers, type Piece } from './pieces.ts';
import type { KeyBits } from './plan.ts';
import type { Played, PlayOptions } from './play.ts';

type Order = Omit<PlayOptions, 'origins'>;

/** What a process answers. */
export type Answer = { readonly processorMs: number } & (
  | { readonly played: Played }
  | { readonly crashed: string }
);

/** A story makes much that is soon garbage: with room for it, it is collected less often. */
const execArgv = ['--max-semi-space-size=32'];

/** Processes that play stories, one after the other each. */
export class Players {
  readonly #workers: ChildProcess[] = [];
  readonly #free: ChildProcess[] = [];
  readonly #waiting: ((worker: ChildProcess) => void)[] = [];
  readonly #processorMs = new Map<ChildProcess, number>();
  readonly bundle: string;

  private constructor(bundle: string) {
    this.bundle = bundle;
  }

  /** @param patches mistakes to plant */
  static async start(
    name: string,
    patches: readonly Patch[] = [],
    processes = availableParallelism(),
  ): Promise<Players> {
    const file = await bundleWorker(name, patches);
    const players = new Players(file);
    const origins = { 1024: await originWith(1024), 2048: await originWith(2048) };
    for (let count = 0; count < processes; count++) {
      const worker = fork(file, { execArgv });
      worker.send(origins);
      players.#workers.push(worker);
      players.#free.push(worker);
    }
    return players;
  }

  get count(): number {
    return this.#workers.length;
  }

  /** Of this process and of those that play, since they began. */
  processorMs(): number {
    const { user, system } = process.cpuUsage();
    return [...this.#processorMs.values()].reduce((sum, each) => sum + each, (user + system) / 1000);
  }

  async play(order: Order): Promise<Played> {
    const worker =
      this.#free.pop() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    try {
      const answer = await answerOf(worker, order);
      this.#processorMs.set(worker, answer.processorMs);
      if ('crashed' in answer) throw new Error(`seed ${order.seed}: ${answer.crashed}`);
      return answer.played;
    } finally {
      const next = this.#waiting.shift();
      if (next) next(worker);
      else this.#free.push(worker);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(end));
  }
}

function answerOf(worker: ChildProcess, order: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`seed ${order.seed}: its process ended with ${code}`));
    if (worker.exitCode !== null) return ended(worker.exitCode);
    worker.once('exit', ended);
    worker.once('message', (answer) => {
      worker.off('exit', ended);
      resolve(answer as Answer);
    });
    worker.send(order);
  });
}

function end(worker: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (worker.exitCode !== null || worker.signalCode !== null) return resolve();
    worker.once('exit', () => resolve());
    worker.disconnect();
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

export interface Campaign extends Omit<Piece, 'failed'> {
  readonly failed: readonly Played[];
}

export interface CampaignOptions {
  /** Failures after which it stops. */
  readonly most?: number;
  /** Called after each story. */
  readonly played?: (stories: number) => void;
}

export async function playAll(
  players: Players,
  from: number,
  seeds: number,
  { most = 5, played: onPlayed }: CampaignOptions = {},
): Promise<Campaign> {
  const beganMs = performance.now();
  const beforeMs = players.processorMs();
  const failed: Played[] = [];
  let hits: Record<string, number> = {};
  let counts: Record<string, number> = {};
  let next = from;
  let stories = 0;
  const one = async (): Promise<void> => {
    while (next < from + seeds && failed.length < most) {
      const played = await players.play({ seed: next++ });
      stories++;
      if (played.violation !== undefined) failed.push(played);
      hits = addNumbers(hits, Object.fromEntries(played.hits));
      counts = addNumbers(counts, played.counts);
      onPlayed?.(stories);
    }
  };
  await Promise.all(Array.from({ length: players.count }, one));
  const tookMs = performance.now() - beganMs;
  const processorMs = players.processorMs() - beforeMs;
  return { from, stories, tookMs, processorMs, failed, hits, counts };
}
