import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../simulation/bundle.ts';
import { modelMistakes } from './mistakes.ts';

it('has mistakes for each model, each of which still fits the code; run.ts tries them', () => {
  const misfits = modelMistakes.filter(
    ({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2,
  );
  expect(misfits.map(({ name }) => name)).toEqual([]);
  for (const model of ['sharing', 'refunds', 'applications'])
    expect(modelMistakes.filter((mistake) => mistake.model === model).length).toBeGreaterThan(5);
});
