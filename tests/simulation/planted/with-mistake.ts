import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { root } from '../bundle.ts';
import type { Mistake } from './mistake.ts';

/** A configuration of vitest that runs one test file with a mistake in place. */
export function withMistake({ file, from, to }: Pick<Mistake, 'file' | 'from' | 'to'>, testFile: string) {
  return defineConfig({
    root,
    plugins: [
      {
        name: 'planted',
        enforce: 'pre',
        transform: (code, id) => (id === join(root, file) ? code.replace(from, () => to) : undefined),
      },
    ],
    test: { include: [testFile] },
  });
}
