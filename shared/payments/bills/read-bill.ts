/** Reads the files of a bill as a whole: what they add up to, and which movements they have. */
import { createHash } from 'node:crypto';
import { billTypes } from './bill-types.ts';
import { keyOf } from './compare.ts';
import { type BillFile, linesOf } from './download.ts';
import { flowKinds } from './flow-kinds.ts';
import { KeySet } from './key-set.ts';
import { addSums, type BilledMovement, type BillReader, type BillSums } from './movement.ts';
import type { TableBillType } from './records.ts';

export interface ReadBill {
  readonly sums: BillSums;
  readonly subMchids: readonly string[];
  readonly unknownTypes: readonly (readonly [
    type: string,
    found: { readonly rows: number; readonly fen: number },
  ])[];
  /** Every movement. */
  readonly billed: Pick<KeySet, 'has'>;
  /** Hashes of the movements that occur more than once. */
  readonly repeated: readonly string[];
}

/** More of them than this are a broken bill, which its other differences show. */
const mostRepeated = 1_000;

/** @throws BillError for a file that is not the announced one, or not built as documented */
export async function readBill(type: TableBillType, files: readonly BillFile[]): Promise<ReadBill> {
  const [once, often] = [new KeySet(), new KeySet()];
  const readers: BillReader[] = [];
  const sums: BillSums[] = [];
  for (const file of files) {
    const reader = billTypes[type].reader();
    for await (const { lines } of linesOf(file)) {
      for (const line of lines) {
        // A line is known by its first movement: the fee in it occurs as often.
        for (const [index, movement] of reader.take(line).entries()) {
          (index === 0 && isUnique(movement) ? once : often).add(keyOf(movement));
        }
      }
    }
    sums.push(reader.end());
    readers.push(reader);
  }
  return {
    sums: addSums(sums),
    subMchids: [...new Set(readers.flatMap(({ subMchids }) => [...subMchids]))],
    unknownTypes: readers.flatMap(({ unknownTypes }) => [...unknownTypes]),
    billed: { has: (key) => once.has(key) || often.has(key) },
    repeated: once.repeated().slice(0, mostRepeated).map(String),
  };
}

/** Shares are told apart by their sum alone, which several receivers may get. */
export function isUnique({ kind }: Pick<BilledMovement, 'kind'>): boolean {
  return flowKinds[kind].reference !== 'voucherNoAndFen';
}

/** Of the files as they were announced. */
export function hashOfFiles(files: readonly BillFile[]): string {
  const hash = createHash('sha1');
  for (const { parts } of files) for (const { sha1 } of parts) hash.update(sha1.toLowerCase());
  return hash.digest('hex');
}
