import { isDeepStrictEqual } from 'node:util';
import {
  checkChanges,
  checkCollection,
  checkDocument,
  checkId,
  checkQuery,
  checkUpdateConditions,
} from '../../cloudbase/document-validation.ts';
import type { Condition, Conditions, Document, DocumentQuery, Documents } from '../ports.ts';
import { refuseScan } from './indexed-queries.ts';

export interface MemoryDocuments extends Documents {
  all<T extends Document>(collection: string): T[];
  /** Returns one document, synchronously and without calling the hooks. */
  peek<T extends Document>(collection: string, id: string): T | undefined;
  put(collection: string, ...docs: Document[]): void;
  /** Everything stored, as text, to check that it holds nothing it must not. */
  dump(): string;
  /** Called before each operation, and after it: may wait, or throw as a broken connection would. */
  interrupt: (when: 'before' | 'after', operation: string) => Promise<void>;
}

/**
 * In-memory twin of the database: it validates like the real adapter, stores and returns copies, and its
 * compare-and-set is atomic. `documents-contract.ts` tests that it behaves like the real SDK against the emulator.
 * @param anyQuery also answer queries that would read a whole collection in the cloud
 */
export function memoryDocuments({ anyQuery = false } = {}): MemoryDocuments {
  const collections = new Map<string, Map<string, Document>>();
  const of = (name: string) => {
    checkCollection(name);
    const found = collections.get(name) ?? new Map<string, Document>();
    collections.set(name, found);
    return found;
  };
  const run = async <T>(operation: string, act: () => T): Promise<T> => {
    await documents.interrupt('before', operation);
    const result = act();
    await documents.interrupt('after', operation);
    return result;
  };
  const documents: MemoryDocuments = {
    interrupt: async () => {},
    insertIfAbsent: <T extends Document>(collection: string, doc: T) =>
      run(`insert ${collection}`, () => {
        checkDocument(doc);
        const existing = of(collection).get(doc._id);
        if (existing) return copy(existing) as T;
        of(collection).set(doc._id, copy(doc));
        return undefined;
      }),
    get: <T extends Document>(collection: string, id: string) =>
      run(`get ${collection}`, () => {
        checkId(id);
        return copy(of(collection).get(id)) as T | undefined;
      }),
    update: (collection, id, where, set) =>
      run(`update ${collection}`, () => {
        checkId(id);
        checkUpdateConditions(where);
        checkChanges(set);
        const current = of(collection).get(id);
        if (!current || !matches(current, where)) return false;
        const next = { ...current, ...copy(set), _id: id };
        of(collection).set(id, next);
        // The cloud counts what it modified.
        return !isDeepStrictEqual(next, current);
      }),
    find: async <T extends Document>(collection: string, query: DocumentQuery) => {
      checkQuery(query);
      if (!anyQuery) refuseScan(collection, query);
      return run(`find ${collection}`, () => find(of(collection), query) as T[]);
    },
    remove: (collection, id) =>
      run(`remove ${collection}`, () => {
        checkId(id);
        return of(collection).delete(id);
      }),
    all: <T extends Document>(collection: string) => [...of(collection).values()].map(copy) as T[],
    peek: <T extends Document>(collection: string, id: string) =>
      copy(of(collection).get(id)) as T | undefined,
    put: (collection, ...docs) => {
      for (const doc of docs) of(collection).set(doc._id, copy(doc));
    },
    dump: () => JSON.stringify([...collections].map(([name, docs]) => [name, ...docs.values()])),
  };
  return documents;
}

function find(
  documents: ReadonlyMap<string, Document>,
  { where, orderBy, limit }: DocumentQuery,
): Document[] {
  const ids = where._id;
  // Looked up by _id, as an index would, instead of reading every document.
  const listed = typeof ids === 'object' && ids !== null && 'in' in ids;
  const candidates = listed
    ? [...new Set(ids.in)].flatMap((id) => documents.get(String(id)) ?? [])
    : [...documents.values()];
  const found = candidates.filter((doc) => matches(doc, where));
  return (orderBy ? first(found, limit, orderBy) : found.slice(0, limit)).map(copy);
}

/** The first ones in this order, without sorting all: a queue of many thousands is read some hundred at a time. */
function first(
  found: readonly Document[],
  limit: number,
  { field, direction }: NonNullable<DocumentQuery['orderBy']>,
): Document[] {
  const sign = direction === 'asc' ? 1 : -1;
  const order = (a: Document, b: Document) => sign * compare(valueAt(a, field), valueAt(b, field));
  let kept: Document[] = [];
  for (const doc of found) {
    const last = kept[limit - 1];
    if (last && order(doc, last) >= 0) continue;
    kept.push(doc);
    if (kept.length >= 2 * limit || kept.length === limit) kept = kept.sort(order).slice(0, limit);
  }
  return kept.sort(order).slice(0, limit);
}

function matches(doc: Document, where: Conditions): boolean {
  for (const field in where) if (!holds(valueAt(doc, field), where[field]!)) return false;
  return true;
}

function holds(value: unknown, condition: Condition): boolean {
  if (condition === null) return value === null || value === undefined;
  if (typeof condition !== 'object') return value === condition;
  if ('in' in condition) return condition.in.some((each) => each === value);
  return Object.entries(condition).every(([operator, bound]) => {
    // A range compares values of its own type only.
    if (typeof value !== typeof bound) return false;
    const order = compare(value, bound);
    return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[operator];
  });
}

function valueAt(doc: unknown, path: string): unknown {
  if (!path.includes('.')) return Reflect.get(doc as object, path);
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      doc,
    );
}

/** Values that are absent or null come first, then numbers, then strings. */
function compare(a: unknown, b: unknown): number {
  const order = rank(a) - rank(b);
  if (order !== 0 || rank(a) === 0) return order;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function rank(value: unknown): number {
  return value === undefined || value === null ? 0 : typeof value === 'number' ? 1 : 2;
}

/** As JSON would give it back, without the detour through text: a simulation copies millions of documents. */
function copy<T>(value: T): T {
  // There is no negative zero in JSON.
  if (typeof value === 'number') return ((value as number) + 0) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  const made: Record<string, unknown> = {};
  for (const field in value) {
    const inner: unknown = value[field];
    if (inner !== undefined) made[field] = copy(inner);
  }
  return made as T;
}
