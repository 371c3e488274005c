/** Runs a model with a mistake in place: PLANTED is its name. */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { root } from '../../simulation/bundle.ts';
import { modelMistakes } from './mistakes.ts';

const mistake = modelMistakes.find(({ name }) => name === process.env.PLANTED);
if (!mistake) throw new Error('PLANTED names no mistake.');
const { file, from, to, model } = mistake;

export default defineConfig({
  root,
  plugins: [
    {
      name: 'planted',
      enforce: 'pre',
      transform: (code, id) => (id === join(root, file) ? code.replace(from, () => to) : undefined),
    },
  ],
  test: { include: [`tests/models/${model}.test.ts`] },
});
