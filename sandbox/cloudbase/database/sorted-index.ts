/** The entries of one index in order, so that a query reads only what its bounds hold. */
import type { Bound, Scalar, StoredDocument } from '../types.ts';
import { valueAt } from './values.ts';

type DocumentId = StoredDocument['_id'];

interface Entry {
  readonly key: readonly Scalar[];
  readonly id: DocumentId;
}

const maxBlock = 1024;

export class SortedIndex {
  readonly #fields: readonly string[];
  /** In order; each block is in order too, and none is empty but the only one. */
  readonly #blocks: Entry[][] = [[]];
  /** Documents with a value that has no one place in the order, such as a list: each query looks at them. */
  readonly #unordered = new Set<DocumentId>();

  constructor(fields: readonly string[], documents: Iterable<StoredDocument>) {
    this.#fields = fields;
    const entries: Entry[] = [];
    for (const document of documents) {
      const key = keyOf(fields, document);
      if (key) entries.push({ key, id: document._id });
      else this.#unordered.add(document._id);
    }
    entries.sort(compareEntries);
    for (let at = 0; at < entries.length; at += maxBlock) this.#blocks.push(entries.slice(at, at + maxBlock));
    if (entries.length > 0) this.#blocks.shift();
  }

  add(document: StoredDocument): void {
    const key = keyOf(this.#fields, document);
    if (key) this.#insert({ key, id: document._id });
    else this.#unordered.add(document._id);
  }

  remove(document: StoredDocument): void {
    this.#unordered.delete(document._id);
    const key = keyOf(this.#fields, document);
    if (key) this.#delete({ key, id: document._id });
  }

  /** Every document that can meet the bounds, each once; some may not. */
  candidates(bounds: readonly Bound[]): Set<DocumentId> {
    const found = new Set(this.#unordered);
    for (const { from, to } of rangesOf(bounds)) {
      for (const { id } of this.#between(from, to)) found.add(id);
    }
    return found;
  }

  *#between(from: readonly Scalar[], to: Upper): Generator<Entry> {
    for (let block = this.#blockFor({ key: from, id: '' }); block < this.#blocks.length; block++) {
      for (const entry of this.#blocks[block] ?? []) {
        if (compareKeys(entry.key, from) < 0) continue;
        if (isAbove(entry.key, to)) return;
        yield entry;
      }
    }
  }

  #insert(entry: Entry): void {
    const at = this.#blockFor(entry);
    const block = this.#blocks[at] ?? [];
    block.splice(placeIn(block, entry), 0, entry);
    if (block.length > maxBlock) this.#blocks.splice(at + 1, 0, block.splice(maxBlock / 2));
  }

  #delete(entry: Entry): void {
    const at = this.#blockFor(entry);
    const block = this.#blocks[at] ?? [];
    const place = placeIn(block, entry);
    const found = block[place];
    if (!found || compareEntries(found, entry) !== 0) return;
    block.splice(place, 1);
    if (block.length === 0 && this.#blocks.length > 1) this.#blocks.splice(at, 1);
  }

  /** The first block whose last entry is not before this one; else the last block. */
  #blockFor(entry: Entry): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#blocks[middle]?.at(-1);
      if (last && compareEntries(last, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function placeIn(block: readonly Entry[], entry: Entry): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareEntries(block[middle] as Entry, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Undefined when a value cannot be ordered here: a date, or a list of several values, of which one may meet the lower
 * bound and another the upper.
 */
function keyOf(fields: readonly string[], document: StoredDocument): Scalar[] | undefined {
  const key: Scalar[] = [];
  for (const field of fields) {
    const value = valueAt(document, field);
    const values = Array.isArray(value) ? [...new Set(value)] : [value ?? null];
    const [only] = values;
    if (values.length !== 1 || !isScalar(only)) return undefined;
    key.push(only);
  }
  return key;
}

/** Up to this key and everything that begins with it; with `ofType`, while the next value has this type. */
interface Upper {
  readonly key: readonly Scalar[];
  readonly ofType: number | undefined;
}

function rangesOf(bounds: readonly Bound[]): { from: Scalar[]; to: Upper }[] {
  let prefixes: Scalar[][] = [[]];
  for (const bound of bounds) {
    if ('values' in bound) {
      const distinct = [...new Set(bound.values)];
      prefixes = prefixes.flatMap((prefix) => distinct.map((value) => [...prefix, value]));
      continue;
    }
    const type = rankOf(bound.from ?? bound.to ?? null);
    const from = bound.from ?? lowest[type] ?? null;
    return prefixes.map((prefix) => ({
      from: [...prefix, from],
      to:
        bound.to === undefined
          ? { key: prefix, ofType: type }
          : { key: [...prefix, bound.to], ofType: undefined },
    }));
  }
  return prefixes.map((prefix) => ({ from: prefix, to: { key: prefix, ofType: undefined } }));
}

function isAbove(key: readonly Scalar[], { key: to, ofType }: Upper): boolean {
  const order = compareKeys(key.slice(0, to.length), to);
  if (order !== 0 || ofType === undefined) return order > 0;
  return rankOf(key[to.length] ?? null) > ofType;
}

const lowest: readonly Scalar[] = [null, Number.NEGATIVE_INFINITY, '', false];

/** A range holds values of one type only, as in MongoDB. */
function rankOf(value: Scalar): number {
  if (value === null) return 0;
  return typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3;
}

function compareScalars(a: Scalar, b: Scalar): number {
  const order = rankOf(a) - rankOf(b);
  if (order !== 0 || a === b) return order;
  return (a as number) < (b as number) ? -1 : 1;
}

function compareKeys(a: readonly Scalar[], b: readonly Scalar[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const order = compareScalars(a[at] as Scalar, b[at] as Scalar);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareEntries(a: Entry, b: Entry): number {
  return compareKeys(a.key, b.key) || compareScalars(a.id, b.id);
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
