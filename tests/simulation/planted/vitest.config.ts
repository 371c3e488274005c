/** Runs the tests that must notice a planted mistake, with the mistake in place: PLANTED is its name. */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { root } from '../bundle.ts';
import { mistakes } from './mistakes.ts';

const mistake = mistakes.find(({ name }) => name === process.env.PLANTED);
if (!mistake?.foundBy) throw new Error('PLANTED names no mistake that a test must notice.');
const { file, from, to, foundBy } = mistake;

export default defineConfig({
  root,
  plugins: [
    {
      name: 'planted',
      enforce: 'pre',
      transform: (code, id) => (id === join(root, file) ? code.replace(from, () => to) : undefined),
    },
  ],
  test: { include: [foundBy] },
});
