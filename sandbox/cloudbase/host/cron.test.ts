import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from './cron.ts';

const beijing = (text: string): number => Date.parse(`${text}+08:00`);
const next = (expression: string, after: string): string | undefined => {
  const found = parseCron(expression).next(beijing(after));
  return found === undefined ? undefined : new Date(found + 8 * 3_600_000).toISOString().slice(0, 19);
};

describe('a timer expression', () => {
  it.each([
    ['0 * * * * * *', '2026-01-01T00:00:00', '2026-01-01T00:01:00'],
    ['*/5 * * * * * *', '2026-01-01T00:00:04', '2026-01-01T00:00:05'],
    ['0 30 9-11 * * * *', '2026-01-01T11:30:00', '2026-01-02T09:30:00'],
    ['0 0 2 * * * *', '2026-12-31T02:00:00', '2027-01-01T02:00:00'],
    ['0 0 0 29 2 * *', '2026-01-01T00:00:00', '2028-02-29T00:00:00'],
    ['0 0 10 * * MON-FRI *', '2026-01-02T10:00:00', '2026-01-05T10:00:00'],
    ['0 0 0 1 * 0 *', '2026-01-01T00:00:00', '2026-01-04T00:00:00'],
    ['0 0 0 1 JAN * 2030', '2026-01-01T00:00:00', '2030-01-01T00:00:00'],
    ['15,45 0 0 * * * *', '2026-01-01T00:00:15', '2026-01-01T00:00:45'],
  ])('%s after %s is due at %s, Beijing time', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('that only names the past is never due', () => {
    expect(next('0 0 0 1 1 * 2020', '2026-01-01T00:00:00')).toBeUndefined();
    expect(next('0 0 0 31 2 * *', '2026-01-01T00:00:00')).toBeUndefined();
  });

  it.each([
    '* * * * *',
    '60 * * * * * *',
    '0 0 0 0 * * *',
    'a * * * * * *',
    '5-1 * * * * * *',
    '*/0 * * * * * *',
  ])('%s is refused', (expression) => {
    expect(() => parseCron(expression)).toThrow(SyntaxError);
  });

  it('is due at the very next matching second, wherever one starts', () => {
    const cron = parseCron('*/7 */3 * * * * *');
    fc.assert(
      fc.property(fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }), (second) => {
        const due = cron.next(second * 1000) ?? 0;
        const matches = (ms: number): boolean =>
          new Date(ms).getUTCSeconds() % 7 === 0 && new Date(ms).getUTCMinutes() % 3 === 0;
        for (let ms = second * 1000 + 1000; ms < due; ms += 1000) expect(matches(ms)).toBe(false);
        expect(matches(due)).toBe(true);
      }),
    );
  });
});
