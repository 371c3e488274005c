/**
 * Many operations on the running system, with the deployed bundles and the real SDKs, while instances of functions, the
 * cloud and WeChat Pay are killed, connections break, bodies are slow and disks are full; then everything is given time to
 * settle, and the shop's records, its ledger, WeChat Pay's own and the bills are compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Books, compareBooks } from './books.ts';
import { type Random, randomOf } from './faults.ts';
import { type OperationName, Operations } from './operations.ts';
import { bundlePrograms } from './programs.ts';
import { type Part, Site } from './site.ts';

export interface FaultyRunOptions {
  readonly operations: number;
  readonly seed: number;
  /** Kills of the cloud, of WeChat Pay and of both, in turns and evenly spread. */
  readonly restarts: number;
  readonly concurrency?: number;
  readonly onProgress?: (done: number) => void;
}

export interface FaultyRun extends Books {
  /** Operations whose every call succeeded, and those of which one failed or was refused. */
  readonly answered: Readonly<Partial<Record<OperationName, number>>>;
  readonly failed: Readonly<Partial<Record<OperationName, number>>>;
  readonly killedInstances: number;
  readonly killedClouds: number;
  readonly killedWechatpays: number;
  readonly fullDisks: number;
  /** Connections of the database that were broken, and bodies that came slowly. */
  readonly reset: number;
  readonly slow: number;
}

export async function runWithFaults(options: FaultyRunOptions): Promise<FaultyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'process-faults-'));
  const programs = await bundlePrograms();
  const random = randomOf(options.seed);
  const site = new Site(folder, programs, random);
  const tally = new Tally();
  try {
    await site.start();
    const operations = new Operations(site, random);
    await operations.prepare();
    await site.strike();
    await operate({ site, operations, random, tally }, options);
    await site.calm();
    return { ...tally.figures(), ...site.struck, ...(await settle(site)) };
  } finally {
    await site.end();
    for (const each of [folder, programs]) rmSync(each, { recursive: true, force: true });
  }
}

class Tally {
  readonly answered: Partial<Record<OperationName, number>> = {};
  readonly failed: Partial<Record<OperationName, number>> = {};
  readonly killed = { instances: 0, cloud: 0, wechatpay: 0 };
  fullDisks = 0;

  figures() {
    const { answered, failed, killed, fullDisks } = this;
    const { instances: killedInstances, cloud: killedClouds, wechatpay: killedWechatpays } = killed;
    return { answered, failed, killedInstances, killedClouds, killedWechatpays, fullDisks };
  }
}

interface Run {
  readonly site: Site;
  readonly operations: Operations;
  readonly random: Random;
  readonly tally: Tally;
}

const turns: readonly (readonly Part[])[] = [['cloud'], ['wechatpay'], ['cloud', 'wechatpay']];

async function operate(run: Run, options: FaultyRunOptions): Promise<void> {
  const { operations: count, restarts, concurrency = 6, onProgress } = options;
  const { site, operations, tally } = run;
  const restartsAt = Array.from({ length: restarts }, (_, at) =>
    Math.floor(((at + 1) * count) / (restarts + 1)),
  );
  let begun = 0;
  const worker = async () => {
    while (begun < count) {
      const number = begun++;
      const turn = restartsAt.indexOf(number);
      if (turn >= 0) restart(run, turns[turn % turns.length]!);
      await site.up;
      breakSomething(run, number);
      const name = operations.draw();
      try {
        await operations.run(name);
        tally.answered[name] = (tally.answered[name] ?? 0) + 1;
      } catch {
        // As for a buyer whose phone lost its connection: what was begun goes on without them.
        tally.failed[name] = (tally.failed[name] ?? 0) + 1;
      }
      onProgress?.(number + 1);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await site.up;
}

function restart({ site, tally }: Run, parts: readonly Part[]): void {
  for (const part of parts) tally.killed[part]++;
  void site.restart(parts);
}

/** In the middle of what comes next, as far as chance has it. */
function breakSomething({ site, random, tally }: Run, number: number): void {
  if (number % 7 === 3)
    setTimeout(() => {
      if (site.killInstance()) tally.killed.instances++;
    }, random() * 200);
  if (number % 40 === 20 && site.fillDisk(number % 80 === 20 ? 'cloud' : 'wechatpay')) tally.fullDisks++;
}

const quarterMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;
const fewestRounds = 14;
const mostRounds = 60;
/**
 * Twice a day passes: unpaid orders expire, and the bills of all that happened are there. In steps, since the timer looks
 * for the bill of a day in the second half of the next one, whenever these runs begin.
 */
const daysAfter = [5, 9];
const dayInSteps: readonly number[] = [dayMs / 4, dayMs / 4, dayMs / 4, dayMs / 4];

/** Without faults, the timer finds what was lost, and compares the bills. */
async function settle(site: Site): Promise<Books> {
  for (let round = 1; ; round++) {
    for (const stepMs of daysAfter.includes(round) ? dayInSteps : [quarterMs]) {
      await site.pass(stepMs);
      await site.cloud.post('/_cloud/timers/reconcile', {});
    }
    if (round < fewestRounds || round % 2 !== 0) continue;
    const books = await compareBooks(site);
    if (books.differences.length === 0 || round === mostRounds) return books;
  }
}
