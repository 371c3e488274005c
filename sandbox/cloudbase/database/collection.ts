/** One collection's committed documents and its indexes. */
import type { StoredDocument } from '../types.ts';
import { stringifyEjson } from './values.ts';

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

  /** Stores, replaces, or with `undefined` removes. */
  apply(id: DocumentId, document: StoredDocument | undefined): void {
    const before = this.documents.get(id);
    for (const index of this.uniqueIndexes) {
      const keys = this.#uniqueKeys.get(index.name);
      if (before) keys?.delete(indexKey(index, before));
      if (document) keys?.set(indexKey(index, document), id);
    }
    if (document) this.documents.set(id, document);
    else this.documents.delete(id);
  }

  clear(): void {
    this.documents.clear();
    for (const keys of this.#uniqueKeys.values()) keys.clear();
  }
}

function valueAt(document: StoredDocument, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
      document,
    );
}
