/** Hostile values, and every way to put one into a well-formed request. */

export const deepest = '10,000 levels';

export function nested(depth: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

/** As they arrive: parsed from JSON, so that `__proto__` is a key like any other. */
export const hostileValues: readonly (readonly [name: string, value: unknown])[] = [
  ['an operator', { $ne: '' }],
  ['code for the database', { $where: 'sleep(1000)||true' }],
  ['a range of ours', { gt: '' }],
  ['a list operator of ours', { in: ['a', 'b'] }],
  ['a pattern', { $regex: '.*' }],
  ['a dotted key', { 'a.b': 1 }],
  ['an EJSON type', { $oid: '0'.repeat(24) }],
  ['a date', { $date: 0 }],
  ['a prototype', JSON.parse('{"__proto__":{"polluted":true}}')],
  ['a constructor', { constructor: { prototype: { polluted: true } } }],
  ['a list', ['a']],
  ['1,000 items', Array.from({ length: 1000 }, () => 'a')],
  ['nothing', null],
  ['a huge number', 1e308],
  ['an unsafe integer', 2 ** 53],
  ['a fraction', 0.5],
  ['minus one', -1],
  ['minus zero', -0],
  ['a truth', true],
  ['an empty text', ''],
  ['a path', '../../orders'],
  ['the name of the prototype', '__proto__'],
  ['a method', 'toString'],
  ['NUL', 'a\u0000b'],
  ['a new log line', 'a\n{"level":"error","event":"forged"}'],
  ['a terminal sequence', '\u001b[31mred\u009b2J'],
  ['reversed text', '\u202egnp.exe'],
  ['a line separator', 'a\u2028b'],
  ['half a character', '\ud800'],
  ['90 KB', 'x'.repeat(90_000)],
  [deepest, nested(10_000)],
];

export interface Mutation {
  /** Where the value was put, e.g. `items.0.quantity`. */
  readonly path: string;
  readonly value: unknown;
  readonly event: unknown;
  /** The type that was expected there; undefined for a key that nothing knows. */
  readonly was: string | undefined;
}

/** The request with one part replaced by the value, for each part. */
export function replacementsIn(request: unknown, value: unknown): Mutation[] {
  return partsOf(request).map(({ path, part }) => ({
    path: path.join('.'),
    value,
    event: replaced(request, path, value),
    was: typeOf(part),
  }));
}

/** The request with one key that it does not have. */
export function additionsTo(request: unknown): Mutation[] {
  if (typeof request !== 'object' || request === null) return [];
  return extraKeys
    .filter((key) => !Object.hasOwn(request, key))
    .flatMap((key) =>
      extraValues.map((value) => ({ path: key, value, event: withKey(request, key, value), was: undefined })),
    );
}

/** Keys with which a client would make itself somebody else, or the total another. */
const extraKeys = ['openid', 'operator', 'total', '$where', 'a.b', '__proto__', 'constructor'];
const extraValues: readonly unknown[] = ['oSandboxUser0000000000000003', { $ne: '' }];

type Path = readonly string[];

const maxPathLength = 12;

/** The whole is the first part. */
export function partsOf(value: unknown, path: Path = []): { path: Path; part: unknown }[] {
  const isDeep = typeof value !== 'object' || value === null || path.length === maxPathLength;
  const parts = isDeep ? [] : Object.entries(value);
  return [{ path, part: value }, ...parts.flatMap(([key, part]) => partsOf(part, [...path, key]))];
}

export function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((each, index) => (String(index) === key ? replaced(each, rest, by) : each));
  }
  const entries = Object.entries(value as object);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, name === key ? replaced(each, rest, by) : each]),
  );
}

/** `Object.fromEntries` defines `__proto__` as a key of its own, as JSON.parse does. */
function withKey(request: object, key: string, value: unknown): unknown {
  return Object.fromEntries([...Object.entries(request), [key, value]]);
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
