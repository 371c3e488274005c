/** The whole state as one JSON document, in pieces: an entry per line, so that a person can read and compare it. */
import type { SavedChanges, SavedState } from './saved-state.ts';
import { entriesOfPiece, type StateRecording } from './state.ts';

export interface ExportSource {
  /** What is not in the pieces. */
  readonly head: Omit<SavedState, 'history' | 'changes'>;
  readonly randomPosition: number;
  readonly recording: StateRecording;
  /** What changed while the pieces were made; called once, at the end. */
  changes(): SavedChanges;
  /** What had happened by then. */
  events(): readonly unknown[];
}

/** Texts that are together the document; the state may change between two of them. */
export function* exportTexts({
  head,
  randomPosition,
  recording,
  ...source
}: ExportSource): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},\n"history":{"randomPosition":${randomPosition},"ledger":[`;
  yield* linesOf(recording.ledger());
  yield '],\n"slots":{';
  yield* slotTexts(recording.slots());
  const changes = JSON.stringify(source.changes());
  const events = source.events();
  yield `}},\n"changes":[\n${changes}],\n"events":[`;
  yield* linesOf(piecesOf(events));
  yield ']}\n';
}

function* linesOf(pieces: Iterable<readonly unknown[]>): Generator<string> {
  let separator = '\n';
  for (const piece of pieces) {
    yield separator + piece.map((value) => JSON.stringify(value)).join(',\n');
    separator = ',\n';
  }
}

function* slotTexts(pieces: Iterable<readonly [string, readonly unknown[]]>): Generator<string> {
  let current: string | undefined;
  for (const [name, entries] of pieces) {
    const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
    if (name === current) yield `,\n${lines}`;
    else yield `${current === undefined ? '' : '],'}\n${JSON.stringify(name)}:[\n${lines}`;
    current = name;
  }
  if (current !== undefined) yield ']';
}

function* piecesOf(values: readonly unknown[]): Generator<readonly unknown[]> {
  for (let start = 0; start < values.length; start += entriesOfPiece)
    yield values.slice(start, start + entriesOfPiece);
}
