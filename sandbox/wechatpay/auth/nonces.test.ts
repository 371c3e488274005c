import { expect, test } from 'vitest';
import { NonceMemory } from './nonces.ts';

const keepMs = 600_000;

test('a nonce is good once for each merchant, until its timestamp would no longer be accepted', () => {
  const nonces = new NonceMemory(keepMs);
  const take = (atMs: number, mchid = '1900000001') => nonces.take(mchid, 'n', atMs);
  expect([take(59_999), take(59_999), take(60_000, '1900000002')]).toEqual([true, false, true]);
  expect(take(59_999 + keepMs)).toBe(false);
  expect(take(60_001 + keepMs)).toBe(true);
});

test('long nonces that differ in their last characters only are different ones', () => {
  const nonces = new NonceMemory(keepMs);
  const taken = Array.from({ length: 20_000 }, (_, n) => nonces.take('m', `${'x'.repeat(100)}${n}`, n));
  expect(taken.every(Boolean)).toBe(true);
});
