/** Plants one mistake, and looks whether anything shows it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../bundle.ts';
import { Players, playAll } from '../campaign.ts';
import known from './found.json' with { type: 'json' };
import type { Mistake } from './mistake.ts';

/** What shows a mistake: the first story that does, or the test that is named for it. */
export type Evidence = { readonly seed: number; readonly violation: string } | { readonly test: string };

/** By name of the mistake, the first seeds that showed it: `npm run simulate -- --planted` writes them down. */
export const knownSeeds: Readonly<Record<string, number>> = known;

/**
 * The story that is known to show it, else the first of many that does.
 * @param seeds how many stories are played at most
 * @returns undefined when nothing shows it
 */
export async function find(mistake: Mistake, seeds: number): Promise<Evidence | undefined> {
  if (mistake.foundBy) return failsWith(mistake) ? { test: mistake.foundBy } : undefined;
  // One process plays the seeds in their order, so that the first one that shows it is the same everywhere.
  const players = await Players.start(`planted-${process.pid}`, [mistake], 1);
  try {
    const seed = knownSeeds[mistake.name];
    const replayed = seed === undefined ? undefined : await players.play({ seed });
    if (replayed?.violation !== undefined) return evidenceOf(replayed.seed, replayed.violation);
    const [first] = (await playAll(players, 1, seeds, { most: 1 })).failed;
    return first?.violation === undefined ? undefined : evidenceOf(first.seed, first.violation);
  } finally {
    await players.stop();
  }
}

function evidenceOf(seed: number, violation: string): Evidence {
  return { seed, violation: violation.split('\n')[0]! };
}

function failsWith({ name }: Mistake): boolean {
  const config = join(root, 'tests/simulation/planted/vitest.config.ts');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, PLANTED: name };
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--config', config], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  // Red because of the mistake, and not because nothing ran.
  return status !== 0 && /Tests .*failed/.test(stdout);
}
