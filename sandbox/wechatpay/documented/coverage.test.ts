import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { coverageText } from './coverage.ts';

test('docs/coverage.md is what `npx tsx scripts/coverage.ts` writes now', () => {
  const file = join(import.meta.dirname, '../../../docs/coverage.md');
  expect(readFileSync(file, 'utf8') === coverageText()).toBe(true);
});
