/** The models are tested: each shows the mistakes that are planted in its process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { root } from '../../simulation/bundle.ts';
import { usualSeed } from '../runs.ts';
import { knownSequences, Player } from './find.ts';
import { modelMistakes } from './mistakes.ts';
import { models, type Sequence } from './player.ts';

const searchAgain = 'Search again, and look at what is not noticed: npx tsx tests/models/planted/run.ts';

let player: Player | undefined;
afterAll(() => player?.stop());

it('has mistakes for each model, each of which still fits the code', () => {
  const misfits = modelMistakes.filter(
    ({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2,
  );
  expect(misfits.map(({ name }) => name)).toEqual([]);
  for (const model of Object.keys(models))
    expect(modelMistakes.filter((mistake) => mistake.model === model).length).toBeGreaterThan(5);
});

it('knows a sequence that shows each of them, which a model holds without it in each run of the tests', async () => {
  expect(Object.keys(knownSequences).sort(), searchAgain).toEqual(
    modelMistakes.map(({ name }) => name).sort(),
  );
  const claims = (await Promise.all(Object.values(models).map((load) => load()))).flatMap(
    (all) => all.claims,
  );
  const isHeld = ({ says, seed, sequence }: Sequence) =>
    seed === usualSeed && claims.some((claim) => claim.says === says && sequence < claim.runs);
  const others = Object.entries(knownSequences).filter(([, sequence]) => !isHeld(sequence));
  expect(others, `Let the model show them sooner, or play more sequences. ${searchAgain}`).toEqual([]);
});

/** All of them take 40 s of processor time. */
const isPlayed = (index: number) => process.env.CI !== undefined || index % 2 === 0;

for (const mistake of modelMistakes.filter((_, index) => isPlayed(index))) {
  const { model, name } = mistake;
  const only = knownSequences[name];
  if (!only) continue;
  it(`${model}: a sequence shows that ${name}`, { timeout: 300_000 }, async () => {
    player ??= await Player.start();
    const shown = await player.play(mistake, { model, only });
    const problem = `Sequence ${only.sequence} of "${only.says}" holds with it.`;
    expect(shown, `${problem} ${searchAgain} ${model}`).toBeDefined();
  });
}
