/** What a merchant sold, gave back, shared and withdrew, added up from the ledger. */
import type { FundsEntry, FundsEntryKind } from '../../contract/index.ts';
import type { Documents } from '../../core/ports.ts';
import { type LedgerEntry, type LedgerKind, ledgerCollection } from '../ledger/ledger.ts';

const groups: Readonly<Record<LedgerKind, FundsEntryKind>> = {
  PAYMENT: 'sales',
  REFUND: 'refunded',
  // Known from the next morning on, when they are in the bill.
  FEE: 'fees',
  FEE_RETURN: 'fees',
  // For direct merchants only, whose funds are not queried here.
  TRANSFER: 'shared',
  SHARE: 'shared',
  SHARE_RETURN: 'shared',
  SUBSIDY: 'shared',
  SUBSIDY_RETURN: 'shared',
  AFTER_SALES: 'shared',
  WITHDRAWAL: 'withdrawn',
  WITHDRAWAL_RETURN: 'withdrawn',
};

/** Documents per read, and maximum number of reads: one call adds up no more entries than that. */
const batchSize = 1000;
const maxBatches = 20;
const pageSize = 50;

/** Whose money it is. */
export interface FundsOwner {
  readonly mchid: string;
  readonly subMchid: string | null;
}

export interface Totals {
  /** Fen, with their sign in the ledger. */
  readonly fen: Readonly<Record<FundsEntryKind, number>>;
  readonly partial: boolean;
}

export async function totalsOf(documents: Documents, { mchid, subMchid }: FundsOwner): Promise<Totals> {
  const fen = { sales: 0, refunded: 0, fees: 0, shared: 0, withdrawn: 0 };
  let last = '';
  for (let batch = 0; batch < maxBatches; batch++) {
    const entries = await documents.find<LedgerEntry>(ledgerCollection, {
      where: { mchid, subMchid, _id: { gt: last } },
      orderBy: { field: '_id', direction: 'asc' },
      limit: batchSize,
    });
    for (const { kind, amountFen } of entries) fen[groups[kind]] += amountFen;
    if (entries.length < batchSize) return { fen, partial: false };
    last = entries.at(-1)?._id ?? last;
  }
  return { fen, partial: true };
}

/** One group, the newest first. */
export async function entriesOf(
  documents: Documents,
  { mchid, subMchid }: FundsOwner,
  group: FundsEntryKind,
  beforeMs?: number,
): Promise<{ entries: FundsEntry[]; more: boolean }> {
  const kinds = Object.entries(groups).flatMap(([kind, of]) => (of === group ? [kind] : []));
  const before = beforeMs === undefined ? {} : { atMs: { lt: beforeMs } };
  const found = await documents.find<LedgerEntry>(ledgerCollection, {
    where: { mchid, subMchid, kind: { in: kinds }, ...before },
    orderBy: { field: 'atMs', direction: 'desc' },
    limit: pageSize + 1,
  });
  const entries = found.slice(0, pageSize).map(({ kind, amountFen, reference, outTradeNo, atMs }) => ({
    kind,
    amountFen,
    reference,
    ...(outTradeNo !== null && { outTradeNo }),
    atMs,
  }));
  return { entries, more: found.length > pageSize };
}
