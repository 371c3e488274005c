/** Documents that several writers change: each change is a compare-and-set on `version`. */
import { CommerceError } from './errors.ts';
import type { Document, Documents } from './ports.ts';

export interface Versioned extends Document {
  /** Grows by one with each change. */
  readonly version: number;
}

/** A document has only a few writers; more lost races than this mean that something is wrong. */
const maxRaces = 8;

/**
 * `change` sees the document as it is and says what to set, or undefined for nothing. It may be called several times.
 * @param known the document as it was just read
 * @returns the document as it is afterwards, and whether this call changed it
 * @throws CommerceError BUSY after too many lost races
 */
export async function changeVersioned<T extends Versioned>(
  documents: Documents,
  collection: string,
  known: T,
  change: (doc: T) => Partial<Omit<T, '_id' | 'version'>> | undefined,
): Promise<{ doc: T; changed: boolean }> {
  let doc = known;
  for (let race = 0; race < maxRaces; race++) {
    const set = change(doc);
    if (!set) return { doc, changed: false };
    const next = { ...set, version: Number.isSafeInteger(doc.version) ? doc.version + 1 : 1 };
    if (await documents.update(collection, doc._id, { version: doc.version ?? null }, next)) {
      return { doc: { ...doc, ...next }, changed: true };
    }
    const fresh = await documents.get<T>(collection, doc._id);
    if (!fresh)
      throw new Error(
        `The document ${doc._id} of ${collection} is missing, although it is never deleted. Restore it from a backup.`,
      );
    doc = fresh;
  }
  throw new CommerceError('BUSY');
}
