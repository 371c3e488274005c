import { expect, it } from 'vitest';
import { billableDate, isBillHour } from './bill-date.ts';

it.each([
  ['2026-03-22T10:04:59+08:00', undefined],
  ['2026-03-22T10:05:00+08:00', '2026-03-21'],
  ['2026-03-01T23:59:59+08:00', '2026-02-28'],
  ['2028-03-01T12:00:00+08:00', '2028-02-29'],
  ['2026-12-31T18:30:00Z', undefined],
  ['2027-01-01T02:05:00Z', '2026-12-31'],
])('at %s the bill of %s is ready', (now, expected) => {
  expect(billableDate(Date.parse(now))).toBe(expected);
});

it('is looked for in the first hour after it is ready', () => {
  const hours = ['10:04', '10:05', '11:04', '11:05', '00:00'].map((time) =>
    isBillHour(Date.parse(`2026-03-22T${time}:00+08:00`)),
  );
  expect(hours).toEqual([false, true, true, false, false]);
});
