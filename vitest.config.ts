import { defineConfig } from 'vitest/config';

/** Tests that run the whole system, with processes of its own: one file at a time, after the others. */
const system = 'tests/{e2e,browser}/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // However busy the machine is: what is waited for comes, or the test fails.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['{functions,shared,sandbox,miniprogram,scripts,tests}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**', system],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [system],
          globalSetup: 'tests/global-setup.ts',
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
