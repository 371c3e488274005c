import type { StateSource } from '../../state-file.ts';
import { exportTexts } from './export.ts';
import { type SavedChanges, type SavedState, savedFormat } from './saved-state.ts';
import { type StoredSeedData, storeSeedData } from './seed.ts';
import type { SandboxState, StateRecording } from './state.ts';

export interface SavedParts {
  /** The current one: a reset or a restored snapshot replaces it. */
  readonly state: () => SandboxState;
  readonly origin: () => StoredSeedData;
  readonly now: () => number;
}

/** The state as it is saved: whole, in pieces, and what changed since. */
export class StateSaver implements StateSource {
  readonly #parts: SavedParts;
  #recording: StateRecording | undefined;
  #savedSeedData = '';

  constructor(parts: SavedParts) {
    this.#parts = parts;
  }

  whole(): SavedState {
    return { ...this.#head(), history: this.#parts.state().history() };
  }

  /** What a state file begins with; `parts` and `changes` follow it. */
  snapshot(): SavedState {
    this.#recording?.stop();
    this.#recording = this.#parts.state().record();
    this.#savedSeedData = JSON.stringify(this.#seedData());
    return { ...this.#head(), history: { randomPosition: this.#randomPosition(), ledger: [], slots: {} } };
  }

  *parts(): Generator<SavedChanges> {
    const recording = this.#recording!;
    const nowMs = this.#parts.now();
    const randomPosition = this.#randomPosition();
    for (const ledger of recording.ledger()) yield { nowMs, history: { randomPosition, ledger, slots: {} } };
    for (const [name, entries] of recording.slots())
      yield { nowMs, history: { randomPosition, ledger: [], slots: { [name]: entries } } };
  }

  changes(): SavedChanges | undefined {
    const seedData = this.#seedData();
    const text = JSON.stringify(seedData);
    const changed = text !== this.#savedSeedData;
    this.#savedSeedData = text;
    const history = this.#recording?.take();
    if (!changed && !history) return undefined;
    return {
      nowMs: this.#parts.now(),
      ...(changed && { seedData }),
      ...(history && { history }),
    };
  }

  /** The whole as one document, for `restore`; see {@link exportTexts}. */
  *texts(events: () => readonly unknown[]): Generator<string> {
    const recording = this.#parts.state().record();
    try {
      yield* exportTexts({
        head: this.#head(),
        randomPosition: this.#randomPosition(),
        recording,
        changes: () => this.#changesIn(recording),
        events,
      });
    } finally {
      recording.stop();
    }
  }

  #changesIn(recording: StateRecording): SavedChanges {
    const history = recording.take();
    return { nowMs: this.#parts.now(), seedData: this.#seedData(), ...(history && { history }) };
  }

  #head(): Omit<SavedState, 'history' | 'changes'> {
    const { now, origin } = this.#parts;
    return { format: savedFormat, nowMs: now(), seedData: this.#seedData(), origin: origin() };
  }

  #randomPosition(): number {
    return this.#parts.state().random.position;
  }

  #seedData(): StoredSeedData {
    const { seed, authority, platform, merchants, subMerchants } = this.#parts.state();
    return storeSeedData({
      seed,
      authority,
      platform,
      merchants: [...merchants.values()],
      subMerchants: [...subMerchants.values()],
    });
  }
}
