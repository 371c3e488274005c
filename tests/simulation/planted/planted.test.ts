/** The tester is tested: npm run simulate -- --planted does it with all mistakes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../bundle.ts';
import { find, knownSeeds } from './find.ts';
import { mistakes } from './mistakes.ts';

it('has at least 40 mistakes, each of which still fits the code', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(40);
  const misfits = mistakes.filter(
    ({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2,
  );
  expect(misfits.map(({ name }) => name)).toEqual([]);
  expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
});

const named = (name: string) => mistakes.find((mistake) => mistake.name === name)!;

it('knows what shows at least 40 of them: a story by its seed, or a test by its name', () => {
  const shown = mistakes.filter(({ name, foundBy }) => foundBy !== undefined || name in knownSeeds);
  expect(shown.length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(knownSeeds).filter((name) => !named(name))).toEqual([]);
  const tests = mistakes.flatMap(({ foundBy }) => foundBy ?? []);
  expect(tests.filter((test) => !existsSync(join(root, test)))).toEqual([]);
});

it.each([
  'a payment is not in the ledger',
  'a closed refund is not released',
  'a returned share is in the ledger as a share',
])('the stories show that %s', { timeout: 300_000 }, async (name) => {
  expect(await find(named(name), 60)).toHaveProperty('seed');
});

it('the test that is named for a mistake fails with it', { timeout: 300_000 }, async () => {
  const mistake = named('the amount refunded is not counted while the refund is on its way');
  expect(await find(mistake, 0)).toEqual({ test: mistake.foundBy });
});
