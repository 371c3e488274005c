/** What a logger makes of each kind of value. */
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from './logger.ts';

/** What is logged of the fields. */
function logged(fields: Record<string, unknown>): Record<string, unknown> {
  const { time, level, event, ...rest } = JSON.parse(lineOf(fields));
  expect([time, level, event]).toEqual(['1970-01-01T00:00:00.000Z', 'info', 'x']);
  return rest;
}
function lineOf(fields: Record<string, unknown>): string {
  const lines: string[] = [];
  createLogger({ nowMs: () => 0, write: (line) => lines.push(line) }).info('x', fields);
  expect(lines).toHaveLength(1);
  return lines[0]!;
}
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const numbered = (count: number) => Object.fromEntries(numbers(count).map((each) => [`f${each}`, each]));
const withoutStack = (error: Error) => Object.assign(error, { stack: undefined });

describe('a value', () => {
  it.each([
    [
      'that is missing is told from one that is hidden',
      { name: null, mobile: true, email: undefined, cookie: 'x' },
      { name: null, mobile: true, cookie: '[redacted]' },
    ],
    [
      'of any kind has its place',
      { a: null, b: false, c: 5n, d: 13812345678n, e: () => 1, f: Symbol('x') },
      { a: null, b: false, c: '5', d: '[redacted]' },
    ],
    [
      'that is no number of anything is named',
      { a: Number.NaN, b: Number.POSITIVE_INFINITY },
      { a: 'NaN', b: 'Infinity' },
    ],
    [
      'that is a number stays one',
      { a: 20_000_000_000, b: 0.13812345678 },
      { a: 20_000_000_000, b: 0.13812345678 },
    ],
    [
      'with a unit at the end of its name alone counts as an amount',
      { payFenBy: 13812345678, sizeBytes: 13812345678, lifeSeconds: 13812345678 },
      { payFenBy: '[redacted]', sizeBytes: 13812345678, lifeSeconds: 13812345678 },
    ],
    [
      'of an openid is masked, and a number of openids is not',
      { openid: 'o234567890123', openids: 3 },
      { openid: 'o23456…', openids: 3 },
    ],
    [
      'that is a time',
      { at: new Date(5), never: new Date(Number.NaN) },
      { at: '1970-01-01T00:00:00.005Z', never: 'Invalid Date' },
    ],
    ['that is bytes', { a: new ArrayBuffer(7), b: new Uint16Array(2) }, { a: '[7 bytes]', b: '[4 bytes]' }],
    [
      'that is an address',
      { a: new URL('https://host/?phone=13812345678') },
      { a: 'https://host/?phone=[redacted]' },
    ],
    [
      'that is a map or a set',
      {
        a: new Map([
          ['name', 'x'],
          ['b', 'y'],
        ]),
        c: new Set([1]),
      },
      { a: { name: '[redacted]', b: 'y' }, c: [1] },
    ],
    ['without a prototype', { a: Object.assign(Object.create(null), { b: 1 }) }, { a: { b: 1 } }],
    ['in a list without its own', { a: [undefined, null, 1] }, { a: [null, null, 1] }],
  ])('%s', (_, fields, expected) => {
    expect(logged(fields)).toEqual(expected);
  });

  it('that appears twice, but not in itself, is written twice', () => {
    const same = { a: 1 };
    expect(logged({ b: same, c: [same, same] })).toEqual({ b: same, c: [same, same] });
  });
});

describe('the size of a line', () => {
  it('has 50 entries of a list or an object, and says how many more there are', () => {
    expect(logged({ list: numbers(50), object: numbered(50) })).toEqual({
      list: numbers(50),
      object: numbered(50),
    });
    expect(logged({ list: numbers(53), object: numbered(53) })).toEqual({
      list: [...numbers(50), '[3 more]'],
      object: { ...numbered(50), '…': '3 more' },
    });
  });

  it('has six levels of objects, lists and causes', () => {
    const nest = (wrap: (inner: unknown) => unknown) => numbers(20).reduce<unknown>(wrap, 'bottom');
    const depthOf = (line: string, what: RegExp) => line.match(what)?.length;
    const object = lineOf(Object(nest((a) => ({ a }))));
    expect([depthOf(object, /"a":/g), object.includes('[deeper]')]).toEqual([6, true]);
    const list = lineOf({ a: nest((a) => [a]) });
    expect([depthOf(list, /\[(?!d)/g), list.includes('[deeper]')]).toEqual([5, true]);
    const causes = lineOf({ a: nest((cause) => new Error('x', { cause })) });
    expect([depthOf(causes, /"message":/g), causes.includes('[deeper]')]).toEqual([5, true]);
  });

  it('has 2000 characters of a text', () => {
    const text = '. '.repeat(1000);
    expect(logged({ a: text, b: `${text}.` })).toEqual({ a: text, b: `${text}…` });
  });

  it('is 16,000 characters, else only its head is written', () => {
    const fields = (last: number) =>
      Object.fromEntries(
        [...numbers(8).map(() => 1800), last].map((size, at) => [`f${at}`, '.'.repeat(size)]),
      );
    const left = 16_000 - lineOf(fields(0)).length;
    expect(lineOf(fields(left))).toHaveLength(16_000);
    expect(logged(fields(left + 1))).toEqual({ truncated: true });
  });
});

describe('an error', () => {
  it('without a stack or a cause has neither, and of its other fields the known ones with a text or a number', () => {
    const error = Object.assign(withoutStack(new Error('m')), {
      code: {},
      status: 404,
      kind: 'k',
      config: 1,
    });
    expect(logged({ error })).toEqual({ error: { type: 'Error', message: 'm', status: 404, kind: 'k' } });
  });

  it('has the first eight places of its stack, and no line of its message among them', () => {
    const error = new Error('x');
    error.stack = ['Error: meet me at noon', ...numbers(12).map((each) => `    at place${each}`)].join('\n');
    expect(logged({ error })).toMatchObject({
      error: { stack: numbers(8).map((each) => `at place${each}`) },
    });
  });
});

describe('a line that cannot be written', () => {
  it('is replaced by one that says so', () => {
    const fields = {
      get a() {
        throw new Error('getter');
      },
    };
    expect(JSON.parse(lineOf(fields))).toEqual({ level: 'error', event: 'log.unprintable' });
  });

  it('fails nothing, not even when there is nowhere to write it', () => {
    const log = createLogger({
      write: () => {
        throw new Error('no output');
      },
    });
    expect(() => log.error('x')).not.toThrow();
  });
});

it('writes to standard output, where the platform collects lines', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    createLogger({ nowMs: () => 0 }).warn('x', { a: 1 });
    const line = '{"a":1,"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"x"}\n';
    expect(write.mock.calls).toEqual([[line]]);
  } finally {
    write.mockRestore();
  }
});
