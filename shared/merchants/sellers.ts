import type { AccountKind, ProviderKind } from '../core/account.ts';
import { CommerceError } from '../core/errors.ts';
import type { Document, Documents } from '../core/ports.ts';

/** One document for each onboarded sub-merchant. */
export const sellersCollection = 'sellers';

/**
 * - `ACTIVE`: WeChat Pay gave it a sub_mchid and the contract is signed
 * - `FROZEN`: WeChat Pay froze it; cannot take payments
 */
type SellerState = 'ACTIVE' | 'FROZEN';

export interface SellerRecord extends Document {
  readonly name: string;
  /** The user who applied and who may see the seller's orders. */
  readonly ownerOpenid: string | null;
  /** 特约商户 of an ordinary service provider, or 二级商户 of an e-commerce platform. */
  readonly account: ProviderKind;
  readonly subMchid: string;
  readonly state: SellerState;
  /** Whether this seller's orders ask for `settle_info.profit_sharing`, which freezes the money until it is shared. */
  readonly profitSharing: boolean;
  /** The application this seller came from. */
  readonly applicationId: string | null;
  /** When an operator froze it; null or absent otherwise. It is independent of `state`: neither undoes the other. */
  readonly frozenByOperatorAtMs?: number | null;
  /** Why the operator froze or unfroze it. */
  readonly freezeNote?: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/**
 * The sellers of these ids, all of them able to take payments through this account.
 * @throws CommerceError SELLER_NOT_READY, SELLER_FROZEN
 */
export async function loadSellers(
  documents: Documents,
  account: AccountKind,
  sellerIds: readonly string[],
): Promise<ReadonlyMap<string, SellerRecord>> {
  const found = await documents.find<SellerRecord>(sellersCollection, {
    where: { _id: { in: sellerIds } },
    limit: sellerIds.length,
  });
  const sellers = new Map(found.map((seller) => [seller._id, seller]));
  for (const id of sellerIds) checkSeller(sellers.get(id), account);
  return sellers;
}

function checkSeller(seller: SellerRecord | undefined, account: AccountKind): void {
  if (seller?.state === 'FROZEN' || seller?.frozenByOperatorAtMs) throw new CommerceError('SELLER_FROZEN');
  const ready = seller?.state === 'ACTIVE' && seller.account === account && Boolean(seller.subMchid);
  if (!ready) throw new CommerceError('SELLER_NOT_READY');
}
