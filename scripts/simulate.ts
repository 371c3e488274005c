/**
 * Plays stories of the shop from seeds, with everything failing that can fail, and prints those in which something does
 * not hold:
 *
 *   npm run simulate -- --seeds 2000 --from 1
 *   npm run simulate -- --story 12        one story, with everything that happened in it
 *   npm run simulate -- --planted         which of 500 stories shows each of the planted mistakes
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Campaign, missingFrom, Players, playAll } from '../tests/simulation/campaign.ts';
import { find, knownSeeds } from '../tests/simulation/planted/find.ts';
import { mistakes } from '../tests/simulation/planted/mistakes.ts';
import { shrink } from '../tests/simulation/shrink.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    story: { type: 'string' },
    fingerprint: { type: 'string' },
    planted: { type: 'boolean', default: false },
  },
});

if (values.planted) await plant();
else await simulate();

/** Writes down which seed shows which mistake: the test of the stories plays some of them again. */
async function plant(): Promise<void> {
  const seeds: Record<string, number> = {};
  for (const mistake of mistakes.slice(Number(values.from) - 1)) {
    const found = await find(mistake, Number(values.seeds ?? 500));
    if (!found) process.exitCode = 1;
    else if ('seed' in found) seeds[mistake.name] = found.seed;
    const by = found && ('seed' in found ? `seed ${found.seed}: ${found.violation}` : found.test);
    console.log(found ? `found: ${mistake.name} · ${by}` : `NOT FOUND: ${mistake.name}`);
  }
  const file = new URL('../tests/simulation/planted/found.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify({ ...knownSeeds, ...seeds }, null, 2)}\n`);
}

async function simulate(): Promise<void> {
  const players = await Players.start(`simulate-${process.pid}`);
  try {
    const story = values.story ?? values.fingerprint;
    if (story !== undefined) await one(players, Number(story), values.story !== undefined);
    else await print(players, await playAll(players, Number(values.from), Number(values.seeds ?? 200)));
  } finally {
    await players.stop();
  }
}

async function one(players: Players, seed: number, keepLines: boolean): Promise<void> {
  const played = await players.play({ seed, keepLines });
  if (keepLines) console.log(played.story.join('\n'), '\n', played.violation ?? 'everything held');
  console.log(played.fingerprint);
  if (played.violation !== undefined) process.exitCode = 1;
}

async function print(players: Players, campaign: Campaign): Promise<void> {
  const { failed, stories, tookMs, processorMs, hits, counts } = campaign;
  for (const each of failed) {
    const { played, withoutActions, withoutFaults } = await shrink(players, each);
    console.log(`\nseed ${each.seed}: ${each.violation}\n${played.story.join('\n')}`);
    console.log(`As a regression: ${JSON.stringify({ seed: each.seed, withoutActions, withoutFaults })}`);
  }
  const [took, processor] = [tookMs, processorMs].map((ms) => (ms / 1000).toFixed(1));
  console.log(`\n${stories} stories in ${took} s, ${processor} s of processor time`);
  for (const [name, count] of counts) console.log(`${String(count).padStart(9)} ${name}`);
  for (const [name, count] of [...hits].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(9)} ${name}`);
  const never = missingFrom(campaign);
  if (never.length > 0) console.log(`\nNever happened: ${never.join(', ')}`);
  if (failed.length > 0 || never.length > 0) process.exitCode = 1;
}
