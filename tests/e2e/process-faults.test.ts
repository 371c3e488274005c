/** `npm run faults` runs many more operations. */
import { expect, it } from 'vitest';
import { runWithFaults } from '../attack/process-faults/run.ts';

it('loses nothing while instances are killed, the system restarts, connections break and the disk is full', {
  timeout: 300_000,
}, async () => {
  const run = await runWithFaults({ operations: 50, restarts: 1, seed: 15 });
  expect(run.differences).toEqual([]);
  expect(run.restarted).toBe(1);
  for (const count of [run.killed, run.reset, run.slow, run.fullDisks]) expect(count).toBeGreaterThan(0);
  expect(run.payments).toBeGreaterThan(10);
});
