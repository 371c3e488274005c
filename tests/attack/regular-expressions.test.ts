/** No regular expression of the deployed code takes more than linear time, whatever it is given. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { expect, it } from 'vitest';
import { root, sourceFiles } from '../house/source.ts';

const lengthChars = 60_000;
/**
 * Linear time is a millisecond for one attack, quadratic time several seconds: the limit only has to be in between, on
 * a busy machine too.
 */
const limitMs = 2000;

/** Expressions that are given at most so many characters, by the code around them. */
const bounded: Readonly<Record<string, number>> = {
  // The decimals of an amount, that the expression before it has found.
  '0+$': 5,
  // A variable of the function's own environment: 4 KB for all of them together.
  '\\/+$': 4096,
};

/** A literal comes after an operator, a bracket or `return`; a division does not. */
const literal =
  /(?:[(,=:!&|?[{;]|=>|return)\s*\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g;

const isDeployed = (file: string) =>
  /^(shared|functions)\//.test(file) && !/\/testing\/|\.test\.ts$|\/generated\//.test(file);

const expressions = sourceFiles()
  .filter(isDeployed)
  .flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(literal)].map(([, source, flags]) => ({
      file,
      source: source!,
      flags: flags!,
    })),
  );

/** What repeats nothing takes a bounded number of steps from each place where it begins. */
const repeating = expressions.filter(({ source }) => /[*+]|\{\d+,/.test(source));

/** What the expression has, and what it may take for something else. */
function piecesOf(source: string): string[] {
  const words = source.match(/[A-Za-z0-9_-]{2,}/g) ?? [];
  const marks = [...source.replace(/\\./g, '')].filter((mark) => /[^A-Za-z0-9]/.test(mark));
  const escaped = (source.match(/\\./g) ?? []).map((pair) => escapes[pair] ?? pair[1]!);
  return [...new Set(['a', 'A', '0', '1', ' ', '-', '\n', '中', ...words, ...marks, ...escaped])];
}

const escapes: Readonly<Record<string, string>> = {
  '\\d': '7',
  '\\w': 'w',
  '\\s': '\t',
  '\\n': '\n',
  '\\r': '\r',
};

/** Long runs of one piece or of two in turn, after a piece that begins a match, and with an end that breaks it. */
function attacksOf(source: string): string[] {
  const pieces = piecesOf(source).slice(0, 20);
  const length = bounded[source] ?? lengthChars;
  const runOf = (piece: string) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  return pieces.flatMap((piece) => [
    ...['', ...pieces.slice(-8)].map((start) => `${start}${runOf(piece)}\u0000`),
    ...pieces.slice(0, 10).map((other) => `${runOf(piece + other)}\u0000`),
  ]);
}

it('finds the regular expressions of the deployed code', () => {
  expect(expressions.length).toBeGreaterThan(100);
  expect(repeating.length).toBeGreaterThan(50);
});

it.each(repeating)('/$source/$flags of $file is linear', ({ source, flags }) => {
  const attacks = attacksOf(source);
  // Together they may take long where a machine is busy: then each is measured alone.
  if (isWithinLimit(source, flags, attacks)) return;
  const slow = attacks.filter((attack) => !isWithinLimit(source, flags, [attack]));
  expect(slow.map((attack) => attack.slice(0, 60))).toEqual([]);
});

function isWithinLimit(source: string, flags: string, attacks: readonly string[]): boolean {
  const context = createContext({ source, flags: flags.replace(/[gy]/g, ''), attacks });
  try {
    script.runInContext(context, { timeout: limitMs });
    return true;
  } catch (error) {
    if (Object(error).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return false;
  }
}

const script = new Script(`
  const expression = new RegExp(source, flags);
  for (const attack of attacks) expression.test(attack);
`);
