/** One collection's committed documents and its indexes. */
import type { Bound, QueryPlan, StoredDocument } from '../types.ts';
import { planQuery } from './query-plan.ts';
import { SortedIndex } from './sorted-index.ts';
import { type PlainObject, stringifyEjson, valueAt } from './values.ts';

export type DocumentId = string | number;

export interface CollectionIndex {
  name: string;
  fields: string[];
  unique: boolean;
}

/** The value of a unique index for a document; MongoDB treats a missing field as null, and so does this. */
export function indexKey(index: CollectionIndex, document: StoredDocument): string {
  return stringifyEjson({ key: index.fields.map((path) => valueAt(document, path) ?? null) });
}

export class Collection {
  readonly name: string;
  readonly documents = new Map<DocumentId, StoredDocument>();
  readonly indexes: CollectionIndex[] = [];
  /** By the fields' names. Built when a query first needs one, and kept from then on. */
  readonly #sorted = new Map<string, SortedIndex>();
  readonly #uniqueKeys = new Map<string, Map<string, DocumentId>>();

  constructor(name: string) {
    this.name = name;
  }

  /** @throws Error naming both documents when existing documents violate it. */
  addIndex(index: CollectionIndex): void {
    if (this.indexes.some((other) => other.name === index.name)) return;
    if (index.unique) {
      const keys = new Map<string, DocumentId>();
      for (const document of this.documents.values()) {
        const key = indexKey(index, document);
        const other = keys.get(key);
        if (other !== undefined) {
          throw new Error(
            `Index ${index.name} of ${this.name} cannot be unique: documents ${other} and ${document._id} have the same value.`,
          );
        }
        keys.set(key, document._id);
      }
      this.#uniqueKeys.set(index.name, keys);
    }
    this.indexes.push(index);
  }

  get uniqueIndexes(): CollectionIndex[] {
    return this.indexes.filter((index) => index.unique);
  }

  /** The committed document that has the same value in this unique index. */
  holderOf(index: CollectionIndex, document: StoredDocument): DocumentId | undefined {
    return this.#uniqueKeys.get(index.name)?.get(indexKey(index, document));
  }

  explain(query: PlainObject, order?: Readonly<Record<string, 1 | -1>>): QueryPlan {
    return planQuery(
      this.indexes.map(({ fields }) => fields),
      query,
      order,
    );
  }

  /** What a query has to look at: by an index if one bounds it, else every document. */
  candidates(query: PlainObject): Iterable<StoredDocument> {
    const { index, bounds } = this.explain(query);
    if (!index || bounds.length === 0) return this.documents.values();
    const ids = index[0] === '_id' ? idsOf(bounds) : this.#sortedBy(index).candidates(bounds);
    return ids ? present(this.documents, ids) : this.documents.values();
  }

  #sortedBy(fields: readonly string[]): SortedIndex {
    const name = fields.join();
    const known = this.#sorted.get(name);
    if (known) return known;
    const built = new SortedIndex(fields, this.documents.values());
    this.#sorted.set(name, built);
    return built;
  }

  /** Stores, replaces, or with `undefined` removes. */
  apply(id: DocumentId, document: StoredDocument | undefined): void {
    const before = this.documents.get(id);
    for (const index of this.uniqueIndexes) {
      const keys = this.#uniqueKeys.get(index.name);
      if (before) keys?.delete(indexKey(index, before));
      if (document) keys?.set(indexKey(index, document), id);
    }
    for (const sorted of this.#sorted.values()) {
      if (before) sorted.remove(before);
      if (document) sorted.add(document);
    }
    if (document) this.documents.set(id, document);
    else this.documents.delete(id);
  }

  clear(): void {
    this.documents.clear();
    this.#sorted.clear();
    for (const keys of this.#uniqueKeys.values()) keys.clear();
  }
}

/** Undefined for a range of `_id`, which has no index here. */
function idsOf([bound]: readonly Bound[]): Iterable<DocumentId> | undefined {
  if (!bound || !('values' in bound)) return undefined;
  return new Set(bound.values.filter((value) => typeof value === 'string' || typeof value === 'number'));
}

function* present(
  documents: ReadonlyMap<DocumentId, StoredDocument>,
  ids: Iterable<DocumentId>,
): Generator<StoredDocument> {
  for (const id of ids) {
    const document = documents.get(id);
    if (document) yield document;
  }
}
