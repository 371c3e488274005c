/** What changed since the state file was last written: one line of it, and back. */
import type { DocumentId } from './database/collection.ts';
import type { DocumentStore } from './database/store.ts';
import { fromJsonValue, toJsonValue } from './database/values.ts';
import type { FileStore } from './files/store.ts';
import { type SavedFile, savedFileOf } from './snapshot.ts';

interface SavedChanges {
  /** All collections with their indexes, when one was added. */
  readonly structure?: readonly {
    name: string;
    indexes: { name: string; fields: string[]; unique: boolean }[];
  }[];
  /** The whole document, or null for one that was removed. */
  readonly documents?: readonly (readonly [collection: string, id: DocumentId, document: unknown])[];
  /** The whole file, or null for one that was removed. */
  readonly files?: readonly (readonly [fileID: string, file: SavedFile | null])[];
}

/** Collects ids only: what changes twice between two writes is written once. */
export class UnsavedChanges {
  readonly #store: DocumentStore;
  readonly #files: FileStore;
  readonly #changedDocuments = new Map<string, Set<DocumentId>>();
  readonly #changedFiles = new Set<string>();
  #savedStructure = '';

  constructor(store: DocumentStore, files: FileStore) {
    this.#store = store;
    this.#files = files;
  }

  addDocument(collection: string, id: DocumentId): void {
    const known = this.#changedDocuments.get(collection);
    if (known) known.add(id);
    else this.#changedDocuments.set(collection, new Set([id]));
  }

  addFile(fileID: string): void {
    this.#changedFiles.add(fileID);
  }

  /** A snapshot has everything that was collected. */
  forget(): void {
    this.#savedStructure = JSON.stringify(this.#structure());
    this.#changedDocuments.clear();
    this.#changedFiles.clear();
  }

  /** @returns what was collected, which is then forgotten; undefined when that is nothing */
  take(): SavedChanges | undefined {
    const structure = this.#structure();
    const isNew = JSON.stringify(structure) !== this.#savedStructure;
    const documents = [...this.#changedDocuments].flatMap(([collection, ids]) =>
      [...ids].map((id) => [collection, id, this.#documentNow(collection, id)] as const),
    );
    const files = [...this.#changedFiles].map(
      (fileID) => [fileID, savedFileOf(this.#files, fileID) ?? null] as const,
    );
    this.forget();
    if (!isNew && documents.length === 0 && files.length === 0) return undefined;
    return {
      ...(isNew && { structure }),
      ...(documents.length > 0 && { documents }),
      ...(files.length > 0 && { files }),
    };
  }

  #structure() {
    return this.#store.collections.map(({ name, indexes }) => ({ name, indexes }));
  }

  #documentNow(collection: string, id: DocumentId): unknown {
    const document = this.#store.has(collection) ? this.#store.get(collection, id) : undefined;
    return document ? toJsonValue(document) : null;
  }
}

/** Repeats what {@link UnsavedChanges.take} gave. */
export function applyChanges(changes: unknown, store: DocumentStore, files: FileStore): void {
  const { structure = [], documents = [], files: changedFiles = [] } = changes as SavedChanges;
  for (const { name, indexes } of structure) {
    const collection = store.createCollection(name);
    for (const index of indexes) collection.addIndex(index);
  }
  for (const [collection, id, document] of documents)
    store.createCollection(collection).apply(id, document === null ? undefined : fromJsonValue(document));
  for (const [fileID, file] of changedFiles) {
    if (file === null) files.remove(fileID);
    else files.put(file.cloudPath, Buffer.from(file.base64, 'base64'), file);
  }
}
