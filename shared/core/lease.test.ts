import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clockToleranceMs, exclusiveLeaseMs } from './lease.ts';

const { functions } = JSON.parse(readFileSync(new URL('../../cloudbaserc.json', import.meta.url), 'utf8'));
const longestRunMs = Math.max(...functions.map(({ timeout }: { timeout: number }) => timeout * 1000));

it('is not seen to end while its holder runs, with one clock ahead and the other behind', () => {
  expect(clockToleranceMs).toBeGreaterThanOrEqual(60_000);
  const begunMs = -clockToleranceMs;
  const seenAtMs = longestRunMs + clockToleranceMs;
  expect(begunMs + exclusiveLeaseMs).toBeGreaterThanOrEqual(seenAtMs);
});
