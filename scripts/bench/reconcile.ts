/**
 * The timer in a large shop: many orders are stored, some are due, and for every second due one the payment was made and
 * its callback lost. The same due orders among few stored ones show what the stored ones cost.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { EmulatorDatabase } from '../../sandbox/cloudbase/types.ts';
import type { System } from '../../sandbox/system/system.ts';
import { DemoClient, requestToken } from '../demo/client.ts';
import { startIndexedSystem } from './indexed-system.ts';

export interface ReconcileFigures {
  readonly stored: number;
  readonly due: number;
  /** Runs of the timer until no due order was left. */
  readonly runs: number;
  readonly seconds: number;
  readonly duePerSecond: number;
  /** Payments without a callback, and how many of them are recorded afterwards. */
  readonly paid: number;
  readonly found: number;
}

/** Calls of createOrder at the same time while the due orders are placed. */
const concurrency = 8;

export async function benchReconcile(root: string, stored: number, due: number): Promise<ReconcileFigures> {
  // A million documents in memory, as the emulator keeps them, are some gigabytes.
  setFlagsFromString('--max-old-space-size=12288');
  const system = await startIndexedSystem(root);
  const { database } = system.emulator;
  const client = new DemoClient(system.url);
  try {
    await storeFinished(client, database, stored - due);
    await client.post('/_sandbox/notifications/settings', { hold: true });
    const placed = await place(client, due);
    await client.post('/_sandbox/clock', { advanceMs: 61_000 });
    return { stored, due, ...(await work(system, placed)) };
  } finally {
    await system.close();
  }
}

async function work(
  system: System,
  { numbers, paid }: Placed,
): Promise<Omit<ReconcileFigures, 'stored' | 'due'>> {
  const { database } = system.emulator;
  const nowMs = system.clock.now();
  const isDue = (number: string) => {
    const checkAfterMs = database.get('orders', number)?.checkAfterMs;
    return typeof checkAfterMs === 'number' && checkAfterMs <= nowMs;
  };
  const startedMs = performance.now();
  let runs = 0;
  while (numbers.some(isDue)) {
    const [outcome] = await system.host.fireTimer('reconcile');
    if (outcome?.error) throw new Error(`reconcile failed: ${outcome.error.message}`);
    runs++;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const found = paid.filter((number) => database.get('orders', number)?.state === 'SUCCESS').length;
  return { runs, seconds, duePerSecond: numbers.length / seconds, paid: paid.length, found };
}

interface Placed {
  readonly numbers: readonly string[];
  readonly paid: readonly string[];
}

async function place(client: DemoClient, count: number): Promise<Placed> {
  const numbers: string[] = [];
  const paid: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const at = next++;
      const number = await order(client, `oDue${String(at).padStart(24, '0')}`, at % 2 === 0);
      numbers.push(number);
      if (at % 2 === 0) paid.push(number);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { numbers, paid };
}

async function order(client: DemoClient, openid: string, pays: boolean): Promise<string> {
  const items = [{ productId: 'sticker', quantity: 1 }];
  const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, openid);
  if (pays) await client.pay(paymentNo, openid);
  return paymentNo;
}

/** Copies of an order that was really paid and delivered, with numbers and payers of their own. */
async function storeFinished(client: DemoClient, database: EmulatorDatabase, count: number): Promise<void> {
  const openid = 'oFinished00000000000000000000';
  const number = await order(client, openid, true);
  await client.orderState(number, openid);
  const finished = database.get('orders', number);
  if (finished?.fulfilment !== 'DONE') throw new Error('The order that is copied was not delivered.');
  for (let at = 0; at < count; at++) {
    const _id = String(at).padStart(32, '0');
    const listKey = `${String(finished.listKey).slice(0, -32)}${_id}`;
    database.put('orders', { ...finished, _id, paymentNo: _id, listKey, openid: `o${at % 100_000}` });
    // The server must be able to close idle connections meanwhile, or the next request is sent on a closed one.
    if (at % 1000 === 0) await setImmediate();
  }
}
