import type { Document } from '../core/ports.ts';

/** Collection of sellers: one document for each onboarded (or applying) sub-merchant. */
export const sellersCollection = 'sellers';

/**
 * - `PENDING`: applying; cannot take payments
 * - `ACTIVE`: WeChat Pay gave it a sub_mchid and the contract is signed
 * - `FROZEN`: WeChat Pay or the operator froze it; cannot take payments
 */
type SellerState = 'PENDING' | 'ACTIVE' | 'FROZEN';

export interface SellerRecord extends Document {
  readonly name: string;
  /** The user who applied and who may see the seller's orders. */
  readonly ownerOpenid: string | null;
  /** 特约商户 of an ordinary service provider, or 二级商户 of an e-commerce platform. */
  readonly account: 'partner' | 'ecommerce';
  /** Present when `ACTIVE`. */
  readonly subMchid: string | null;
  readonly state: SellerState;
  /** Whether this seller's orders ask for `settle_info.profit_sharing`, which freezes the money until it is shared. */
  readonly profitSharing: boolean;
  /** The application this seller came from. */
  readonly applicationId: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
