import type { Authority } from '../keys/authority.ts';
import type { PlatformKeys } from '../keys/platform.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { Merchant, SubMerchant } from './merchants.ts';
import { SeededRandom } from './random.ts';
import { Slot, SlotChanges } from './slot.ts';

/** Everything the simulator knows. All of it but key objects is JSON, for snapshots and the state file. */
export interface State {
  readonly seed: string;
  /** The only source of made-up numbers. */
  readonly random: SeededRandom;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  /** Callers, by mchid. */
  readonly merchants: Map<string, Merchant>;
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

/** A history while it is read: each entry goes where it stays, so that a large one is in memory only once. */
export class LoadedHistory {
  randomPosition = 0;
  readonly ledger = new Ledger();
  readonly slots = new Map<string, Slot<unknown>>();
  /** Numbers of orders are keys and values of several slots. */
  readonly #texts = new Map<string, string>();

  /** Changes, or a whole history. */
  apply({ randomPosition, ledger, slots }: StateChanges): void {
    this.randomPosition = randomPosition;
    for (const entry of ledger) this.ledger.move(entry);
    for (const [name, entries] of Object.entries(slots)) {
      const slot = this.slots.get(name) ?? new Slot<unknown>();
      this.slots.set(name, slot);
      for (const [key, value] of entries) {
        if (value === null) slot.delete(key);
        else slot.set(this.#same(key), typeof value === 'string' ? this.#same(value) : value);
      }
    }
  }

  #same(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}

export class SandboxState implements State {
  readonly seed: string;
  readonly random: SeededRandom;
  readonly authority: Authority;
  readonly platform: PlatformKeys;
  readonly merchants: Map<string, Merchant>;
  readonly subMerchants: Map<string, SubMerchant>;
  readonly ledger: Ledger;
  readonly #slots: Map<string, Slot<unknown>>;
  readonly #recordings = new Set<StateRecording>();

  constructor(seedData: SeedData, history?: LoadedHistory) {
    this.seed = seedData.seed;
    this.authority = seedData.authority;
    this.platform = seedData.platform;
    this.merchants = new Map(seedData.merchants.map((merchant) => [merchant.mchid, merchant]));
    this.subMerchants = new Map(seedData.subMerchants.map((sub) => [sub.mchid, { ...sub }]));
    this.random = new SeededRandom(`${seedData.seed}/numbers`, history?.randomPosition);
    this.ledger = history?.ledger ?? new Ledger();
    this.#slots = new Map(history?.slots);
  }

  slot<T>(name: string): Slot<T> {
    let slot = this.#slots.get(name);
    if (!slot) {
      slot = new Slot();
      this.#slots.set(name, slot);
      for (const recording of this.#recordings) recording.add(name, slot);
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

  /** Records what changes from now on, until its `stop`. */
  record(): StateRecording {
    const recording = new StateRecording(this, this.#slots, () => this.#recordings.delete(recording));
    this.#recordings.add(recording);
    return recording;
  }
}

/** Entries of a piece: few enough that making one is no pause. */
export const entriesOfPiece = 200;

/**
 * What changes in a state, while the state itself can be read in pieces: it may change between two of them, since
 * whatever changes is in the changes taken afterwards.
 */
export class StateRecording {
  readonly #state: SandboxState;
  readonly #slots = new Map<string, SlotChanges<unknown>>();
  readonly #onStop: () => void;
  readonly #ledgerBefore: number;
  #ledgerTaken: number;
  #randomTaken = -1;

  constructor(state: SandboxState, slots: ReadonlyMap<string, Slot<unknown>>, onStop: () => void) {
    this.#state = state;
    this.#ledgerBefore = state.ledger.entries.length;
    this.#ledgerTaken = this.#ledgerBefore;
    this.#onStop = onStop;
    for (const [name, slot] of slots) this.add(name, slot);
  }

  add(name: string, slot: Slot<unknown>): void {
    this.#slots.set(name, new SlotChanges(slot));
  }

  stop(): void {
    for (const changes of this.#slots.values()) changes.stop();
    this.#onStop();
  }

  /** The ledger before the recording began. */
  *ledger(): Generator<readonly LedgerEntry[]> {
    const { entries } = this.#state.ledger;
    const end = this.#ledgerBefore;
    for (let start = 0; start < end; start += entriesOfPiece)
      yield entries.slice(start, Math.min(start + entriesOfPiece, end));
  }

  /** The entries of each slot, by its name. */
  *slots(): Generator<readonly [string, [string, unknown][]]> {
    for (const [name, { slot }] of this.#slots) {
      let piece: [string, unknown][] = [];
      for (const entry of slot) {
        if (piece.push(entry) < entriesOfPiece) continue;
        yield [name, piece];
        piece = [];
      }
      if (piece.length > 0) yield [name, piece];
    }
  }

  /** The changes since the last call, or since the recording began; undefined when there are none. */
  take(): StateChanges | undefined {
    const slots = Object.fromEntries(
      [...this.#slots]
        .map(([name, changes]) => [name, changes.take()] as const)
        .filter(([, changes]) => changes.length > 0),
    );
    const ledger = this.#state.ledger.entries.slice(this.#ledgerTaken);
    const randomPosition = this.#state.random.position;
    const same = randomPosition === this.#randomTaken && ledger.length === 0;
    this.#ledgerTaken = this.#state.ledger.entries.length;
    this.#randomTaken = randomPosition;
    return same && Object.keys(slots).length === 0 ? undefined : { randomPosition, ledger, slots };
  }
}
