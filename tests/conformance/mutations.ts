/** Single-field changes of a valid form. Whether one breaks a rule is for the two readings to say, each by itself. */
export interface Mutation {
  readonly path: string;
  readonly what: string;
  readonly form: Record<string, unknown>;
}

type Path = readonly (string | number)[];

const replacements: readonly [what: string, change: (value: unknown) => unknown][] = [
  ['left out', () => undefined],
  ['empty', () => ''],
  ['null', () => null],
  ['a number', () => 7],
  ['an object', () => ({})],
  ['a list', () => []],
  ['with a space before it', (value) => (typeof value === 'string' ? ` ${value}` : value)],
  ['with a line break after it', (value) => (typeof value === 'string' ? `${value}\n` : value)],
  ['very long', (value) => (typeof value === 'string' ? value.padEnd(1300, '长') : value)],
  ['with another last character', (value) => (typeof value === 'string' ? otherEnd(value) : value)],
  ['a word', () => '随便'],
  ['yesterday', (value) => (isDay(value) ? '2026-11-23' : value)],
  ['tomorrow', (value) => (isDay(value) ? '2026-11-25' : value)],
  ['no day', (value) => (isDay(value) ? '2024-02-30' : value)],
  ['the other way round', (value) => (typeof value === 'boolean' ? !value : value)],
];

/** Every leaf and block of `form`, changed in every way; and an unknown field in every block. */
export function* mutationsOf(form: Record<string, unknown>): Generator<Mutation> {
  for (const path of pathsOf(form)) {
    const value = at(form, path);
    for (const [what, change] of replacements) {
      const changed = change(value);
      if (changed !== value) yield { path: path.join('.'), what, form: withValue(form, path, changed) };
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      yield { path: path.join('.'), what: 'one field more', form: withValue(form, [...path, 'extra'], 'x') };
    }
    if (Array.isArray(value)) {
      const many = Array.from({ length: 7 }, () => value[0] as unknown);
      yield { path: path.join('.'), what: 'seven items', form: withValue(form, path, many) };
    }
  }
  yield { path: '', what: 'one field more', form: { ...form, extra: 'x' } };
}

/** The same form with each choice of a field, for fields with a list of choices. */
export function* choicesOf(
  form: Record<string, unknown>,
  choices: Readonly<Record<string, readonly string[]>>,
): Generator<Mutation> {
  for (const path of pathsOf(form)) {
    const name = path.findLast((part) => typeof part === 'string');
    for (const choice of choices[String(name)] ?? []) {
      if (at(form, path) === choice || typeof at(form, path) !== 'string') continue;
      yield { path: path.join('.'), what: choice, form: withValue(form, path, choice) };
    }
  }
}

/** The same form with each field and block of others like it in its place, where the block around it is there. */
export function* transplantsOf(
  form: Record<string, unknown>,
  donors: readonly Record<string, unknown>[],
): Generator<Mutation> {
  const done = new Set<string>();
  for (const donor of donors) {
    for (const path of pathsOf(donor)) {
      const value = at(donor, path);
      const key = `${path.join('.')} ${JSON.stringify(value)}`;
      if (done.has(key) || !isBlock(path.slice(0, -1).reduce(member, form))) continue;
      done.add(key);
      yield { path: path.join('.'), what: 'of another form', form: withValue(form, path, value) };
    }
  }
}

function member(value: unknown, key: string | number): unknown {
  return isBlock(value) ? (value as Record<string | number, unknown>)[key] : undefined;
}

function isBlock(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield* pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);
}

function withValue(form: Record<string, unknown>, path: Path, value: unknown): Record<string, unknown> {
  const copy = structuredClone(form);
  const parent = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1)!;
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (value === undefined) delete parent[key];
  else parent[key] = value;
  return copy;
}

function otherEnd(value: string): string {
  return value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && (/^\d{4}-\d{2}-\d{2}$/.test(value) || value === '长期');
}
