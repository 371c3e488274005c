import type { StoredState } from '../../state-file.ts';
import type { StoredSeedData } from './seed.ts';
import { historyAfter, type StateChanges, type StateHistory } from './state.ts';

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

/** Reads a state file. @throws Error when it is not the state of a sandbox of this version. */
export function savedStateOf(stored: StoredState, file: string): SavedState {
  const { snapshot } = stored;
  if (!isSavedState(snapshot)) throw new Error(`${file} is not the state of a sandbox of this version.`);
  return withChanges(snapshot, stored.changes as SavedChanges[]);
}

/** A snapshot as its changes have left it. */
export function withChanges(
  { changes: own = [], ...snapshot }: SavedState,
  later: readonly SavedChanges[] = [],
) {
  const changes = [...own, ...later];
  return {
    ...snapshot,
    nowMs: changes.at(-1)?.nowMs ?? snapshot.nowMs,
    seedData: changes.findLast(({ seedData }) => seedData)?.seedData ?? snapshot.seedData,
    history: historyAfter(
      snapshot.history,
      changes.flatMap(({ history }) => history ?? []),
    ),
  };
}
