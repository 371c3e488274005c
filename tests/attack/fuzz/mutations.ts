/** Inputs near valid ones: a parser's mistakes are behind its first checks, where random text never comes. */
import fc from 'fast-check';
import { deepest, hostileValues, nested, partsOf, replaced } from '../hostile.ts';

interface Edit {
  readonly kind: 'delete' | 'repeat' | 'insert' | 'replace' | 'cut' | 'case';
  /** Where, as a part of the whole length. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** What means something to one parser or another. */
const tokens = [
  ...[
    '"',
    "'",
    '`',
    ',',
    ',`',
    '=',
    '==',
    '\\',
    '\\n',
    '\r\n',
    '\n',
    '\t',
    ' ',
    '\0',
    '\u001b',
    '\u2028',
    '\ufeff',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '{}',
    '[]',
    'null',
    'true',
    '-1',
    '1e999',
    '0x1',
    'NaN',
    '__proto__',
    'constructor',
    '$ne',
  ],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    '-----',
    '--',
    '../',
    '%2e%2e/',
    '%',
    '%zz',
    ';',
    ':',
  ],
  ...['中文', '\ud800', '😀', 'a'.repeat(300), '9'.repeat(40)],
];

const place = fc.nat(999_999).map((part) => part / 1_000_000);

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('delete', 'repeat', 'insert', 'replace', 'cut', 'case'),
  at: place,
  length: fc.oneof(fc.nat(4), fc.nat(200)),
  text: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...tokens) },
    { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
  ),
});

/** Valid texts with up to four edits. */
export function nearText(...valid: readonly string[]): fc.Arbitrary<string> {
  const near = fc.tuple(fc.constantFrom(...valid), fc.array(edit, { maxLength: 4 }));
  return near.map(([text, edits]) => edits.reduce(applied, text));
}

function applied(text: string, { kind, at, length, text: piece }: Edit): string {
  const from = Math.floor(at * text.length);
  const to = Math.min(text.length, from + length);
  const [before, part, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (kind) {
    case 'delete':
      return before + after;
    case 'repeat':
      return before + part.repeat(1 + (length % 7)) + after;
    case 'insert':
      return before + piece + part + after;
    case 'replace':
      return before + piece + after;
    case 'cut':
      return before;
    case 'case':
      return before + part.toUpperCase() + after;
  }
}

/** Without those that take longest to write: what counts here is the number of inputs. */
const costly = new Set([deepest, '90 KB', '1,000 items']);
const hostile = fc.constantFrom(
  ...hostileValues.filter(([name]) => !costly.has(name)).map(([, value]) => value),
  'x'.repeat(3000),
  nested(100),
);
const change = fc.record({
  at: place,
  value: fc.oneof({ weight: 5, arbitrary: hostile }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) }),
  /** Undefined replaces a part, a name adds one. */
  key: fc.option(fc.constantFrom('__proto__', 'constructor', '$where', 'a.b', 'openid', 'x'), {
    nil: undefined,
  }),
});

/** Valid values with up to three parts changed or added. */
export function nearValue(...valid: readonly unknown[]): fc.Arbitrary<unknown> {
  const near = fc.tuple(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 3 }));
  return near.map(([value, changes]) =>
    changes.reduce((current: unknown, { at, value: by, key }) => {
      const parts = partsOf(current);
      const { path, part } = parts[Math.floor(at * parts.length)]!;
      return replaced(current, path, key === undefined ? by : withKey(part, key, by));
    }, value),
  );
}

function withKey(part: unknown, key: string, value: unknown): unknown {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries([...Object.entries(part), [key, value]])
    : { [key]: value };
}
