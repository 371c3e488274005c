/** `npm run faults` runs many more operations. */
import { expect, it } from 'vitest';
import { runWithFaults } from '../attack/process-faults/run.ts';

// Which process to kill, and when its disk is full, is found out by means of Linux.
it.runIf(process.platform === 'linux')(
  'loses nothing while instances, the cloud and WeChat Pay are killed, connections break and disks are full',
  { timeout: 600_000 },
  async () => {
    const run = await runWithFaults({ operations: 30, restarts: 2, seed: 15 });
    expect(run.differences).toEqual([]);
    expect([run.killedClouds, run.killedWechatpays]).toEqual([1, 1]);
    for (const count of [run.killedInstances, run.reset, run.slow, run.fullDisks])
      expect(count).toBeGreaterThan(0);
    expect(run.counts.ledger).toBeGreaterThan(10);
  },
);
