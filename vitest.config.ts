import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that run the whole system, with processes of its own: after the others. */
const system = 'tests/e2e/**/*.test.ts';
const browser = 'tests/browser/**/*.test.ts';
/**
 * Tests that need a process in which nothing has been loaded: of what a module reads once when it is first loaded, or of
 * which functions the engine has entered. Their names say so.
 */
const isolated = '**/*.isolated.test.ts';
/** Of whole systems: their processes wait much of their time, and on a busy machine a test takes minutes. */
const wholeSystem = {
  globalSetup: 'tests/global-setup.ts',
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  testTimeout: 240_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 90_000, interval: 20 } },
};
const notOurs = ['**/node_modules/**', 'dist/**'];
const parts = '{functions,shared,sandbox,miniprogram,scripts,tests}/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: 'tests/check-money.ts',
    // vitest would leave one processor to itself: of two that is half.
    maxWorkers: Math.max(2, availableParallelism()),
    // However busy the machine is: what is waited for comes, or the test fails.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: [parts],
          exclude: [...notOurs, system, browser, isolated],
          // Loading the modules once per process instead of once per file is half of the time. So a test gives back what it
          // takes of the process: variables, timers, listeners.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [system, isolated],
          exclude: notOurs,
          // Each file has a system, ports and folders of its own.
          ...wholeSystem,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [browser],
          // One browser and one system per process, which starts over before each test: tests/browser/fixture.ts.
          isolate: false,
          ...wholeSystem,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
