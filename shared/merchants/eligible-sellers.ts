import type { AccountKind } from '../core/account.ts';
import { CommerceError } from '../core/errors.ts';
import type { Documents } from '../core/ports.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';

/**
 * The sellers of these ids, all of them able to take payments through this account.
 * @throws CommerceError SELLER_NOT_READY, SELLER_FROZEN
 */
export async function loadSellers(
  documents: Documents,
  account: AccountKind,
  sellerIds: readonly string[],
): Promise<ReadonlyMap<string, SellerRecord>> {
  if (sellerIds.length === 0) return new Map();
  const found = await documents.find<SellerRecord>(sellersCollection, {
    where: { _id: { in: sellerIds } },
    limit: sellerIds.length,
  });
  const sellers = new Map(found.map((seller) => [seller._id, seller]));
  for (const id of sellerIds) checkSeller(sellers.get(id), account);
  return sellers;
}

function checkSeller(seller: SellerRecord | undefined, account: AccountKind): void {
  if (seller?.state === 'FROZEN') throw new CommerceError('SELLER_FROZEN');
  const ready = seller?.state === 'ACTIVE' && seller.account === account && Boolean(seller.subMchid);
  if (!ready) throw new CommerceError('SELLER_NOT_READY');
}
