/** Direct access to the documents, for the inspector and for tests. */
import type { EmulatorDatabase, StoredDocument } from '../types.ts';
import type { DocumentStore } from './store.ts';
import { cloneValue } from './values.ts';

const defaultPage = 100;

/** `onStructure` is called for new collections and indexes and for clearing, which no document change reports. */
export function databaseAccess(store: DocumentStore, onStructure: () => void): EmulatorDatabase {
  return {
    collections: () =>
      store.collections.map((collection) => ({
        name: collection.name,
        documents: collection.documents.size,
        indexes: collection.indexes.map((index) => ({ ...index })),
      })),
    list(name, { limit = defaultPage, skip = 0 } = {}) {
      if (!store.has(name)) return { total: 0, documents: [] };
      const sorted = store.all(name).sort((a, b) => (String(a._id) < String(b._id) ? -1 : 1));
      return { total: sorted.length, documents: sorted.slice(skip, skip + limit).map(cloneValue) };
    },
    get(name, id) {
      const document = store.has(name) ? store.get(name, id) : undefined;
      return document && cloneValue(document);
    },
    put(name, document: StoredDocument) {
      store.createCollection(name);
      store.write(name, document._id, cloneValue(document));
    },
    createCollection(name) {
      store.createCollection(name);
      onStructure();
    },
    createIndex(name, { name: indexName, fields, unique = false }) {
      store.createIndex(name, { name: indexName ?? fields.join('_'), fields, unique });
      onStructure();
    },
    explain: (name, query, order) => store.collection(name).explain(query, order),
    remove(name, id) {
      if (!store.has(name) || !store.get(name, id)) return false;
      store.write(name, id, undefined);
      return true;
    },
    clear(name) {
      store.clear(name);
      onStructure();
    },
  };
}
