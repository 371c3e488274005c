/** Stories from seeds: npm run simulate plays more of them. SIMULATE_SEEDS says how many are played here. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from './bundle.ts';
import { Players, playAll } from './campaign.ts';
import type { PlayOptions } from './play.ts';
import regressions from './regressions.json' with { type: 'json' };

let players: Players;
beforeAll(async () => {
  players = await Players.start('test');
}, 120_000);
afterAll(() => players?.stop());

const seeds = Number(process.env.SIMULATE_SEEDS ?? 12);

it('everything holds, whatever fails', { timeout: 600_000 }, async () => {
  const { failed, stories } = await playAll(players, 2001, seeds);
  expect(failed.map(({ seed, violation, story }) => ({ seed, violation, story }))).toEqual([]);
  expect(stories).toBe(seeds);
});

it('the same seed is the same story, also in another process and time zone', {
  timeout: 120_000,
}, async () => {
  const one = await players.play({ seed: 7 });
  const again = await players.play({ seed: 7 });
  expect(again.fingerprint).toBe(one.fingerprint);
  const elsewhere = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts/simulate.ts'), '--fingerprint', '7'],
    { env: { ...process.env, TZ: 'America/St_Johns', LANG: 'C' }, encoding: 'utf8', cwd: root },
  );
  expect(elsewhere.stdout.trim()).toBe(one.fingerprint);
});

it.each(regressions as readonly Omit<PlayOptions, 'origins'>[])(
  'what once failed holds (seed $seed)',
  async (story) => {
    expect((await players.play(story)).violation).toBeUndefined();
  },
);

it('another seed is another story', async () => {
  const [one, other] = await Promise.all([players.play({ seed: 7 }), players.play({ seed: 8 })]);
  expect(other.fingerprint).not.toBe(one.fingerprint);
});
