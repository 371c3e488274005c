import { usualFeeBasisPoints } from './merchants.ts';
import type { State } from './state.ts';

/** Names of the ledger's accounts. */
export const accounts = {
  payer: (openid: string) => `payer ${openid}`,
  /** 可用余额 */
  available: (mchid: string) => `merchant ${mchid}`,
  /** 不可用余额: frozen for profit sharing, or until receipt. */
  frozen: (mchid: string) => `frozen ${mchid}`,
  /** Taken for refunds that have not ended. */
  refunding: (mchid: string) => `refunding ${mchid}`,
  /** Taken for transfers that have not ended. */
  transferring: (mchid: string) => `transferring ${mchid}`,
  /** Taken for withdrawals that have not ended. */
  withdrawing: (mchid: string) => `withdrawing ${mchid}`,
  /** The merchant's bank account, outside of WeChat Pay. */
  bank: (mchid: string) => `bank ${mchid}`,
  /** What WeChat Pay earns. */
  fees: 'fees',
} as const;

/** What a merchant or sub-merchant pays on what it collects, in 1/10000. */
export function feeBasisPointsOf(state: State, mchid: string): number {
  const merchant = state.subMerchants.get(mchid) ?? state.merchants.get(mchid);
  return merchant?.feeBasisPoints ?? usualFeeBasisPoints;
}
