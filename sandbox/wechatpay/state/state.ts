import type { Authority } from '../keys/authority.ts';
import type { PlatformKeys } from '../keys/platform.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { Merchant, SubMerchant } from './merchants.ts';
import { SeededRandom } from './random.ts';
import { Slot } from './slot.ts';

/** Everything the simulator knows. All of it but key objects is JSON, for snapshots and the state file. */
export interface State {
  readonly seed: string;
  /** The only source of made-up numbers. */
  readonly random: SeededRandom;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  /** Callers, by mchid. */
  readonly merchants: ReadonlyMap<string, Merchant>;
  /** 特约商户 and 二级商户, by mchid. */
  readonly subMerchants: Map<string, SubMerchant>;
  /** The ledger; its accounts always sum to zero. */
  readonly ledger: Ledger;
  /**
   * A named map that one API family fills (`applications`, `media`, …). Values must be plain JSON: they are
   * part of snapshots. The same map for the same name, until reset or restore.
   */
  slot<T>(name: string): Slot<T>;
}

/** The data of an initial state, before anything has happened in it. */
export interface SeedData {
  readonly seed: string;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  readonly merchants: readonly Merchant[];
  readonly subMerchants: readonly SubMerchant[];
}

/** What has happened since. */
export interface StateHistory {
  readonly randomPosition: number;
  readonly ledger: readonly LedgerEntry[];
  readonly slots: Record<string, [string, unknown][]>;
}

/** Newer entries of the ledger, and entries of slots that were set, or deleted (null). */
export interface StateChanges {
  readonly randomPosition: number;
  readonly ledger: readonly LedgerEntry[];
  readonly slots: Record<string, [string, unknown][]>;
}

/** The history that results from applying the changes to an earlier one. */
export function historyAfter(history: StateHistory, changes: readonly StateChanges[]): StateHistory {
  const slots = new Map(Object.entries(history.slots).map(([name, entries]) => [name, new Map(entries)]));
  for (const change of changes) {
    for (const [name, entries] of Object.entries(change.slots)) {
      const slot = slots.get(name) ?? new Map<string, unknown>();
      slots.set(name, slot);
      for (const [key, value] of entries) {
        if (value === null) slot.delete(key);
        else slot.set(key, value);
      }
    }
  }
  return {
    randomPosition: changes.at(-1)?.randomPosition ?? history.randomPosition,
    ledger: [...history.ledger, ...changes.flatMap(({ ledger }) => ledger)],
    slots: Object.fromEntries([...slots].map(([name, slot]) => [name, [...slot]])),
  };
}

export class SandboxState implements State {
  readonly seed: string;
  readonly random: SeededRandom;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly subMerchants: Map<string, SubMerchant>;
  readonly ledger: Ledger;
  readonly #slots: Map<string, Slot<unknown>>;
  #ledgerSaved = 0;
  #randomSaved = -1;

  constructor(seedData: SeedData, history?: StateHistory) {
    this.seed = seedData.seed;
    this.authority = seedData.authority;
    this.platform = seedData.platform;
    this.merchants = new Map(seedData.merchants.map((merchant) => [merchant.mchid, merchant]));
    this.subMerchants = new Map(seedData.subMerchants.map((sub) => [sub.mchid, { ...sub }]));
    this.random = new SeededRandom(`${seedData.seed}/numbers`, history?.randomPosition);
    this.ledger = new Ledger(history?.ledger);
    const slots = Object.entries(history?.slots ?? {});
    this.#slots = new Map(slots.map(([name, entries]) => [name, Slot.of(entries)]));
  }

  slot<T>(name: string): Slot<T> {
    let slot = this.#slots.get(name);
    if (!slot) {
      slot = new Slot();
      this.#slots.set(name, slot);
    }
    return slot as Slot<T>;
  }

  history(): StateHistory {
    return {
      randomPosition: this.random.position,
      ledger: this.ledger.entries,
      slots: Object.fromEntries([...this.#slots].map(([name, slot]) => [name, [...slot]])),
    };
  }

  /** The changes since the last call; undefined when there are none. */
  takeChanges(): StateChanges | undefined {
    const slots = Object.fromEntries(
      [...this.#slots]
        .map(([name, slot]) => [name, slot.takeChanges()] as const)
        .filter(([, changes]) => changes.length > 0),
    );
    const ledger = this.ledger.entries.slice(this.#ledgerSaved);
    const randomPosition = this.random.position;
    const same = randomPosition === this.#randomSaved && ledger.length === 0;
    this.#ledgerSaved = this.ledger.entries.length;
    this.#randomSaved = randomPosition;
    return same && Object.keys(slots).length === 0 ? undefined : { randomPosition, ledger, slots };
  }
}
