import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYuan, yuan } from './money';
import { countdown } from './time';
import { newToken } from './token';

test('fen become yuan with thousands apart', () => {
  expect([1, 100, 123_456_789].map(yuan)).toEqual(['0.01', '1.00', '1,234,567.89']);
});

test('what is shown can be typed back', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), (fen) => {
      expect(parseYuan(yuan(fen).replaceAll(',', ''))).toBe(fen);
    }),
  );
});

test('refuses text that is not an amount', () => {
  expect(['', '1.234', '-1', '1,00', 'abc', '.5', '1e3'].map(parseYuan)).toEqual(
    new Array(7).fill(undefined),
  );
});

test('a countdown shows hours when there are some, and nothing when it is over', () => {
  expect([3_661_000, 59_001, 1, 0, -5].map(countdown)).toEqual(['1:01:01', '01:00', '00:01', '', '']);
});

test('a token is long enough for the server and differs each time', () => {
  expect(newToken()).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(newToken()).not.toBe(newToken());
});
