/**
 * Open transactions: what each has written, and how the documents looked when it began. A document changed by
 * someone else since then, or written by another open transaction, conflicts at the moment it is written.
 */
import { randomUUID } from 'node:crypto';
import type { StoredDocument } from '../types.ts';
import { transactionGone } from '../wire/errors.ts';
import type { DocumentId } from './collection.ts';

/** Lifetime of a transaction on the sandbox's clock. */
const transactionLifeMs = 30_000;

type Images = Map<string, Map<DocumentId, StoredDocument | undefined>>;

export interface Transaction {
  readonly id: string;
  readonly startedAtMs: number;
  /** This transaction's own writes; undefined is a removal. */
  readonly writes: Images;
  /** Documents that others changed since the start, as they were at the start. */
  readonly beforeImages: Images;
}

export class Transactions {
  readonly #open = new Map<string, Transaction>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  start(): Transaction {
    this.#forgetExpired();
    const transaction: Transaction = {
      id: randomUUID(),
      startedAtMs: this.#now(),
      writes: new Map(),
      beforeImages: new Map(),
    };
    this.#open.set(transaction.id, transaction);
    return transaction;
  }

  /** @throws CloudError DATABASE_TRANSACTION_FAIL when it is over, whatever ended it. */
  get(id: string): Transaction {
    this.#forgetExpired();
    const transaction = this.#open.get(id);
    if (!transaction) throw transactionGone();
    return transaction;
  }

  end(transaction: Transaction): void {
    this.#open.delete(transaction.id);
  }

  endAll(): void {
    this.#open.clear();
  }

  /** Open transactions except `self`. */
  others(self?: Transaction): Transaction[] {
    this.#forgetExpired();
    return [...this.#open.values()].filter((transaction) => transaction !== self);
  }

  /** Another transaction has written this document and not ended yet. */
  isWrittenByOther(collection: string, id: DocumentId, self?: Transaction): boolean {
    return this.others(self).some((other) => other.writes.get(collection)?.has(id));
  }

  /** Keeps the committed state of a document for transactions that began before it changed. */
  keepBeforeImage(
    collection: string,
    id: DocumentId,
    before: StoredDocument | undefined,
    changedBy?: Transaction,
  ): void {
    for (const other of this.others(changedBy)) {
      const images = imagesOf(other.beforeImages, collection);
      if (!images.has(id)) images.set(id, before);
    }
  }

  #forgetExpired(): void {
    const oldestMs = this.#now() - transactionLifeMs;
    for (const transaction of this.#open.values()) {
      if (transaction.startedAtMs < oldestMs) this.#open.delete(transaction.id);
    }
  }
}

export function imagesOf(images: Images, collection: string): Map<DocumentId, StoredDocument | undefined> {
  const known = images.get(collection);
  if (known) return known;
  const created = new Map<DocumentId, StoredDocument | undefined>();
  images.set(collection, created);
  return created;
}
