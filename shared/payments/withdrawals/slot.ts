/**
 * One unfinished withdrawal per merchant: each withdrawal first takes the merchant's slot by compare-and-set,
 * so that two taps, two people or a retry after a lost answer cannot take the same money out twice.
 */
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';

const collection = 'withdrawal_slots';

/** `_id` is the merchant number whose money it is. */
interface SlotRecord extends Versioned {
  readonly outRequestNo: string | null;
}

/** @returns the number of the withdrawal that holds the slot: another one's if it was already taken */
export async function takeSlot(
  documents: Documents,
  ownerMchid: string,
  outRequestNo: string,
): Promise<string> {
  const fresh: SlotRecord = { _id: ownerMchid, version: 1, outRequestNo };
  const known = await documents.insertIfAbsent<SlotRecord>(collection, fresh);
  if (!known) return outRequestNo;
  const { doc } = await changeVersioned(documents, collection, known, (slot) =>
    slot.outRequestNo === null ? { outRequestNo } : undefined,
  );
  return doc.outRequestNo ?? outRequestNo;
}

export async function leaveSlot(
  documents: Documents,
  ownerMchid: string,
  outRequestNo: string,
): Promise<void> {
  const known = await documents.get<SlotRecord>(collection, ownerMchid);
  if (!known) return;
  await changeVersioned(documents, collection, known, (slot) =>
    slot.outRequestNo === outRequestNo ? { outRequestNo: null } : undefined,
  );
}
