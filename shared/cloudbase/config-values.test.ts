import { describe, expect, it } from 'vitest';
import { ConfigError, type Parse, readConfig } from './config.ts';

const text: Parse<string> = (given) => given;
const malformed = { variable: 'KEY', message: 'It is malformed.', messageZh: '格式不正确。' };

/** The problems of a value whose parser throws. */
function problemsOf(value: string, thrown: unknown): unknown {
  const parse = (): never => {
    throw thrown;
  };
  try {
    readConfig({ KEY: value }, (read) => read.optional('KEY', parse));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

it('takes a value without the spaces around it, and one of spaces for none', () => {
  const env = { A: ' a ', B: ' \n', C: '' };
  const read = readConfig(env, (reader) => [
    reader.required('A', text),
    ...['B', 'C', 'D'].map((name) => reader.optional(name, text)),
    ...['A', 'B', 'C', 'D'].map((name) => reader.isSet(name)),
  ]);
  expect(read).toEqual(['a', undefined, undefined, undefined, true, false, false, false]);
});

describe('what a parser throws', () => {
  it.each([['a text'], [null], [undefined], [5], [{ messageZh: '不对' }]])(
    'that is %j is reported as malformed',
    (thrown) => {
      expect(problemsOf('value', thrown)).toEqual([malformed]);
    },
  );

  it('is reported in its own words, in Chinese too where it has them', () => {
    expect(problemsOf('value', new Error('Too short.'))).toEqual([{ ...malformed, message: 'Too short.' }]);
    const error = Object.assign(new Error('Too short.'), { messageZh: '太短。' });
    expect(problemsOf('value', error)).toEqual([
      { variable: 'KEY', message: 'Too short.', messageZh: '太短。' },
    ]);
  });

  it('is not repeated when it quotes the beginning of a long value, in either language', () => {
    const key = 'abcdefghijklmnopqrstuvwxyz0123456789';
    expect(problemsOf(key, new Error(`Not ${key.slice(0, 24)}…`))).toEqual([malformed]);
    const error = Object.assign(new Error('Too short.'), { messageZh: `不是 ${key}` });
    expect(problemsOf(key, error)).toEqual([malformed]);
    expect(problemsOf(key, new Error(`Not ${key.slice(0, 23)}…`))).not.toEqual([malformed]);
  });
});
