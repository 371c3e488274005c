/** Our side of the comparison: what the ledger and the documents of refunds say that a bill must have. */
import type { Condition, Document, Documents } from '../../core/ports.ts';
import { billedFrom, type LedgerEntry, type LedgerKind, ledgerCollection } from '../ledger/ledger.ts';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { type TransferRecord, transfersCollection } from '../transfers/records.ts';
import type { withdrawalsCollection } from '../withdrawals/records.ts';

export interface RecordedMovement {
  readonly reference: string;
  /** Null for what belongs to no order. */
  readonly outTradeNo: string | null;
  /** Positive when the account receives. */
  readonly amountFen: number;
}

/** The accounts that a bill covers, and its day in China; epoch ms. */
export interface Scope {
  readonly mchid: string;
  /**
   * `all`: every account with orders under `mchid`; `own`: its own; `subs`: those of its sub-merchants; or one
   * sub_mchid's.
   */
  readonly holder: 'all' | 'own' | 'subs' | { readonly subMchid: string };
  readonly fromMs: number;
  readonly toMs: number;
}

interface RecordedPage {
  readonly movements: readonly RecordedMovement[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: string | undefined;
}

export interface RecordedSource {
  /** What is recorded under these references, 1 to 100 of them, on whatever day. */
  byReference(documents: Documents, references: readonly string[]): Promise<RecordedMovement[]>;
  /** What the bill of the scope must have, a page at a time. */
  ofDay(documents: Documents, scope: Scope, after: string): Promise<RecordedPage>;
}

const pageSize = 1000;

export function ledgerSource(kind: LedgerKind): RecordedSource {
  return {
    byReference: (documents, references) => {
      const ids = references.map((reference) => `${kind}:${reference}`);
      return byIds<LedgerEntry>(documents, ledgerCollection, ids);
    },
    async ofDay(documents, { mchid, holder, fromMs, toMs }, after) {
      const from = after === '' ? { gte: billedFrom(fromMs) } : { gt: after };
      const where = { mchid, kind, billedKey: { ...from, lt: billedFrom(toMs) }, ...subMchidIs(holder) };
      const order = { field: 'billedKey', direction: 'asc' } as const;
      const movements = await documents.find<LedgerEntry>(ledgerCollection, {
        where,
        orderBy: order,
        limit: pageSize,
      });
      return { movements, next: movements.length < pageSize ? undefined : movements.at(-1)!.billedKey };
    },
  };
}

/** A bill lists a refund on the day that WeChat Pay accepted it, when the ledger may not have an entry for it yet. */
export const refundSource: RecordedSource = {
  byReference: async (documents, references) =>
    (await byIds<RefundRecord>(documents, refundsCollection, references)).map(takenOf),
  async ofDay(documents, { mchid, holder, fromMs, toMs }, after) {
    const found = await documents.find<RefundRecord>(refundsCollection, {
      where: { mchid, acceptedAtMs: { gte: fromMs, lt: toMs }, _id: { gt: after } },
      orderBy: { field: '_id', direction: 'asc' },
      limit: pageSize,
    });
    const movements = found.filter((refund) => isHeldBy(refund, holder)).map(takenOf);
    return { movements, next: found.length < pageSize ? undefined : found.at(-1)!._id };
  },
};

/** When WeChat Pay closed a refund is not known to the minute, so nothing is missed in the bill of one day. */
export const closedRefunds: RecordedSource = {
  byReference: async (documents, references) =>
    (await byIds<RefundRecord>(documents, refundsCollection, references))
      .filter(({ state }) => state !== 'SUCCESS')
      .map(({ _id, outTradeNo, amountFen }) => ({ reference: _id, outTradeNo, amountFen })),
  ofDay: async () => ({ movements: [], next: undefined }),
};

/** A bill has the out_order_no of a share and no receiver: its reference is the number and the sum, `S1#100`. */
export const shareSource: RecordedSource = {
  async byReference(documents, references) {
    const found = references.map(async (reference) => {
      const outOrderNo = reference.slice(0, reference.lastIndexOf('#'));
      const shares = { gt: `SHARE:${outOrderNo}/`, lt: `SHARE:${outOrderNo}0` };
      return documents.find<LedgerEntry>(ledgerCollection, { where: { _id: shares }, limit: pageSize });
    });
    return (await Promise.all(found)).flat().map(shareOf);
  },
  async ofDay(documents, scope, after) {
    const { movements, next } = await ledgerSource('SHARE').ofDay(documents, scope, after);
    return { movements: movements.map(shareOf), next };
  },
};

function shareOf({ reference, outTradeNo, amountFen }: RecordedMovement): RecordedMovement {
  const outOrderNo = reference.slice(0, reference.indexOf('/'));
  return { reference: `${outOrderNo}#${Math.abs(amountFen)}`, outTradeNo, amountFen };
}

/**
 * A transfer or a withdrawal leaves the balance when WeChat Pay accepts it, but enters the ledger only once it has
 * arrived; until then it is read from its own document.
 */
export function processSource(
  kind: LedgerKind,
  collection: typeof transfersCollection | typeof withdrawalsCollection,
): RecordedSource {
  const sign = kind === 'WITHDRAWAL_RETURN' ? 1 : -1;
  return {
    byReference: async (documents, references) =>
      (await byIds<Document & { readonly amountFen: number }>(documents, collection, references)).map(
        ({ _id, amountFen }) => ({ reference: _id, outTradeNo: null, amountFen: sign * amountFen }),
      ),
    ofDay: ledgerSource(kind).ofDay,
  };
}

/** Money returned from a failed transfer. */
export const failedTransfers: RecordedSource = {
  byReference: async (documents, references) =>
    (await byIds<TransferRecord>(documents, transfersCollection, references))
      .filter(({ state }) => state !== 'SUCCESS')
      .map(({ _id, amountFen }) => ({ reference: _id, outTradeNo: null, amountFen })),
  ofDay: async () => ({ movements: [], next: undefined }),
};

function takenOf({ _id, outTradeNo, amountFen }: RefundRecord): RecordedMovement {
  return { reference: _id, outTradeNo, amountFen: -amountFen };
}

function subMchidIs(holder: Scope['holder']): { subMchid?: Condition } {
  if (holder === 'all') return {};
  if (holder === 'own') return { subMchid: null };
  return { subMchid: holder === 'subs' ? { gt: '' } : holder.subMchid };
}

/** What a platform advances is taken from its own account. */
function isHeldBy({ subMchid, platformAdvance }: RefundRecord, holder: Scope['holder']): boolean {
  const from = platformAdvance ? null : subMchid;
  if (holder === 'all') return true;
  if (holder === 'own') return from === null;
  return holder === 'subs' ? from !== null : from === holder.subMchid;
}

function byIds<T extends Document>(
  documents: Documents,
  collection: string,
  ids: readonly string[],
): Promise<T[]> {
  return documents.find<T>(collection, { where: { _id: { in: ids } }, limit: ids.length });
}
