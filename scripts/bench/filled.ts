/** A simulator with many orders, without placing them one by one. */
import type { Simulator } from '../../sandbox/wechatpay/index.ts';
import type { BenchClient, Receiver } from './sandbox-client.ts';

export interface Saved {
  readonly history: {
    readonly slots: Record<string, [string, unknown][]>;
    readonly ledger: readonly unknown[];
  };
}

/** As many callbacks as the simulator keeps. */
const mostNotifications = 10_000;
const suffixLength = 9;

interface SavedPayment {
  readonly paymentNo: string;
  readonly prepayId: string;
  readonly orders: readonly { readonly transactionId?: string }[];
}

/** Places one order and copies it. */
export async function fill(
  simulator: Simulator,
  receiver: Receiver,
  client: BenchClient,
  count: number,
): Promise<void> {
  await client.live(receiver);
  client.close();
  const saved = simulator.snapshot() as Saved;
  const [, first] = saved.history.slots.payments![0] as [string, SavedPayment];
  await simulator.restore(withCopies(saved, first.paymentNo, count).saved);
}

/**
 * The state with copies of one of its payments, under other numbers: placing them one by one would take minutes.
 * @param series a digit; payments that are copied into the same state need different ones
 * @returns also how a text that mentions the payment, such as a document of the shop, becomes that of a copy
 */
export function withCopies(
  saved: Saved,
  paymentNo: string,
  count: number,
  series = 0,
): { readonly saved: Saved; readonly copyOf: (text: string, copy: number) => string } {
  const { slots, ledger } = saved.history;
  const payments = slots.payments!.map(([, payment]) => payment as SavedPayment);
  const payment = payments.find((each) => each.paymentNo === paymentNo)!;
  const transactions = payment.orders.flatMap(({ transactionId }) => transactionId ?? []);
  const callbacks = slots.notifications!.filter((entry) => mentions(entry, [paymentNo])).map(([id]) => id);
  const ids = [paymentNo, payment.prepayId, ...transactions, ...callbacks];
  const copyOf = (text: string, copy: number) => {
    const suffix = `${series}${String(copy).padStart(suffixLength - 1, '0')}`;
    return ids.reduce((done, id) => done.replaceAll(id, `${id.slice(0, -suffixLength)}${suffix}`), text);
  };
  const copies = (entry: unknown, most: number): unknown[] => {
    // The sample's response may still be in flight.
    const sample = JSON.stringify(entry).replaceAll('"state":"pending"', '"state":"delivered"');
    return Array.from({ length: Math.min(count, most) }, (_, copy) => JSON.parse(copyOf(sample, copy)));
  };
  const filledSlots = Object.entries(slots).map(([family, entries]) => {
    const sample = entries.find((entry) => mentions(entry, ids));
    const most = family === 'notifications' ? mostNotifications : count;
    return [family, sample ? [...entries, ...copies(sample, most)] : entries];
  });
  const moves = ledger.filter((entry) => mentions(entry, ids)).flatMap((entry) => copies(entry, count));
  const history = { ...saved.history, slots: Object.fromEntries(filledSlots), ledger: [...ledger, ...moves] };
  return { saved: { ...saved, history }, copyOf };
}

function mentions(entry: unknown, ids: readonly string[]): boolean {
  const text = JSON.stringify(entry);
  return ids.some((id) => text.includes(id));
}
