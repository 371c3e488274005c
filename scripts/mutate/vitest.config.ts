import { defineConfig } from 'vitest/config';

/** What a mutant is tried against: test files that need no built bundle and no process of their own. */
export default defineConfig({
  test: {
    include: (process.env.MUTATE_TESTS ?? 'shared/**/*.test.ts').split(','),
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // Load the modules once for all test files: that is most of the time of a mutant.
    isolate: false,
  },
});
