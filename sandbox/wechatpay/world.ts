import type { Ledger } from './ledger.ts';
import type { Merchant, SubMerchant } from './merchants.ts';
import type { SeededRandom } from './random.ts';

/** Everything the simulator knows. All of it but key objects is JSON, for snapshots and the state file. */
export interface World {
  readonly seed: string;
  /** The only source of made-up numbers. */
  readonly random: SeededRandom;
  /** Callers, by mchid. */
  readonly merchants: ReadonlyMap<string, Merchant>;
  /** 特约商户 and 二级商户, by mchid. */
  readonly subMerchants: Map<string, SubMerchant>;
  /** Who owes whom; sums to zero at any time. */
  readonly ledger: Ledger;
  /**
   * A named map that one API family fills (`applications`, `media`, …). Values must be plain JSON: they are
   * part of snapshots. The same map for the same name, until reset or restore.
   */
  slot<T>(name: string): Map<string, T>;
}
