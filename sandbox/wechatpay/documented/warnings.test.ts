import { expect, test } from 'vitest';
import { warningsOf } from './warnings.ts';

test('suggests a near name, and compares none with a name of a megabyte', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`stock_name_${index}`, 's'] as const),
  );
  const long = 'x'.repeat(1024 * 1024);
  const [near, far] = warningsOf(fields, { stock_nam_7: 1, [long]: 1 }, '');
  expect(near).toMatch(/did you mean stock_name_7\?/);
  expect(far).not.toContain('did you mean');
});
