/**
 * The timer in a large shop: many orders are stored, some are due, and for every second due one the payment was made and
 * its callback lost. The same due orders among few stored ones show what the stored ones cost.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { EmulatorDatabase } from '../../sandbox/cloudbase/types.ts';
import type { System } from '../../sandbox/system/system.ts';
import { DemoClient, requestToken, until } from '../demo/client.ts';
import { type Saved, withCopies } from './filled.ts';
import { startIndexedSystem } from './indexed-system.ts';
import { FunctionUsage } from './process-usage.ts';
import { countRequests, type RequestCounts } from './request-counts.ts';

export interface ReconcileFigures {
  readonly stored: number;
  readonly due: number;
  /** Runs of the timer, a minute apart, until no due order was left. */
  readonly runs: number;
  readonly wallSeconds: number;
  /** CPU of all functions, per due order. */
  readonly functionCpuMsPerOrder: number;
  /** The largest process of a function in each fifth of the time, MB. */
  readonly functionMb: readonly number[];
  /** Of this process, which has database and WeChat Pay in it. */
  readonly heapMb: number;
  readonly requests: RequestCounts;
  /** Payments without a callback, and how many of them are recorded afterwards. */
  readonly paid: number;
  readonly found: number;
}

const minuteMs = 60_000;
/** More than a healthy shop needs, so that a run that makes no progress ends. */
const mostRuns = 200;

/** @param say is told how far it has come: a million orders take minutes */
export async function benchReconcile(
  root: string,
  stored: number,
  due: number,
  say: (text: string) => void = () => {},
): Promise<ReconcileFigures> {
  // A million documents in memory, as the emulator keeps them, are some gigabytes.
  setFlagsFromString('--max-old-space-size=12288');
  const system = await startIndexedSystem(root);
  const { database } = system.emulator;
  const client = new DemoClient(system.url);
  try {
    await storeFinished(client, database, stored - due, say);
    await client.post('/_sandbox/notifications/settings', { hold: true });
    const placed = await placeDue(client, system, due);
    say(`${placed.numbers.length} orders are due`);
    return { stored, due, ...(await work(system, client, placed, say)) };
  } finally {
    await system.close();
  }
}

async function work(
  system: System,
  client: DemoClient,
  { numbers, paid }: Placed,
  say: (text: string) => void,
): Promise<Omit<ReconcileFigures, 'stored' | 'due'>> {
  const { database } = system.emulator;
  const isOpen = (number: string) => database.get('orders', number)?.checks === 0;
  const isFound = (number: string) => database.get('orders', number)?.state === 'SUCCESS';
  const usage = new FunctionUsage(system);
  const requests = countRequests(system);
  const startedMs = performance.now();
  let runs = 0;
  // An order whose check failed, as on a machine too busy to answer in time, has another turn some minutes later.
  while (runs < mostRuns && !(paid.every(isFound) && !numbers.some(isOpen))) {
    // The minute of the timer, and in the first one that of the orders' first check.
    await client.post('/_sandbox/clock', { advanceMs: minuteMs + 1_000 });
    await system.host.idle();
    runs++;
    say(`run ${runs} of the timer: ${numbers.filter(isOpen).length} not checked yet`);
  }
  const wallSeconds = (performance.now() - startedMs) / 1000;
  usage.stop();
  return {
    runs,
    wallSeconds,
    functionCpuMsPerOrder: usage.cpuMs / numbers.length,
    functionMb: usage.largestMbByFifth(),
    heapMb: process.memoryUsage().heapUsed / 1e6,
    requests: requests(),
    paid: paid.length,
    found: paid.filter(isFound).length,
  };
}

interface Placed {
  readonly numbers: readonly string[];
  readonly paid: readonly string[];
}

/** Copies of an unpaid order and of one that was paid without a callback, at WeChat Pay and in the database. */
async function placeDue(client: DemoClient, system: System, count: number): Promise<Placed> {
  const { database } = system.emulator;
  const numbers: string[] = [];
  const paid: string[] = [];
  for (const [series, pays] of [false, true].entries()) {
    const number = await order(client, `oDue${String(series).padStart(24, '0')}`, pays);
    const document = JSON.stringify(database.get('orders', number));
    const size = Math.floor(count / 2);
    const { saved, copyOf } = withCopies(system.simulator.snapshot() as Saved, number, size, series);
    await system.simulator.restore(saved);
    for (let at = 0; at < size; at++) {
      const copy = JSON.parse(copyOf(document, at)) as { _id: string };
      database.put('orders', { ...copy, openid: `oDue${series}-${at}` });
      numbers.push(copy._id);
      if (pays) paid.push(copy._id);
      if (at % 1000 === 0) await setImmediate();
    }
  }
  return { numbers, paid };
}

async function order(client: DemoClient, openid: string, pays: boolean): Promise<string> {
  const items = [{ productId: 'sticker', quantity: 1 }];
  const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, openid);
  if (pays) await client.pay(paymentNo, openid);
  return paymentNo;
}

/** Copies of an order that was really paid and delivered, with numbers and payers of their own. */
async function storeFinished(
  client: DemoClient,
  database: EmulatorDatabase,
  count: number,
  say: (text: string) => void,
): Promise<void> {
  const openid = 'oFinished00000000000000000000';
  const number = await order(client, openid, true);
  await client.orderState(number, openid);
  // On a busy machine the first attempt may be too late, and the timer repeats it.
  const delivered = async () => {
    const found = database.get('orders', number);
    return found?.fulfilment === 'DONE' ? found : undefined;
  };
  const finished = await until('the order that is copied to be delivered', delivered, 600_000);
  for (let at = 0; at < count; at++) {
    const _id = String(at).padStart(32, '0');
    const listKey = `${String(finished.listKey).slice(0, -32)}${_id}`;
    database.put('orders', { ...finished, _id, paymentNo: _id, listKey, openid: `o${at % 100_000}` });
    // The server must be able to close idle connections meanwhile, or the next request is sent on a closed one.
    if (at % 1000 === 0) await setImmediate();
    if (at % 200_000 === 0) say(`${at} orders are stored`);
  }
}
