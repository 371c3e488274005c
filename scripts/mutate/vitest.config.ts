import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');
const work = process.env.MUTATE_WORK ?? '';
const texts: Record<string, string> =
  work === '' ? {} : JSON.parse(readFileSync(join(work, 'texts.json'), 'utf8'));

/** What this time limit means: patience.mjs. */
const patientMs = 3_600_000;

/** One worker that stays, loads the files with their mutants in them, and does all the rest in runner.mjs. */
export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      load: (id) => texts[relative(root, id)],
    },
  ],
  test: {
    include: ['scripts/mutate/start.ts'],
    runner: join(import.meta.dirname, 'runner.mjs'),
    setupFiles: 'tests/check-money.ts',
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: patientMs,
    hookTimeout: patientMs,
    expect: { poll: { timeout: patientMs, interval: 20 } },
    teardownTimeout: 1_000,
    silent: true,
  },
});
