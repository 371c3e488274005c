/** A simulator with many orders, without placing them one by one. */
import type { Simulator } from '../../sandbox/wechatpay/index.ts';
import type { BenchClient, Receiver } from './sandbox-client.ts';

interface Saved {
  readonly history: {
    readonly slots: Record<string, [string, unknown][]>;
    readonly ledger: readonly unknown[];
  };
}

/** As many callbacks as the simulator keeps. */
const mostNotifications = 20_000;

/** Places one order and copies it. */
export async function fill(
  simulator: Simulator,
  receiver: Receiver,
  client: BenchClient,
  count: number,
): Promise<void> {
  await client.live(receiver);
  client.close();
  await simulator.restore(filled(simulator.snapshot() as Saved, count));
}

/** The state with copies of its first order, under other numbers: placing them one by one would take minutes. */
function filled(saved: Saved, count: number): Saved {
  const { slots, ledger } = saved.history;
  const [, first] = slots.payments![0] as [
    string,
    { paymentNo: string; prepayId: string; orders: { transactionId: string }[] },
  ];
  const ids = [first.paymentNo, first.prepayId, first.orders[0]!.transactionId, slots.notifications![0]![0]];
  const copyOf = (sample: string, copy: number): unknown => {
    const suffix = String(copy).padStart(9, '0');
    return JSON.parse(ids.reduce((done, id) => done.replaceAll(id, `${id.slice(0, -9)}${suffix}`), sample));
  };
  const copies = (entry: unknown, most: number): unknown[] => {
    // The sample's response may still be in flight.
    const sample = JSON.stringify(entry).replaceAll('"state":"pending"', '"state":"delivered"');
    return Array.from({ length: Math.min(count, most) }, (_, copy) => copyOf(sample, copy));
  };
  const filledSlots = Object.entries(slots).map(([family, entries]) => {
    const sample = entries.find((entry) => mentions(entry, ids));
    const most = family === 'notifications' ? mostNotifications : count;
    return [family, sample ? [...entries, ...copies(sample, most)] : entries];
  });
  const moves = ledger.flatMap((entry) => copies(entry, count));
  return {
    ...saved,
    history: { ...saved.history, slots: Object.fromEntries(filledSlots), ledger: [...ledger, ...moves] },
  };
}

function mentions(entry: unknown, ids: readonly string[]): boolean {
  const text = JSON.stringify(entry);
  return ids.some((id) => text.includes(id));
}
