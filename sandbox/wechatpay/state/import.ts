/** Reads an exported state in pieces, so that other requests are answered meanwhile; see export.ts for the document. */
import { setImmediate } from 'node:timers/promises';
import type { JsonReader } from '../../json-reader.ts';
import { ControlProblem } from '../http/problem.ts';
import {
  isSavedState,
  type LoadedState,
  type SavedChanges,
  type SavedState,
  withChanges,
} from './saved-state.ts';
import { entriesOfPiece, LoadedHistory, type StateChanges } from './state.ts';

export interface ImportedState extends LoadedState {
  /** The initial state, to which reset returns. */
  readonly origin: SavedState['origin'];
  /** What had happened; none in a document without it. */
  readonly events: readonly unknown[];
}

/** @throws ControlProblem when it is no state of this version, or not well formed */
export async function importState(reader: JsonReader): Promise<ImportedState> {
  try {
    return await readState(reader);
  } catch (error) {
    if (error instanceof ControlProblem) throw error;
    const { message } = error as Error;
    throw notAState(`: ${message}`, `（${message}）`, error);
  }
}

async function readState(reader: JsonReader): Promise<ImportedState> {
  const head: Record<string, unknown> = {};
  const history = new LoadedHistory();
  const changes: SavedChanges[] = [];
  const events: unknown[] = [];
  for (const name of reader.members()) {
    if (name === 'history') await readHistory(reader, history);
    else if (name === 'changes')
      await eachPiece(reader, (piece) => changes.push(...(piece as SavedChanges[])));
    else if (name === 'events') await eachPiece(reader, (piece) => events.push(...piece));
    else head[name] = reader.value();
  }
  if (!isSavedState(head)) throw notAState(', or of another version', '，或版本不同');
  const { nowMs, seedData, origin } = head;
  return { ...withChanges({ nowMs, seedData, history }, changes), origin, events };
}

async function readHistory(reader: JsonReader, history: LoadedHistory): Promise<void> {
  const apply = (ledger: readonly unknown[], slots: Record<string, readonly unknown[]>) => {
    const { randomPosition } = history;
    history.apply({ randomPosition, ledger, slots } as StateChanges);
  };
  for (const name of reader.members()) {
    if (name === 'randomPosition') history.randomPosition = Number(reader.value());
    else if (name === 'ledger') await eachPiece(reader, (piece) => apply(piece, {}));
    else if (name === 'slots')
      for (const slot of reader.members()) await eachPiece(reader, (piece) => apply([], { [slot]: piece }));
    else reader.value();
  }
}

/** The elements of an array, a few at a time. */
async function eachPiece(reader: JsonReader, take: (piece: readonly unknown[]) => void): Promise<void> {
  let piece: unknown[] = [];
  for (const element of reader.elements()) {
    if (piece.push(element) < entriesOfPiece) continue;
    take(piece);
    piece = [];
    await setImmediate();
  }
  if (piece.length > 0) take(piece);
}

function notAState(en: string, zh: string, cause?: unknown): ControlProblem {
  const problem = new ControlProblem(
    400,
    'BAD_REQUEST',
    `This is not a snapshot of this sandbox${en}.`,
    `这不是该沙箱的快照${zh}。`,
  );
  problem.cause = cause;
  return problem;
}
