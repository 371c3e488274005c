/** Sellers, as an operator sees them: who may take payments, and the operator's own freeze. */
import type { Documents } from '../core/ports.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';

const maxListed = 1000;

export function listSellers(documents: Documents): Promise<SellerRecord[]> {
  return documents.find<SellerRecord>(sellersCollection, {
    where: {},
    orderBy: { field: '_id', direction: 'asc' },
    limit: maxListed,
  });
}

/**
 * The operator's freeze is independent of WeChat Pay's own state: neither undoes the other.
 * @returns the seller as it is afterwards and whether this call changed it; undefined when there is none
 */
export async function setFrozen(
  documents: Documents,
  id: string,
  frozen: boolean,
  note: string,
  nowMs: number,
): Promise<{ readonly seller: SellerRecord; readonly changed: boolean } | undefined> {
  const seller = await documents.get<SellerRecord>(sellersCollection, id);
  if (!seller) return undefined;
  const set = { frozenByOperatorAtMs: frozen ? nowMs : null, freezeNote: note, updatedAtMs: nowMs };
  const where = { frozenByOperatorAtMs: frozen ? null : (seller.frozenByOperatorAtMs ?? null) };
  const is = Boolean(seller.frozenByOperatorAtMs);
  const changed = is !== frozen && (await documents.update(sellersCollection, id, where, set));
  return changed ? { seller: { ...seller, ...set }, changed } : { seller, changed };
}
