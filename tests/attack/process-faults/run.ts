/**
 * Many operations on the running system, with the deployed bundles and the real SDKs, while processes are killed, the
 * system is restarted, connections break, bodies are slow and the disk is full; then everything is given time to settle,
 * and the shop's books are compared with the simulator's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorOpenid } from '../../../sandbox/system/environment.ts';
import { type System, startSystem } from '../../../sandbox/system/system.ts';
import { DemoClient, requestToken } from '../../../scripts/demo/client.ts';
import { root } from '../../house/source.ts';
import { differencesOf } from './books.ts';
import { breakDatabase, fillDisk, killInstance, type Random, randomOf, wechatPayFaults } from './faults.ts';

export interface FaultyRunOptions {
  readonly operations: number;
  readonly seed: number;
  /** Restarts of the whole system, evenly spread. */
  readonly restarts: number;
  readonly concurrency?: number;
  readonly onProgress?: (done: number) => void;
}

export interface FaultyRun {
  /** Operations whose every call was answered, and those of which one failed. */
  answered: number;
  failed: number;
  killed: number;
  restarted: number;
  /** Connections of the database that were broken, and bodies that came slowly. */
  reset: number;
  slow: number;
  /** Writes of the state files that failed. */
  fullDisks: number;
  payments: number;
  /** What the books do not agree on. */
  differences: string[];
}

interface World {
  system: System;
  client: DemoClient;
  /** Resolves once the system is there again. */
  up: Promise<void>;
  isFaulty: boolean;
  readonly folder: string;
  readonly random: Random;
  readonly run: FaultyRun;
}

export async function runWithFaults(options: FaultyRunOptions): Promise<FaultyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'process-faults-'));
  const run: FaultyRun = {
    ...{ answered: 0, failed: 0, killed: 0, restarted: 0, reset: 0, slow: 0, fullDisks: 0, payments: 0 },
    differences: [],
  };
  const system = await startSystem({ root, port: 0, stateFolder: folder });
  const world: World = {
    ...{ system, client: new DemoClient(system.url), up: Promise.resolve(), isFaulty: true },
    ...{ folder, random: randomOf(options.seed), run },
  };
  try {
    await breakThings(world);
    await operate(world, options);
    await settle(world);
    return run;
  } finally {
    await world.system.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function breakThings(world: World): Promise<void> {
  breakDatabase(world.system, world.random, () => world.isFaulty, world.run);
  await world.client.put('/_sandbox/faults', wechatPayFaults);
}

async function operate(
  world: World,
  { operations, restarts, concurrency = 6, onProgress }: FaultyRunOptions,
) {
  const restartsAt = Array.from({ length: restarts }, (_, index) =>
    Math.floor(((index + 1) * operations) / (restarts + 1)),
  );
  let begun = 0;
  const worker = async () => {
    while (begun < operations) {
      const number = begun++;
      if (restartsAt.includes(number)) world.up = restart(world);
      await world.up;
      if (number % 7 === 3) killSoon(world);
      if (number % 40 === 20) fillDiskForAWhile(world);
      try {
        await operation(world, number);
        world.run.answered++;
      } catch {
        // As for a buyer whose phone lost its connection: what was begun goes on without them.
        world.run.failed++;
      }
      onProgress?.(number + 1);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** In the middle of what comes next, as far as chance has it. */
function killSoon(world: World): void {
  setTimeout(() => {
    if (world.isFaulty && killInstance(world.random)) world.run.killed++;
  }, world.random() * 200);
}

let freeDisk = () => {};

function fillDiskForAWhile({ folder, run }: World): void {
  freeDisk = fillDisk(folder);
  run.fullDisks++;
  setTimeout(freeDisk, 300).unref();
}

/** Every connection breaks, every instance ends; what was stored is there again. */
async function restart(world: World): Promise<void> {
  freeDisk();
  const { port } = new URL(world.system.url);
  await world.system.close();
  world.system = await startSystem({ root, port: Number(port), stateFolder: world.folder });
  world.run.restarted++;
  await breakThings(world);
}

const products = ['sticker', 'tea-longjing', 'cup-celadon'];

async function operation({ client, random }: World, number: number): Promise<void> {
  const openid = `oFaultyBuyer${String(number % 50).padStart(16, '0')}`;
  const drawn = random();
  if (drawn < 0.06) return void (await client.post('/_cloud/timers/reconcile', {}));
  if (drawn < 0.14) return transfer(client, openid);
  const productId = products[Math.floor(random() * products.length)]!;
  const items = [{ productId, quantity: 1 + Math.floor(random() * 3) }];
  const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, openid);
  if (drawn < 0.2) return void (await client.must('closeOrder', { paymentNo }, openid));
  if (drawn < 0.26) return;
  await client.pay(paymentNo, openid);
  await client.orderState(paymentNo, openid);
  if (drawn < 0.4) await client.must('requestRefund', { action: 'ask', outTradeNo: paymentNo }, openid);
  else if (drawn < 0.55) {
    const refund = { action: 'refund', outTradeNo: paymentNo, requestToken: requestToken(), amountFen: 1 };
    await client.must('refundOrder', refund, operatorOpenid);
  }
}

async function transfer(client: DemoClient, openid: string): Promise<void> {
  const { transfer: made } = await client.must<{ transfer: { outBillNo: string } }>(
    'transferMoney',
    {
      ...{ action: 'transfer', requestToken: requestToken(), openid, amountFen: 30, remark: '佣金' },
      ...{ sceneId: '1005', reports: { 岗位类型: '推广员', 报酬说明: '佣金' } },
    },
    operatorOpenid,
  );
  await client.post(`/_sandbox/transfers/${made.outBillNo}/confirm`, { result: 'SUCCESS' });
}

const quarterMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;

/** Without faults, the timer finds what was lost: within two days of the sandbox's clock, which jumps. */
async function settle(world: World): Promise<void> {
  world.isFaulty = false;
  freeDisk();
  const { system, client, run } = world;
  await client.put('/_sandbox/faults', []);
  for (let round = 0; round < 40; round++) {
    await client.post('/_sandbox/clock', { advanceMs: round === 8 ? dayMs : quarterMs });
    await client.post('/_cloud/timers/reconcile', {});
    run.differences = await differencesOf(system);
    // Not before unpaid orders have expired and calls that were begun earlier have ended.
    if (round > 9 && run.differences.length === 0) break;
  }
  run.payments = system.emulator.database
    .list('ledger', { limit: Number.MAX_SAFE_INTEGER })
    .documents.filter(({ kind }) => kind === 'PAYMENT').length;
}
