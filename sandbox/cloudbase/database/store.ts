/** Collections and transactions together: every read and every write of a document goes through here. */
import type { StoredDocument } from '../types.ts';
import { collectionNotExist, duplicateKey, transactionConflict } from '../wire/errors.ts';
import { Collection, type CollectionIndex, type DocumentId, indexKey } from './collection.ts';
import { imagesOf, type Transaction, Transactions } from './transactions.ts';

export interface DocumentChange {
  collection: string;
  id: DocumentId;
  op: 'insert' | 'update' | 'remove';
  before: StoredDocument | undefined;
  after: StoredDocument | undefined;
}

/** An open transaction holds the document; a write outside of it waits, as MongoDB's does. */
export class DocumentLocked extends Error {}

export class DocumentStore {
  readonly transactions: Transactions;
  readonly #collections = new Map<string, Collection>();
  readonly #envId: string;
  readonly #onChange: (change: DocumentChange) => void;

  constructor(options: { envId: string; now: () => number; onChange: (change: DocumentChange) => void }) {
    this.#envId = options.envId;
    this.#onChange = options.onChange;
    this.transactions = new Transactions(options.now);
  }

  get collections(): Collection[] {
    return [...this.#collections.values()];
  }

  has(name: string): boolean {
    return this.#collections.has(name);
  }

  createCollection(name: string): Collection {
    const known = this.#collections.get(name);
    if (known) return known;
    const collection = new Collection(name);
    this.#collections.set(name, collection);
    return collection;
  }

  createIndex(name: string, index: CollectionIndex): void {
    this.createCollection(name).addIndex(index);
  }

  /** @throws CloudError DATABASE_COLLECTION_NOT_EXIST */
  collection(name: unknown): Collection {
    const collection = typeof name === 'string' ? this.#collections.get(name) : undefined;
    if (!collection) throw collectionNotExist();
    return collection;
  }

  get(name: string, id: DocumentId, transaction?: Transaction): StoredDocument | undefined {
    const collection = this.collection(name);
    if (transaction) {
      const own = transaction.writes.get(name);
      if (own?.has(id)) return own.get(id);
      const before = transaction.beforeImages.get(name);
      if (before?.has(id)) return before.get(id);
    }
    return collection.documents.get(id);
  }

  /** All documents, as the transaction sees them when one is given. */
  all(name: string, transaction?: Transaction): StoredDocument[] {
    const collection = this.collection(name);
    if (!transaction) return [...collection.documents.values()];
    const view = new Map(collection.documents);
    for (const images of [transaction.beforeImages.get(name), transaction.writes.get(name)]) {
      for (const [id, document] of images ?? []) {
        if (document) view.set(id, document);
        else view.delete(id);
      }
    }
    return [...view.values()];
  }

  /** @throws CloudError with E11000 when `_id` or a unique index is taken. */
  insert(name: string, document: StoredDocument, transaction?: Transaction): void {
    this.#checkWritable(name, document._id, transaction);
    if (this.get(name, document._id, transaction)) {
      throw duplicateKey(this.#envId, name, '_id_', `{ _id: ${JSON.stringify(document._id)} }`);
    }
    this.#write(name, document._id, document, transaction);
  }

  /** Replaces the document, or removes it with `undefined`. */
  write(name: string, id: DocumentId, document: StoredDocument | undefined, transaction?: Transaction): void {
    this.#checkWritable(name, id, transaction);
    this.#write(name, id, document, transaction);
  }

  /** @throws CloudError DATABASE_TRANSACTION_FAIL when the transaction is over. */
  commit(transactionId: string): void {
    const transaction = this.transactions.get(transactionId);
    this.transactions.end(transaction);
    for (const [name, writes] of transaction.writes) {
      for (const [id, document] of writes) this.#apply(name, id, document, transaction);
    }
  }

  abort(transactionId: string): void {
    this.transactions.end(this.transactions.get(transactionId));
  }

  clear(name?: string): void {
    this.transactions.endAll();
    for (const collection of name === undefined ? this.collections : [this.collection(name)])
      collection.clear();
  }

  /** Forgets everything, collections too. */
  drop(): void {
    this.transactions.endAll();
    this.#collections.clear();
  }

  #write(
    name: string,
    id: DocumentId,
    document: StoredDocument | undefined,
    transaction: Transaction | undefined,
  ): void {
    if (document) this.#checkUnique(name, document, transaction);
    if (transaction) imagesOf(transaction.writes, name).set(id, document);
    else this.#apply(name, id, document);
  }

  #apply(name: string, id: DocumentId, after: StoredDocument | undefined, by?: Transaction): void {
    const collection = this.collection(name);
    const before = collection.documents.get(id);
    if (!before && !after) return;
    this.transactions.keepBeforeImage(name, id, before, by);
    collection.apply(id, after);
    const op = after ? (before ? 'update' : 'insert') : 'remove';
    this.#onChange({ collection: name, id, op, before, after });
  }

  #checkWritable(name: string, id: DocumentId, transaction: Transaction | undefined): void {
    this.collection(name);
    const held = this.transactions.isWrittenByOther(name, id, transaction);
    if (!transaction) {
      if (held) throw new DocumentLocked(`${name}/${id} is written by an open transaction`);
      return;
    }
    if (held || transaction.beforeImages.get(name)?.has(id)) this.#conflict(transaction);
  }

  #checkUnique(name: string, document: StoredDocument, transaction: Transaction | undefined): void {
    const collection = this.collection(name);
    for (const index of collection.uniqueIndexes) {
      const key = indexKey(index, document);
      const holder = collection.holderOf(index, document);
      const ownWrites = transaction?.writes.get(name);
      const freed = holder !== undefined && ownWrites?.has(holder);
      const ownHolder = [...(ownWrites?.values() ?? [])].find(
        (own) => own && own._id !== document._id && indexKey(index, own) === key,
      );
      if ((holder !== undefined && holder !== document._id && !freed) || ownHolder) {
        throw duplicateKey(this.#envId, name, index.name, key);
      }
      const pending = this.transactions
        .others(transaction)
        .some((other) =>
          [...(other.writes.get(name)?.values() ?? [])].some((own) => own && indexKey(index, own) === key),
        );
      if (pending && transaction) this.#conflict(transaction);
      if (pending) throw new DocumentLocked(`index ${index.name} of ${name} is held by an open transaction`);
    }
  }

  /** MongoDB aborts the transaction that loses; its later operations find it gone. */
  #conflict(transaction: Transaction): never {
    this.transactions.end(transaction);
    throw transactionConflict();
  }
}
