import type { Condition, Conditions, Document, DocumentQuery, Documents } from '../ports.ts';

export interface MemoryDocuments extends Documents {
  all<T extends Document>(collection: string): T[];
  /** One of them, at once and without an interruption. */
  peek<T extends Document>(collection: string, id: string): T | undefined;
  put(collection: string, ...docs: Document[]): void;
  /** Called before each operation, and after it: may wait, or throw as a broken connection would. */
  interrupt: (when: 'before' | 'after', operation: string) => Promise<void>;
}

/** The least that the port promises, strictly: no undefined values, copies only, compare and set in one step. */
export function memoryDocuments(): MemoryDocuments {
  const collections = new Map<string, Map<string, Document>>();
  const of = (name: string) => {
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
    insert: (collection, doc) =>
      run(`insert ${collection}`, () => {
        if (of(collection).has(doc._id)) throw Object.assign(new Error('taken'), { code: 'DUPLICATE' });
        of(collection).set(doc._id, copy(doc));
      }),
    get: <T extends Document>(collection: string, id: string) =>
      run(`get ${collection}`, () => copy(of(collection).get(id)) as T | undefined),
    update: (collection, id, where, set) =>
      run(`update ${collection}`, () => {
        const current = of(collection).get(id);
        if (!current || !matches(current, where)) return false;
        of(collection).set(id, { ...current, ...copy(set), _id: id });
        return true;
      }),
    find: <T extends Document>(collection: string, query: DocumentQuery) =>
      run(`find ${collection}`, () => find(of(collection), query) as T[]),
    remove: (collection, id) => run(`remove ${collection}`, () => of(collection).delete(id)),
    all: <T extends Document>(collection: string) => [...of(collection).values()].map(copy) as T[],
    peek: <T extends Document>(collection: string, id: string) =>
      copy(of(collection).get(id)) as T | undefined,
    put: (collection, ...docs) => {
      for (const doc of docs) of(collection).set(doc._id, copy(doc));
    },
  };
  return documents;
}

function find(
  documents: ReadonlyMap<string, Document>,
  { where, orderBy, limit }: DocumentQuery,
): Document[] {
  if (limit < 1 || limit > 1000) throw new RangeError(`limit ${limit}`);
  const found = [...documents.values()].filter((doc) => matches(doc, where));
  if (orderBy) {
    const sign = orderBy.direction === 'asc' ? 1 : -1;
    found.sort((a, b) => sign * compare(valueAt(a, orderBy.field), valueAt(b, orderBy.field)));
  }
  return found.slice(0, limit).map(copy);
}

function matches(doc: Document, where: Conditions): boolean {
  return Object.entries(where).every(([field, condition]) => holds(valueAt(doc, field), condition));
}

function holds(value: unknown, condition: Condition): boolean {
  if (condition === null) return value === null || value === undefined;
  if (typeof condition !== 'object') return value === condition;
  if ('in' in condition) {
    if (condition.in.length > 100) throw new RangeError('too many values');
    return condition.in.some((each) => each === value);
  }
  return Object.entries(condition).every(([operator, bound]) => {
    if (typeof value !== typeof bound) return false;
    const order = compare(value, bound);
    return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[operator];
  });
}

function valueAt(doc: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      doc,
    );
}

function compare(a: unknown, b: unknown): number {
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function copy<T>(value: T): T {
  if (value === undefined) return value;
  const text = JSON.stringify(value, (key, each) => {
    if (each === undefined) throw new TypeError(`${key} is undefined`);
    return each;
  });
  return JSON.parse(text) as T;
}
