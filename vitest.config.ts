import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that run the whole system, with processes of its own: after the others. */
const system = 'tests/{e2e,browser}/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // vitest would leave one processor to itself: of two that is half.
    maxWorkers: Math.max(2, availableParallelism()),
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
          // Each file has a system, ports and folders of its own, and waits much of its time.
          maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
