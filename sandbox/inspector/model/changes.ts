/** What changed in a document. */
import type { StoredDocument } from './events.ts';

export interface FieldChange {
  /** e.g. `request.prepayId` */
  path: string;
  before: unknown;
  after: unknown;
}

/** Bookkeeping that changes with every write. */
const noise = /(^|\.)(version|updatedAtMs|listKey|cartFingerprint)$/;

/** Changed fields in the document's own order, bookkeeping left out. */
export function changesOf(
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): FieldChange[] {
  return [...compare(before ?? {}, after ?? {}, '')].filter(({ path }) => !noise.test(path));
}

function* compare(before: StoredDocument, after: StoredDocument, at: string): Generator<FieldChange> {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const path = at === '' ? name : `${at}.${name}`;
    const [left, right] = [before[name], after[name]];
    if (isPlain(left) && isPlain(right)) yield* compare(left, right, path);
    else if (JSON.stringify(left) !== JSON.stringify(right)) yield { path, before: left, after: right };
  }
}

function isPlain(value: unknown): value is StoredDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
