import type { StoredState } from '../../state-file.ts';
import type { PopulationState } from './seed.ts';
import { historyAfter, type WorldChanges, type WorldHistory } from './state.ts';

/** Counts up when an older state can no longer be read. */
export const savedFormat = 'wechatpay-sandbox/2';

/** The whole state as JSON: a snapshot, or the first line of a state file. */
export interface SavedState {
  readonly format: typeof savedFormat;
  readonly nowMs: number;
  readonly population: PopulationState;
  /** As it was in the beginning: what reset goes back to. */
  readonly origin: PopulationState;
  readonly history: WorldHistory;
}

/** A later line of a state file. */
export interface SavedChanges {
  readonly nowMs: number;
  readonly population?: PopulationState;
  readonly history?: WorldChanges;
}

export function isSavedState(value: unknown): value is SavedState {
  return (value as SavedState | null)?.format === savedFormat;
}

/** What a state file says. @throws Error when it is not the state of a sandbox of this version. */
export function savedStateOf(stored: StoredState, file: string): SavedState {
  const { snapshot } = stored;
  if (!isSavedState(snapshot)) throw new Error(`${file} is not the state of a sandbox of this version.`);
  const changes = stored.changes as SavedChanges[];
  return {
    ...snapshot,
    nowMs: changes.at(-1)?.nowMs ?? snapshot.nowMs,
    population: changes.findLast(({ population }) => population)?.population ?? snapshot.population,
    history: historyAfter(
      snapshot.history,
      changes.flatMap(({ history }) => history ?? []),
    ),
  };
}
