/**
 * A day's trade bill against our own records, both ways, in constant memory but for eight bytes a row.
 *
 * Payments are compared with the ledger. A bill names a refund on the day that WeChat Pay accepted it, and the ledger on
 * the day that the money went, so refunds are compared by their own documents.
 */
import { createHash } from 'node:crypto';
import type { Conditions, Document, Documents } from '../../core/ports.ts';
import type { OrderMovement } from '../ledger/ledger.ts';
import { ledgerCollection } from '../ledger/ledger.ts';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { type BillMovement, type BillSummary, readTradeBill } from './trade-bill.ts';

type DifferenceKind =
  /** The bill has it, we do not: a lost payment, or one of another system under this merchant number. */
  | 'NOT_RECORDED'
  /** We have it, the bill does not. */
  | 'NOT_BILLED'
  | 'OTHER_AMOUNT'
  /** The same movement stands at another order. */
  | 'OTHER_ORDER';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly movement: 'PAYMENT' | 'REFUND';
  readonly reference: string;
  readonly outTradeNo: string;
  /** Fen, as the bill has it and as we have it. */
  readonly billedFen: number | null;
  readonly recordedFen: number | null;
}

export interface BilledDay {
  readonly mchid: string;
  /** The day in China, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

const batchSize = 500;

/**
 * @param report called for each difference, as it is found
 * @returns the sums of the bill @throws BillError
 */
export async function compareDay(
  documents: Documents,
  day: BilledDay,
  lines: AsyncIterable<string>,
  report: (difference: Difference) => Promise<void>,
): Promise<BillSummary> {
  const billed = new KeySet();
  let batch: BillMovement[] = [];
  const flush = async () => {
    const rows = batch;
    batch = [];
    if (rows.length > 0) await compareRows(documents, rows, report);
  };
  const summary = await readTradeBill(lines, async (movement) => {
    billed.add(`${movement.kind}:${movement.reference}`);
    batch.push(movement);
    if (batch.length === batchSize) await flush();
  });
  await flush();
  await findNotBilled(documents, day, billed, report);
  return summary;
}

async function compareRows(
  documents: Documents,
  rows: readonly BillMovement[],
  report: (difference: Difference) => Promise<void>,
): Promise<void> {
  const recorded = new Map<string, { readonly amountFen: number; readonly outTradeNo: string }>();
  const idsOf = (kind: BillMovement['kind']) =>
    rows.filter((row) => row.kind === kind).map((row) => row.reference);
  const payments = idsOf('PAYMENT').map((reference) => `PAYMENT:${reference}`);
  for (const entry of await byIds<OrderMovement>(documents, ledgerCollection, payments)) {
    recorded.set(entry._id, entry);
  }
  for (const refund of await byIds<RefundRecord>(documents, refundsCollection, idsOf('REFUND'))) {
    recorded.set(`REFUND:${refund._id}`, { ...refund, amountFen: -refund.amountFen });
  }
  for (const { kind: movement, reference, outTradeNo, amountFen: billedFen } of rows) {
    const ours = recorded.get(`${movement}:${reference}`);
    const kind = !ours
      ? 'NOT_RECORDED'
      : ours.amountFen !== billedFen
        ? 'OTHER_AMOUNT'
        : ours.outTradeNo !== outTradeNo
          ? 'OTHER_ORDER'
          : undefined;
    const recordedFen = ours?.amountFen ?? null;
    if (kind) await report({ kind, movement, reference, outTradeNo, billedFen, recordedFen });
  }
}

/** Our movements of the day that the bill does not name. */
async function findNotBilled(
  documents: Documents,
  { mchid, fromMs, toMs }: BilledDay,
  billed: KeySet,
  report: (difference: Difference) => Promise<void>,
): Promise<void> {
  const day = { gte: fromMs, lt: toMs };
  const lacking = (
    movement: Difference['movement'],
    reference: string,
    outTradeNo: string,
    recordedFen: number,
  ) =>
    billed.has(`${movement}:${reference}`)
      ? undefined
      : report({ kind: 'NOT_BILLED', movement, reference, outTradeNo, billedFen: null, recordedFen });
  const payments = { mchid, kind: 'PAYMENT', atMs: day };
  await eachOf<OrderMovement>(documents, ledgerCollection, payments, ({ reference, outTradeNo, amountFen }) =>
    lacking('PAYMENT', reference, outTradeNo, amountFen),
  );
  await eachOf<RefundRecord>(documents, refundsCollection, { mchid, acceptedAtMs: day }, (refund) =>
    lacking('REFUND', refund._id, refund.outTradeNo, -refund.amountFen),
  );
}

/** All documents that match, a page at a time. */
async function eachOf<T extends Document>(
  documents: Documents,
  collection: string,
  where: Conditions,
  take: (document: T) => Promise<void> | undefined,
): Promise<void> {
  let after = '';
  for (;;) {
    const page = await documents.find<T>(collection, {
      where: { ...where, _id: { gt: after } },
      orderBy: { field: '_id', direction: 'asc' },
      limit: batchSize,
    });
    for (const document of page) await take(document);
    const last = page.at(-1);
    if (!last || page.length < batchSize) return;
    after = last._id;
  }
}

function byIds<T extends Document>(
  documents: Documents,
  collection: string,
  ids: readonly string[],
): Promise<T[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return documents.find<T>(collection, { where: { _id: { in: ids } }, limit: ids.length });
}

/** Remembers keys by 64 bits of their hash: a million of them are 8 MB, and two that collide one in 10^7 days. */
class KeySet {
  #keys = new BigUint64Array(1024);
  #count = 0;
  #sorted = true;

  add(key: string): void {
    if (this.#count === this.#keys.length) {
      const larger = new BigUint64Array(this.#keys.length * 2);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    this.#keys[this.#count++] = hashOf(key);
    this.#sorted = false;
  }

  has(key: string): boolean {
    if (!this.#sorted) this.#keys.subarray(0, this.#count).sort();
    this.#sorted = true;
    const wanted = hashOf(key);
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#keys[low] === wanted;
  }
}

function hashOf(key: string): bigint {
  return createHash('sha1').update(key).digest().readBigUInt64BE();
}
