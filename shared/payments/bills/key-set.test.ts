import { describe, expect, it } from 'vitest';
import { hashOf, KeySet } from './key-set.ts';

describe('a set of keys', () => {
  it('has what was added, also after it was asked, and nothing else', () => {
    const set = new KeySet();
    expect(set.has('a')).toBe(false);
    set.add('a');
    expect([set.has('a'), set.has('b')]).toEqual([true, false]);
    set.add('b');
    expect([set.has('a'), set.has('b'), set.has('c')]).toEqual([true, true, false]);
  });

  it('grows, and finds each of thousands', () => {
    const set = new KeySet();
    const keys = Array.from({ length: 3000 }, (_, index) => `key ${index}`);
    for (const key of keys) set.add(key);
    expect(keys.filter((key) => !set.has(key))).toEqual([]);
    expect(keys.filter((key) => set.has(`no ${key}`))).toEqual([]);
    expect(set.repeated()).toEqual([]);
  });

  it('knows once what was added more than once', () => {
    const set = new KeySet();
    for (const key of ['a', 'b', 'a', 'c', 'c', 'a']) set.add(key);
    expect(new Set(set.repeated())).toEqual(new Set([hashOf('a'), hashOf('c')]));
    expect(set.repeated()).toHaveLength(2);
    set.add('b');
    expect(set.repeated()).toHaveLength(3);
  });

  it('holds no keys that were not added, as of an empty place', () => {
    const set = new KeySet();
    expect(set.repeated()).toEqual([]);
    set.add('a');
    expect(set.repeated()).toEqual([]);
  });
});
