import type { Authority } from '../keys/authority.ts';
import type { PlatformKeys } from '../keys/platform.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { Merchant, SubMerchant } from './merchants.ts';
import { SeededRandom } from './random.ts';

/** Everything the simulator knows. All of it but key objects is JSON, for snapshots and the state file. */
export interface World {
  readonly seed: string;
  /** The only source of made-up numbers. */
  readonly random: SeededRandom;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
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

/** What makes a world before anything has happened in it. */
export interface Population {
  readonly seed: string;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  readonly merchants: readonly Merchant[];
  readonly subMerchants: readonly SubMerchant[];
}

/** What has happened since. */
export interface WorldHistory {
  readonly randomPosition: number;
  readonly ledger: readonly LedgerEntry[];
  readonly slots: Record<string, [string, unknown][]>;
}

export class SandboxWorld implements World {
  readonly seed: string;
  readonly random: SeededRandom;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly subMerchants: Map<string, SubMerchant>;
  readonly ledger: Ledger;
  readonly #slots: Map<string, Map<string, unknown>>;

  constructor(population: Population, history?: WorldHistory) {
    this.seed = population.seed;
    this.authority = population.authority;
    this.platform = population.platform;
    this.merchants = new Map(population.merchants.map((merchant) => [merchant.mchid, merchant]));
    this.subMerchants = new Map(population.subMerchants.map((sub) => [sub.mchid, { ...sub }]));
    this.random = new SeededRandom(`${population.seed}/numbers`, history?.randomPosition);
    this.ledger = new Ledger(history?.ledger);
    const slots = Object.entries(history?.slots ?? {});
    this.#slots = new Map(slots.map(([name, entries]) => [name, new Map(entries)]));
  }

  slot<T>(name: string): Map<string, T> {
    let slot = this.#slots.get(name);
    if (!slot) {
      slot = new Map();
      this.#slots.set(name, slot);
    }
    return slot as Map<string, T>;
  }

  history(): WorldHistory {
    return {
      randomPosition: this.random.position,
      ledger: this.ledger.entries,
      slots: Object.fromEntries([...this.#slots].map(([name, slot]) => [name, [...slot]])),
    };
  }
}
