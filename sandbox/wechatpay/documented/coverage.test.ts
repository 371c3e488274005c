import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { coverageText } from './coverage.ts';

test('docs/coverage.md is what `npx tsx scripts/coverage.ts` writes now', () => {
  const file = join(import.meta.dirname, '../../../docs/coverage.md');
  // Compared by line, so that a difference shows which API was added or changed.
  expect(readFileSync(file, 'utf8').split('\n')).toEqual(coverageText().split('\n'));
});
