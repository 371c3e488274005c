/**
 * Plays stories of the shop from seeds, with everything failing that can fail, and prints those in which something does
 * not hold:
 *
 *   npm run simulate -- --seeds 2000 --from 1
 *   npm run simulate -- --seeds 100000 --log long.jsonl   interrupted, it goes on where it was
 *   npm run simulate -- --story 12        one story, with everything that happened in it
 *   npm run simulate -- --planted         which of 500 stories shows each of the planted mistakes
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Players, playAll } from '../tests/simulation/campaign.ts';
import { faultPoints } from '../tests/simulation/faults.ts';
import { add, missingFrom, nothing, type Piece, PieceLog } from '../tests/simulation/pieces.ts';
import { find, knownSeeds } from '../tests/simulation/planted/find.ts';
import { mistakes } from '../tests/simulation/planted/mistakes.ts';
import type { Played } from '../tests/simulation/play.ts';
import { shrink } from '../tests/simulation/shrink.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    story: { type: 'string' },
    fingerprint: { type: 'string' },
    log: { type: 'string' },
    planted: { type: 'boolean', default: false },
  },
});

/** Few enough to lose little when the run is interrupted, and many enough that starting one costs nothing. */
const pieceSize = 500;
/** Failing stories of one run that are printed. */
const mostPrinted = 5;

if (values.planted) await plant();
else await simulate();

/** Writes down which seed shows which mistake, at once: the test of the stories plays some of them again. */
async function plant(): Promise<void> {
  const file = new URL('../tests/simulation/planted/found.json', import.meta.url);
  let seeds = knownSeeds;
  for (const mistake of mistakes.slice(Number(values.from) - 1)) {
    const found = await find(mistake, Number(values.seeds ?? 500));
    if (!found) process.exitCode = 1;
    const by = found && ('seed' in found ? `seed ${found.seed}: ${found.violation}` : found.test);
    console.log(found ? `found: ${mistake.name} · ${by}` : `NOT FOUND: ${mistake.name}`);
    if (!found || !('seed' in found)) continue;
    seeds = { ...seeds, [mistake.name]: found.seed };
    writeFileSync(file, `${JSON.stringify(seeds, null, 2)}\n`);
  }
}

async function simulate(): Promise<void> {
  const players = await Players.start(`simulate-${process.pid}`);
  try {
    const story = values.story ?? values.fingerprint;
    if (story !== undefined) await one(players, Number(story), values.story !== undefined);
    else {
      const seeds = Number(values.seeds ?? 200);
      print(await playPieces(players, Number(values.from), seeds), seeds);
    }
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

/** @returns what all pieces came to, those that the log had already included */
async function playPieces(players: Players, from: number, seeds: number): Promise<Piece> {
  const log = new PieceLog(values.log, players.bundle);
  let all = nothing;
  for (let begin = from; begin < from + seeds && all.failed.length < mostPrinted; begin += pieceSize) {
    const stories = Math.min(pieceSize, from + seeds - begin);
    const known = log.find(begin, stories);
    all = add(all, known ?? (await playPiece(players, log, begin, stories, all)));
    console.log(`${all.stories} of ${seeds} stories · ${all.failed.length} failed · ${timesOf(all)}`);
  }
  return all;
}

async function playPiece(
  players: Players,
  log: PieceLog,
  from: number,
  stories: number,
  before: Piece,
): Promise<Piece> {
  const played = (count: number) => {
    if (count % 100 === 0 && count < stories) console.log(`${before.stories + count} stories`);
  };
  const campaign = await playAll(players, from, stories, { most: mostPrinted, played });
  for (const each of campaign.failed) await printFailure(players, each);
  const piece = { ...campaign, failed: campaign.failed.map(({ seed }) => seed) };
  if (piece.stories === stories) log.add(piece);
  return piece;
}

async function printFailure(players: Players, each: Played): Promise<void> {
  const { played, withoutActions, withoutFaults } = await shrink(players, each);
  console.log(`\nseed ${each.seed}: ${each.violation}\n${played.story.join('\n')}`);
  console.log(`As a regression: ${JSON.stringify({ seed: each.seed, withoutActions, withoutFaults })}\n`);
}

/** What happened, and in the last line whether everything held and nothing was left out. */
function print(all: Piece, seeds: number): void {
  for (const [name, count] of Object.entries(all.counts)) console.log(`${String(count).padStart(9)} ${name}`);
  for (const [name, count] of Object.entries(all.hits).sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(9)} ${name}`);
  const never = missingFrom(all);
  const problems = [
    ...(all.failed.length > 0 ? [`something did not hold with the seeds ${all.failed.join(', ')}`] : []),
    ...(all.stories < seeds ? [`only ${all.stories} of ${seeds} stories were played`] : []),
    ...(never.length > 0 ? [`never happened: ${never.join(', ')}`] : []),
  ];
  const what = `${all.stories} stories, seeds ${all.from} to ${all.from + seeds - 1}, ${timesOf(all)}`;
  const held = `everything held, and each of ${faultPoints.length} faults happened`;
  console.log(
    `\n${problems.length === 0 ? `PASSED: ${what}: ${held}` : `FAILED: ${what}: ${problems.join('; ')}`}`,
  );
  if (problems.length > 0) process.exitCode = 1;
}

function timesOf({ tookMs, processorMs }: Piece): string {
  const [took, processor] = [tookMs, processorMs].map((ms) => (ms / 1000).toFixed(1));
  return `${took} s, ${processor} s of processor time`;
}
