/** Compares what the simulator holds with what the shop has recorded, both ways. */
import type { System } from '../../../sandbox/system/system.ts';
import type { Document } from '../../../shared/core/ports.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import type { OrderRecord } from '../../../shared/payments/orders/records.ts';
import type { RefundRecord } from '../../../shared/payments/refunds/records.ts';
import {
  findUnsoundMoney,
  type SimulatorLedger,
} from '../../../shared/payments/testing/expect-sound-money.ts';
import type { TransferRecord } from '../../../shared/payments/transfers/records.ts';

/** @returns what is not as it must be once everything has settled */
export async function differencesOf({ emulator, simulator }: System): Promise<string[]> {
  const all = <T extends Document>(name: string) =>
    emulator.database.list(name, { limit: Number.MAX_SAFE_INTEGER }).documents as Document[] as T[];
  const answer = await simulator.fetch(new Request('http://127.0.0.1/_sandbox/ledger'));
  const ledger = (await answer.json()) as SimulatorLedger;
  const orders = new Map(all<OrderRecord>('orders').map((order) => [order._id, order]));
  const delivered = new Set(all('deliveries').map(({ _id }) => _id));
  const unfinished = [...orders.values()].filter(
    ({ state }) => !['SUCCESS', 'REFUND', 'CLOSED'].includes(state),
  );
  return [
    ...findUnsoundMoney({ all }, ledger),
    ...missing(ledger, all<LedgerEntry>('ledger')),
    ...unfinished.map(({ _id, state }) => `order ${_id} is still ${state}`),
    ...[...orders.values()]
      .filter(
        ({ _id, state, fulfilment }) => state === 'SUCCESS' && fulfilment !== 'HELD' && !delivered.has(_id),
      )
      .map(({ _id, fulfilment }) => `order ${_id} was paid and not delivered (${fulfilment})`),
    ...all<RefundRecord>('refunds')
      .filter(({ state }) => !['SUCCESS', 'CLOSED', 'REFUSED'].includes(state))
      .map(({ _id, state }) => `refund ${_id} is still ${state}`),
    ...all<TransferRecord>('transfers')
      .filter(({ state }) => !['SUCCESS', 'FAIL', 'CANCELLED', 'REFUSED'].includes(state))
      .map(({ _id, state }) => `transfer ${_id} is still ${state}`),
  ];
}

/** Kinds of the simulator's entries that the shop must have, and what it calls them. */
const kinds: Readonly<Record<string, string>> = {
  payment: 'PAYMENT',
  'refund-paid': 'REFUND',
  'transfer-paid': 'TRANSFER',
};

function missing({ entries }: SimulatorLedger, ours: readonly LedgerEntry[]): string[] {
  const known = new Set(ours.map(({ kind, reference }) => `${kind} ${reference}`));
  return entries.flatMap(({ kind, ref, outNo, amountFen }) => {
    const name = kinds[kind] && `${kinds[kind]} ${kind === 'payment' ? ref : outNo}`;
    return name === undefined || known.has(name) ? [] : [`${name} of ${amountFen} fen is not in our ledger`];
  });
}
