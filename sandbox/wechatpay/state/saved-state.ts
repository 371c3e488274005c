import type { StoredSeedData } from './seed.ts';
import { LoadedHistory, type StateChanges, type StateHistory } from './state.ts';

/** Incremented when older states can no longer be read. */
export const savedFormat = 'wechatpay-sandbox/2';

/** The whole state as JSON: a snapshot, or the first line of a state file. */
export interface SavedState {
  readonly format: typeof savedFormat;
  readonly nowMs: number;
  readonly seedData: StoredSeedData;
  /** The initial state, to which reset returns. */
  readonly origin: StoredSeedData;
  readonly history: StateHistory;
  /** What changed while the rest was being written. */
  readonly changes?: readonly SavedChanges[];
}

/** A later line of a state file. */
export interface SavedChanges {
  readonly nowMs: number;
  readonly seedData?: StoredSeedData;
  readonly history?: StateChanges;
}

export function isSavedState(value: unknown): value is SavedState {
  return (value as SavedState | null)?.format === savedFormat;
}

export interface LoadedState {
  readonly nowMs: number;
  readonly seedData: StoredSeedData;
  readonly history: LoadedHistory;
}

/** A snapshot as its changes have left it. It takes values of theirs, and does not copy them. */
export function loadState(snapshot: SavedState, later: Iterable<SavedChanges> = []): LoadedState {
  const { nowMs, seedData } = snapshot;
  const history = new LoadedHistory();
  history.apply(snapshot.history);
  return withChanges(withChanges({ nowMs, seedData, history }, snapshot.changes ?? []), later);
}

export function withChanges(loaded: LoadedState, changes: Iterable<SavedChanges>): LoadedState {
  let { nowMs, seedData } = loaded;
  for (const change of changes) {
    nowMs = change.nowMs;
    seedData = change.seedData ?? seedData;
    if (change.history) loaded.history.apply(change.history);
  }
  return { nowMs, seedData, history: loaded.history };
}
