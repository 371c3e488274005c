/**
 * Which sequence shows each planted mistake first.
 *
 *   npx tsx tests/models/planted/run.ts                     of all models
 *   npx tsx tests/models/planted/run.ts sharing             of one
 *   npx tsx tests/models/planted/run.ts --named twice       of those whose names have it in them
 *   npx tsx tests/models/planted/run.ts --sequences 300     how many of each claim are played at most
 *   npx tsx tests/models/planted/run.ts --seed 7            from another seed; what is found is not written down
 *
 * What is found from the usual seed is written to found.json, which a test plays.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { usualSeed } from '../runs.ts';
import { Player } from './find.ts';
import { modelMistakes } from './mistakes.ts';
import type { Sequence } from './player.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    named: { type: 'string', default: '' },
    sequences: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(usualSeed) },
  },
});
const [only] = positionals;
const seed = Number(values.seed);
const file = new URL('./found.json', import.meta.url);
const tried = modelMistakes.filter(
  ({ model, name }) => (only === undefined || model === only) && name.includes(values.named),
);
const player = await Player.start();
let missed = 0;
for (const mistake of tried) {
  const found = await player.play(mistake, { model: mistake.model, seed, most: Number(values.sequences) });
  if (!found) missed++;
  const { says, sequence, problem } = found ?? {};
  const how = found ? `sequence ${sequence} of "${says}": ${problem?.split('\n')[0]}` : 'not noticed';
  console.log(`${found ? '✓' : '✗'} ${mistake.model}: ${mistake.name}: ${how}`);
  if (seed === usualSeed) record(mistake.name, found);
}
player.stop();
console.log(`${tried.length - missed} of ${tried.length} mistakes are noticed`);
process.exitCode = missed === 0 ? 0 : 1;

/** Also what another run that goes on meanwhile has found stays. */
function record(name: string, found: Sequence | undefined): void {
  const known: Record<string, Sequence> = JSON.parse(readFileSync(file, 'utf8'));
  delete known[name];
  if (found) known[name] = { says: found.says, seed: found.seed, sequence: found.sequence };
  const names = modelMistakes.map((mistake) => mistake.name).filter((each) => each in known);
  const ordered = Object.fromEntries(names.map((each) => [each, known[each]]));
  writeFileSync(file, `${JSON.stringify(ordered, null, 2)}\n`);
}
