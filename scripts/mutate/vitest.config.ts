import { defineConfig } from 'vitest/config';

/** What a mutant of shared/ is tried against: the fast tests that need no built bundle and no process of their own. */
export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts', 'tests/payments/**/*.test.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
  },
});
