import { describe, expect, it } from 'vitest';
import { changeAt, hasAny } from './sensitive.ts';

const shout = (text: string) => `${text}!`;

describe('the fields at some paths', () => {
  it('are changed wherever they are nested, and nothing else is', () => {
    const value = { a: 'x', b: { c: 'y', d: 'z' }, list: [{ e: '1', f: '2' }, { f: '3' }, { e: '4' }] };
    expect(changeAt(value, 'a b.c list[].e', shout)).toEqual({
      a: 'x!',
      b: { c: 'y!', d: 'z' },
      list: [{ e: '1!', f: '2' }, { f: '3' }, { e: '4!' }],
    });
    expect(value.list[0]).toEqual({ e: '1', f: '2' });
  });

  it.each([
    ...[null, undefined, '', {}, { a: undefined }, { a: null }, { a: '' }, { a: 'text' }, { a: 7 }],
    ...[
      { a: [{ b: 'x' }] },
      { a: { c: 'x' } },
      { a: { b: null } },
      { a: { b: undefined } },
      { a: { b: '' } },
    ],
  ])('are absent, and the value stays: %j', (value) => {
    expect(changeAt(value, 'a.b', shout)).toEqual(value);
    expect(hasAny(value, 'a.b')).toBe(false);
  });

  it('are those of an object, not what a text has by itself, or a list that is none', () => {
    for (const value of [{ a: 'text' }, { a: { length: null } }, 'text'])
      expect(changeAt(value, 'a.length', shout)).toEqual(value);
    for (const value of [{ a: { b: 'x' } }, { a: 'text' }, { a: null }])
      expect(changeAt(value, 'a[].b', shout)).toEqual(value);
  });

  it('are there when one of them is', () => {
    expect(hasAny({ a: 'x' }, 'b a')).toBe(true);
    expect(hasAny({ a: 'x' }, 'b c')).toBe(false);
    expect(hasAny({ list: [{}, { e: 'x' }] }, 'list[].e')).toBe(true);
  });

  it.each([[7], [false], [{}], [['x']]])('must be texts: %j is refused, by its path alone', (value) => {
    const error = expect.objectContaining({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('list[].e'),
    });
    expect(() => changeAt({ list: [{ e: value }] }, 'list[].e', shout)).toThrow(error);
    expect(() => hasAny({ list: [{ e: value }] }, 'list[].e')).toThrow(error);
  });
});
