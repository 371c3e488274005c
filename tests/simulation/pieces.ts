/**
 * A long run in pieces: what a piece came to is a line of a file, so a run that was interrupted goes on after the last
 * line, and the lines add up to one result.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { faultPoints } from './faults.ts';

/** Some stories, and what they came to. */
export interface Piece {
  /** Of the first story. */
  readonly from: number;
  readonly stories: number;
  readonly tookMs: number;
  /** Processor time of all processes. */
  readonly processorMs: number;
  /** Seeds of the stories in which something did not hold. */
  readonly failed: readonly number[];
  /** How often each fault happened, and how often the stories came to each operation. */
  readonly hits: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
}

export const nothing: Piece = {
  from: 0,
  stories: 0,
  tookMs: 0,
  processorMs: 0,
  failed: [],
  hits: {},
  counts: {},
};

export function add(a: Piece, b: Piece): Piece {
  return {
    from: a.stories === 0 ? b.from : Math.min(a.from, b.from),
    stories: a.stories + b.stories,
    tookMs: a.tookMs + b.tookMs,
    processorMs: a.processorMs + b.processorMs,
    failed: [...a.failed, ...b.failed],
    hits: addNumbers(a.hits, b.hits),
    counts: addNumbers(a.counts, b.counts),
  };
}

export function addNumbers(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** One story in a thousand ends with one of these: fewer stories than this may go without. */
const rare: Readonly<Record<string, number>> = { 'applications that WeChat Pay never got': 20_000 };

/** Faults that struck in no story, and operations that none came to. */
export function missingFrom({ stories, hits, counts }: Pick<Piece, 'stories' | 'hits' | 'counts'>): string[] {
  const faults = faultPoints.filter((name) => !hits[name]);
  const none = Object.keys(counts).filter((name) => counts[name] === 0 && stories >= (rare[name] ?? 0));
  return [...faults, ...none];
}

/** The pieces that a file holds. Those of another version of the code, or of other seeds, are left as they are. */
export class PieceLog {
  readonly #file: string | undefined;
  readonly #version: string;

  /** @param bundle of the stories, whose content is the version */
  constructor(file: string | undefined, bundle: string) {
    this.#file = file;
    this.#version = createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16);
  }

  /** @returns the piece that begins with this seed, if it was played before */
  find(from: number, stories: number): Piece | undefined {
    return this.#lines().find((piece) => piece.from === from && piece.stories === stories);
  }

  add(piece: Piece): void {
    if (this.#file !== undefined)
      appendFileSync(this.#file, `${JSON.stringify({ version: this.#version, ...piece })}\n`);
  }

  #lines(): Piece[] {
    if (this.#file === undefined || !existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines
      .map((line) => JSON.parse(line) as Piece & { version: string })
      .flatMap(({ version, ...piece }) => (version === this.#version ? [piece] : []));
  }
}
