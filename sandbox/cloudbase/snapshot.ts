/** Everything the emulator holds, as one JSON value and back. */
import type { DocumentStore } from './database/store.ts';
import { fromJsonValue, isPlainObject, toJsonValue } from './database/values.ts';
import type { FileStore } from './files/store.ts';

const format = 'wechatpay-cloudbase emulator';

interface Snapshot {
  format: typeof format;
  version: 1;
  collections: {
    name: string;
    indexes: { name: string; fields: string[]; unique: boolean }[];
    documents: unknown[];
  }[];
  files: SavedFile[];
}

export interface SavedFile {
  cloudPath: string;
  contentType: string;
  ownerOpenid?: string;
  base64: string;
}

export function takeSnapshot(store: DocumentStore, files: FileStore): Snapshot {
  return {
    format,
    version: 1,
    collections: store.collections.map((collection) => ({
      name: collection.name,
      indexes: collection.indexes,
      documents: [...collection.documents.values()].map(toJsonValue),
    })),
    files: files.list().flatMap(({ fileID }) => savedFileOf(files, fileID) ?? []),
  };
}

const documentsOfPiece = 200;

/**
 * The same as texts of one JSON document, each of a few documents or one file. It is what it was when this was called: a
 * document is replaced by another when it changes, so that what is held here stays as it is.
 */
export function snapshotTexts(store: DocumentStore, files: FileStore): Iterable<string> {
  const collections = store.collections.map(({ name, indexes, documents }) => ({
    head: { name, indexes },
    documents: [...documents.values()],
  }));
  const entries = files.list().flatMap(({ fileID }) => files.read(fileID) ?? []);
  return (function* () {
    yield `${JSON.stringify({ format, version: 1 }).slice(0, -1)},"collections":[`;
    for (const [at, { head, documents }] of collections.entries()) {
      yield `${at === 0 ? '' : ','}\n${JSON.stringify(head).slice(0, -1)},"documents":[`;
      for (let start = 0; start < documents.length; start += documentsOfPiece) {
        const piece = documents.slice(start, start + documentsOfPiece);
        const lines = piece.map((document) => JSON.stringify(toJsonValue(document)));
        yield `${start === 0 ? '' : ','}\n${lines.join(',\n')}`;
      }
      yield ']}';
    }
    yield '],\n"files":[';
    for (const [at, entry] of entries.entries()) {
      yield `${at === 0 ? '' : ','}\n${JSON.stringify(savedFile(entry))}`;
    }
    yield ']}';
  })();
}

export function savedFileOf(files: FileStore, fileID: string): SavedFile | undefined {
  const entry = files.read(fileID);
  return entry && savedFile(entry);
}

function savedFile({ file, bytes }: NonNullable<ReturnType<FileStore['read']>>): SavedFile {
  const { cloudPath, contentType, ownerOpenid } = file;
  return {
    cloudPath,
    contentType,
    ...(ownerOpenid === undefined ? {} : { ownerOpenid }),
    base64: Buffer.from(bytes).toString('base64'),
  };
}

/** @throws TypeError when it is not a snapshot of this version. */
export function restoreSnapshot(snapshot: unknown, store: DocumentStore, files: FileStore): void {
  if (!isSnapshot(snapshot)) throw new TypeError(`This is not a snapshot of the ${format}, version 1.`);
  store.drop();
  files.clear();
  for (const { name, indexes, documents } of snapshot.collections) {
    const collection = store.createCollection(name);
    for (const index of indexes) collection.addIndex(index);
    for (const value of documents) {
      const document = fromJsonValue(value);
      collection.apply(document._id, document);
    }
  }
  for (const file of snapshot.files) files.put(file.cloudPath, Buffer.from(file.base64, 'base64'), file);
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    isPlainObject(value) &&
    value.format === format &&
    value.version === 1 &&
    Array.isArray(value.collections) &&
    Array.isArray(value.files)
  );
}
