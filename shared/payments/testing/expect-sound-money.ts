import { expect } from 'vitest';
import type { MemoryDocuments } from '../../core/testing/documents.ts';
import { findContradictions } from '../ledger/check.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { OrderRecord } from '../orders/records.ts';
import type { RefundRecord } from '../refunds/records.ts';
import { type SharingRecord, sharingsCollection } from '../sharing/records.ts';
import { type TransferRecord, transfersCollection } from '../transfers/records.ts';
import { type WithdrawalRecord, withdrawalsCollection } from '../withdrawals/records.ts';
import { findUnmatchedMovements } from './unmatched-movements.ts';

type Stored = Pick<MemoryDocuments, 'all'>;

/** The simulator's ledger, as `GET /_sandbox/ledger` answers it. */
export interface SimulatorLedger {
  readonly sumFen: number;
  readonly entries: readonly {
    readonly kind: string;
    readonly ref: string;
    readonly outNo: string;
    readonly to: string;
    readonly amountFen: number;
  }[];
}

/** The whole ledger of a simulator; `get` answers `GET /_sandbox/ledger` with the query that it is given. */
export async function readSimulatorLedger(
  get: (query: string) => Promise<SimulatorLedger & { readonly before?: number }>,
): Promise<SimulatorLedger> {
  const { sumFen, entries, before } = await get('?limit=2000');
  const pages = [entries];
  for (let next = before; next !== undefined; ) {
    const page = await get(`?limit=2000&before=${next}`);
    pages.unshift(page.entries);
    next = page.before;
  }
  return { sumFen, entries: pages.flat() };
}

/**
 * Expects each order's balance to match its ledger entries and refunds, and the ledger to have exactly what was shared,
 * transferred and withdrawn. With the simulator's ledger: every movement of ours is one of its own, which add up to 0.
 * The simulator may have more: what a test lost on the way, or did not wait for.
 */
export function expectSoundMoney(documents: Stored, simulator?: SimulatorLedger): void {
  expect(findUnsoundMoney(documents, simulator)).toEqual([]);
}

/** What {@link expectSoundMoney} complains about. */
export function findUnsoundMoney(documents: Stored, simulator?: SimulatorLedger): string[] {
  const entries = documents.all<LedgerEntry>('ledger');
  const refunds = groupedByOrder(documents.all<RefundRecord>('refunds'));
  const movements = groupedByOrder(entries);
  const orders = documents.all<OrderRecord>('orders');
  const processes = {
    sharings: documents.all<SharingRecord>(sharingsCollection),
    transfers: documents.all<TransferRecord>(transfersCollection),
    withdrawals: documents.all<WithdrawalRecord>(withdrawalsCollection),
  };
  return [
    ...orders.flatMap((order) =>
      findContradictions(order, refunds.get(order._id) ?? [], movements.get(order._id) ?? []),
    ),
    ...findUnmatchedMovements(processes, entries),
    ...(simulator ? unknownToSimulator(entries, simulator) : []),
  ];
}

function groupedByOrder<T extends { readonly outTradeNo: string | null }>(all: readonly T[]) {
  const groups = new Map<string | null, T[]>();
  for (const each of all) groups.set(each.outTradeNo, [...(groups.get(each.outTradeNo) ?? []), each]);
  return groups;
}

function unknownToSimulator(entries: readonly LedgerEntry[], { sumFen, entries: theirs }: SimulatorLedger) {
  const known = new Set(theirs.flatMap(nameOfTheirs));
  const unknown = entries
    .flatMap(nameOfOurs)
    .filter((name) => !known.has(name))
    .map((name) => `${name} is in our ledger and did not happen at the simulator`);
  return sumFen === 0 ? unknown : [...unknown, `the simulator's ledger adds up to ${sumFen} fen`];
}

/** Fees are known from bills only; the simulator's returns of subsidies do not have our number. */
function nameOfOurs({ kind, reference, amountFen }: LedgerEntry): string[] {
  const isLeftOut = kind === 'FEE' || kind === 'FEE_RETURN' || kind === 'SUBSIDY_RETURN';
  return isLeftOut ? [] : [`${kind} ${reference} of ${Math.abs(amountFen)} fen`];
}

function nameOfTheirs({ kind, ref, outNo, to, amountFen }: SimulatorLedger['entries'][number]): string[] {
  const names: Record<string, string> = {
    payment: `PAYMENT ${ref}`,
    'refund-paid': `REFUND ${outNo}`,
    share: `SHARE ${outNo}/${to.slice(to.indexOf(' ') + 1)}`,
    'share-return': `SHARE_RETURN ${outNo}`,
    subsidy: `SUBSIDY ${ref}`,
    'after-sales': `AFTER_SALES ${ref}`,
    'transfer-paid': `TRANSFER ${outNo}`,
    'withdrawal-paid': `WITHDRAWAL ${outNo}`,
    'withdrawal-returned': `WITHDRAWAL_RETURN ${outNo}`,
  };
  const name = names[kind];
  return name === undefined ? [] : [`${name} of ${amountFen} fen`];
}
