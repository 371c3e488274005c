import type { Condition, Conditions, Document, DocumentQuery, Documents } from '../../core/ports.ts';

/** Documents in memory, with the same uniqueness and compare-and-set as the real ones. */
export class MemoryDocuments implements Documents {
  readonly #collections = new Map<string, Map<string, string>>();

  async insert(collection: string, doc: Document): Promise<void> {
    refuseDottedNames(doc);
    const docs = this.#of(collection);
    if (docs.has(doc._id)) throw Object.assign(new Error('duplicate _id'), { code: 'DUPLICATE' });
    docs.set(doc._id, JSON.stringify(withoutUndefined(doc)));
  }

  async get<T extends Document>(collection: string, id: string): Promise<T | undefined> {
    const text = this.#of(collection).get(id);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  async update(
    collection: string,
    id: string,
    where: Conditions,
    set: Record<string, unknown>,
  ): Promise<boolean> {
    refuseDottedNames(set);
    // In one go, as the database does it: nothing may come between looking and writing.
    const text = this.#of(collection).get(id);
    const doc = text === undefined ? undefined : (JSON.parse(text) as Document);
    if (!doc || !matches(doc, where)) return false;
    this.#of(collection).set(id, JSON.stringify({ ...doc, ...withoutUndefined(set) }));
    return true;
  }

  async find<T extends Document>(collection: string, query: DocumentQuery): Promise<T[]> {
    const docs = [...this.#of(collection).values()].map((text) => JSON.parse(text) as T);
    const found = docs.filter((doc) => matches(doc, query.where));
    const { orderBy } = query;
    if (orderBy) {
      const sign = orderBy.direction === 'asc' ? 1 : -1;
      found.sort(
        (a, b) => sign * (Number(Reflect.get(a, orderBy.field)) - Number(Reflect.get(b, orderBy.field))),
      );
    }
    return found.slice(0, query.limit);
  }

  async remove(collection: string, id: string): Promise<boolean> {
    return this.#of(collection).delete(id);
  }

  /** Everything that is stored, as text, for looking for what must not be in there. */
  dump(): string {
    return [...this.#collections]
      .map(([name, docs]) => `${name}\n${[...docs.values()].join('\n')}`)
      .join('\n');
  }

  all<T extends Document>(collection: string): T[] {
    return [...this.#of(collection).values()].map((text) => JSON.parse(text) as T);
  }

  #of(collection: string): Map<string, string> {
    const known = this.#collections.get(collection) ?? new Map<string, string>();
    this.#collections.set(collection, known);
    return known;
  }
}

function withoutUndefined<T extends object>(doc: T): T {
  for (const [key, value] of Object.entries(doc)) {
    if (value === undefined) throw new TypeError(`undefined cannot be stored: ${key}`);
  }
  return doc;
}

function matches(doc: Document, where: Conditions): boolean {
  return Object.entries(where).every(([field, condition]) => holds(Reflect.get(doc, field), condition));
}

function holds(value: unknown, condition: Condition): boolean {
  if (typeof condition !== 'object' || condition === null) return value === condition;
  if ('in' in condition) return condition.in.some((candidate) => candidate === value);
  if (typeof value !== 'number' && typeof value !== 'string') return false;
  const { gt, gte, lt, lte } = condition;
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  );
}

/** The database takes a dot in a name for a path; the real adapter refuses it, and so does this one. */
function refuseDottedNames(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('.'))
      throw Object.assign(new Error(`field name with a dot: ${name}`), { code: 'INVALID' });
    refuseDottedNames(inner);
  }
}
