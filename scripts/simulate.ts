/**
 * Plays stories of the shop from seeds, with everything failing that can fail, and prints those in which something does
 * not hold:
 *
 *   npm run simulate -- --seeds 2000 --from 1
 *   npm run simulate -- --story 12        one story, with everything that happened in it
 */
import { parseArgs } from 'node:util';
import { type Campaign, Players, playAll } from '../tests/simulation/campaign.ts';
import { faultPoints } from '../tests/simulation/faults.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    story: { type: 'string' },
    fingerprint: { type: 'string' },
  },
});

const players = await Players.start(`simulate-${process.pid}`);
try {
  if (values.story !== undefined || values.fingerprint !== undefined) await one(values);
  else print(await playAll(players, Number(values.from), Number(values.seeds)));
} finally {
  await players.stop();
}

async function one({
  story,
  fingerprint,
}: {
  story?: string | undefined;
  fingerprint?: string | undefined;
}): Promise<void> {
  const played = await players.play({ seed: Number(story ?? fingerprint), keepLines: story !== undefined });
  if (story !== undefined) console.log(played.story.join('\n'), '\n', played.violation ?? 'everything held');
  console.log(played.fingerprint);
  if (played.violation !== undefined) process.exitCode = 1;
}

function print({ failed, stories, tookMs, hits, counts }: Campaign): void {
  for (const { seed, violation, story } of failed)
    console.log(`\nseed ${seed}: ${violation}\n${story.join('\n')}`);
  console.log(`\n${stories} stories in ${(tookMs / 1000).toFixed(1)} s`);
  for (const [name, count] of counts) console.log(`${String(count).padStart(9)} ${name}`);
  for (const name of faultPoints) console.log(`${String(hits.get(name) ?? 0).padStart(9)} ${name}`);
  const never = faultPoints.filter((name) => !hits.has(name));
  if (never.length > 0) console.log(`\nNever happened: ${never.join(', ')}`);
  if (failed.length > 0 || never.length > 0) process.exitCode = 1;
}
