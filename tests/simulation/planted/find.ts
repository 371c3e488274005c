/** Plants one mistake, and looks whether anything shows it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../bundle.ts';
import { Players, playAll } from '../campaign.ts';
import type { Mistake } from './mistakes.ts';

/**
 * @param seeds how many stories are played at most
 * @returns what shows it: a story, or the test that is named for it; undefined when nothing does
 */
export async function find(mistake: Mistake, seeds: number): Promise<string | undefined> {
  if (mistake.foundBy) return failsWith(mistake) ? mistake.foundBy : undefined;
  const players = await Players.start(`planted-${process.pid}`, [mistake]);
  try {
    const { failed } = await playAll(players, 1, seeds, 1);
    return failed[0] && `seed ${failed[0].seed}: ${failed[0].violation}`;
  } finally {
    await players.stop();
  }
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
