/**
 * Many buyers at once against the running system: the deployed bundles, the real SDKs, every callback sent twice and some
 * of them at the same moment. Buyers, WeChat Pay, the database and the functions share this machine, so its throughput
 * is a lower bound; what must hold on any machine is that nothing is lost, doubled or refused.
 */
import { availableParallelism, loadavg } from 'node:os';
import type { System } from '../../sandbox/system/system.ts';
import { DemoClient, requestToken, until } from '../demo/client.ts';
import { startIndexedSystem } from './indexed-system.ts';
import { FunctionUsage } from './process-usage.ts';
import { median, percentile } from './statistics.ts';

export interface BuyersOptions {
  readonly buyers: number;
  readonly seconds: number;
  /** The mean of what a buyer waits before paying, and before the next order; each time half to one and a half of it. */
  readonly pauseMs: number;
}

export interface BuyersFigures extends BuyersOptions {
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly callbacks: number;
  /** From sending a callback until its answer was read, ms. */
  readonly callbackMs: Spread;
  readonly createOrderMs: Spread;
  /** What a buyer saw fail, and callbacks that were not acknowledged: each with its number. */
  readonly errors: Readonly<Record<string, number>>;
  /** Paid orders that are not recorded as paid, with one ledger entry and one delivery. */
  readonly wrong: readonly string[];
  /** The largest process of a function in each fifth of the time, MB. */
  readonly functionMb: readonly number[];
  /** CPU of payNotify for one callback, ms: what it takes without waiting for a processor. */
  readonly callbackCpuMs: number;
  readonly machine: Machine;
}

/** How much of the machine there was: on a busy one, times are those of waiting for a processor. */
interface Machine {
  readonly cores: number;
  readonly wallSeconds: number;
  /** CPU of buyers, WeChat Pay and database, which are this process, and of the functions. */
  readonly ownCpuSeconds: number;
  readonly functionCpuSeconds: number;
  /** The average number of processes that want a processor, at the start and at the end. */
  readonly load: readonly [start: number, end: number];
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Every tenth callback is sent three more times at the same moment. */
const simultaneously = 3;
const oneIn = 10;

export async function benchBuyers(root: string, options: BuyersOptions): Promise<BuyersFigures> {
  const system = await startIndexedSystem(root);
  const client = new DemoClient(system.url);
  await client.post('/_sandbox/notifications/settings', { duplicates: 1 });
  const run = new Run(client, options);
  const usage = new FunctionUsage(system);
  const callbackMs: number[] = [];
  const unsubscribe = system.bus.subscribe(({ type, data }) => {
    const { change, attempt } = data as { change?: string; attempt?: Attempt };
    if (type !== 'notification' || change !== 'attempted' || !attempt) return;
    callbackMs.push(attempt.ms);
    if (!attempt.ok) run.fail(`callback: ${attempt.error ?? `HTTP ${attempt.status}`}`);
  });
  try {
    const measure = measureMachine(usage);
    await run.all();
    const machine = measure();
    const wrong = await check(system, run.paid);
    return {
      ...options,
      orders: run.paid.length,
      ordersPerSecond: run.paid.length / machine.wallSeconds,
      callbacks: callbackMs.length,
      callbackMs: spread(callbackMs),
      createOrderMs: spread(run.createOrderMs),
      errors: Object.fromEntries(run.errors),
      wrong,
      functionMb: usage.largestMbByFifth(),
      callbackCpuMs: usage.cpuMsPerCall('payNotify'),
      machine,
    };
  } finally {
    usage.stop();
    unsubscribe();
    await system.close();
  }
}

interface Attempt {
  readonly ok: boolean;
  readonly ms: number;
  readonly status?: number;
  readonly error?: string;
}

class Run {
  readonly paid: string[] = [];
  readonly createOrderMs: number[] = [];
  readonly errors = new Map<string, number>();
  readonly #client: DemoClient;
  readonly #options: BuyersOptions;
  readonly #endMs: number;

  constructor(client: DemoClient, options: BuyersOptions) {
    this.#client = client;
    this.#options = options;
    this.#endMs = performance.now() + options.seconds * 1000;
  }

  fail(what: string): void {
    this.errors.set(what, (this.errors.get(what) ?? 0) + 1);
  }

  async all(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.buyers }, (_, at) => this.#buyer(at)));
  }

  async #buyer(at: number): Promise<void> {
    const openid = `oBuyer${String(at).padStart(22, '0')}`;
    await this.#pause();
    while (!this.#isOver) {
      try {
        await this.#buy(openid);
      } catch (error) {
        this.fail(`buyer: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`);
      }
      await this.#pause();
    }
  }

  async #buy(openid: string): Promise<void> {
    const startedMs = performance.now();
    const items = [{ productId: 'sticker', quantity: 1 }];
    const { paymentNo, payment } = await this.#client.createOrder(
      { requestToken: requestToken(), items },
      openid,
    );
    this.createOrderMs.push(performance.now() - startedMs);
    if (!payment) throw new Error('createOrder gave nothing to pay with');
    await this.#pause();
    // As a buyer who leaves: everybody paying at once at the end would be no usual load.
    if (this.#isOver) return;
    await this.#client.cashier(payment);
    await this.#client.pay(paymentNo, openid);
    this.paid.push(paymentNo);
    if (this.paid.length % oneIn === 0) await this.#repeatCallback(paymentNo);
    const { state } = await this.#client.orderState(paymentNo, openid);
    if (state !== 'SUCCESS') throw new Error(`a paid order is shown as ${state}`);
  }

  async #repeatCallback(paymentNo: string): Promise<void> {
    const [notification] = await this.#client.notifications(paymentNo);
    const path = `/_sandbox/notifications/${notification?.id}/replay`;
    await Promise.all(Array.from({ length: simultaneously }, () => this.#client.post(path, { times: 1 })));
  }

  get #isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  #pause(): Promise<void> {
    const ms = this.#options.pauseMs * (0.5 + Math.random());
    const leftMs = Math.max(0, this.#endMs - performance.now());
    return new Promise((resolve) => setTimeout(resolve, Math.min(ms, leftMs)));
  }
}

const aimMs = 1000;

/** The aims of a run in one line, and whether they are met. */
export function verdictOf({ callbackMs, callbacks, errors, wrong, functionMb, machine }: BuyersFigures) {
  const failures = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const isMet = callbacks > 0 && callbackMs.p99 < aimMs && failures === 0 && wrong.length === 0;
  const facts = [
    `${callbacks} callbacks acknowledged after ${Math.round(callbackMs.p50)} ms (median), ${Math.round(callbackMs.p99)} ms (99 of 100; aim ${aimMs})`,
    `${failures} errors`,
    `${wrong.length} payments not recorded, booked and delivered once`,
    `largest function ${functionMb[0]} MB at first, ${functionMb.at(-1)} MB at last`,
    `${machine.load.map((load) => load.toFixed(1)).join(' to ')} processes wanted ${machine.cores} cores`,
  ];
  return { isMet, text: `${isMet ? '✓' : '✗'} ${facts.join('; ')}` };
}

/** Waits until every paid order is delivered, or nothing changes any more. */
async function check(system: System, paid: readonly string[]): Promise<string[]> {
  const { database } = system.emulator;
  const state = (paymentNo: string) => {
    const order = database.get('orders', paymentNo);
    if (order?.state !== 'SUCCESS') return `recorded as ${order?.state}`;
    if (order.fulfilment !== 'DONE' || !database.get('deliveries', paymentNo)) return 'not delivered';
    return database.get('ledger', `PAYMENT:${order.transactionId}`) ? undefined : 'not in the ledger';
  };
  const wrong = () => paid.filter((paymentNo) => state(paymentNo) !== undefined);
  await until(
    'all orders to be delivered',
    async () => (wrong().length === 0 ? true : undefined),
    60_000,
  ).catch(() => undefined);
  const twice = paid.length - new Set(paid).size;
  const ledger = database.list('ledger', { limit: 1 }).total;
  return [
    ...wrong().map((paymentNo) => `${paymentNo} ${state(paymentNo)}`),
    ...(twice > 0 ? [`${twice} payments have the number of another`] : []),
    ...(ledger === paid.length ? [] : [`${ledger} ledger entries for ${paid.length} payments`]),
  ];
}

/** @returns what to call at the end */
function measureMachine(usage: FunctionUsage): () => Machine {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const [loadAtStart = 0] = loadavg();
  return () => {
    usage.stop();
    const { user, system } = process.cpuUsage(cpu);
    return {
      cores: availableParallelism(),
      wallSeconds: (performance.now() - startedMs) / 1000,
      ownCpuSeconds: (user + system) / 1e6,
      functionCpuSeconds: usage.cpuMs / 1000,
      load: [loadAtStart, loadavg()[0] ?? 0],
    };
  };
}

function spread(values: readonly number[]): Spread {
  return { p50: median(values), p99: percentile(values, 0.99), max: percentile(values, 1) };
}
