/** The tester is tested: npm run simulate -- --planted does it with all mistakes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../bundle.ts';
import { find } from './find.ts';
import { mistakes } from './mistakes.ts';

it('has at least 40 mistakes, each of which still fits the code', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(40);
  const misfits = mistakes.filter(
    ({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2,
  );
  expect(misfits.map(({ name }) => name)).toEqual([]);
  expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
});

it.each(['a payment is not in the ledger', 'a returned share is in the ledger as a share'])(
  'the stories show that %s',
  { timeout: 300_000 },
  async (name) => {
    expect(await find(mistakes.find((mistake) => mistake.name === name)!, 60)).toHaveProperty('seed');
  },
);
