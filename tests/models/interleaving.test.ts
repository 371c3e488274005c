import { expect, it } from 'vitest';
import { chooseFrom, interleave, type Turn } from './interleaving.ts';

async function stepsOf(choices: readonly number[]): Promise<string> {
  const steps: string[] = [];
  const operation = (name: string) => async (turn: Turn) => {
    for (let step = 0; step < 3; step++) {
      await turn();
      steps.push(name);
    }
  };
  await interleave([operation('a'), operation('b')], chooseFrom(choices));
  return steps.join('');
}

it.each([
  [[0], 'aaabbb'],
  [[1], 'bbbaaa'],
  [[0, 1], 'ababab'],
])('lets operations take turns as chosen: %j', async (choices, expected) => {
  expect(await stepsOf(choices)).toBe(expected);
  expect(await stepsOf(choices)).toBe(expected);
});

it('reports how each operation ended, and waits for all of them', async () => {
  const fails = async (turn: Turn): Promise<string> => {
    await turn();
    throw new Error('killed');
  };
  const succeeds = async (turn: Turn) => {
    for (let step = 0; step < 5; step++) await turn();
    return 'done';
  };
  const outcomes = await interleave([fails, succeeds], chooseFrom([0]));
  expect(outcomes).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 'done' }]);
});

it('lets an operation wait in several places at once', async () => {
  const steps: string[] = [];
  const both = async (turn: Turn) => {
    await Promise.all([turn().then(() => steps.push('a1')), turn().then(() => steps.push('a2'))]);
  };
  const other = async (turn: Turn) => {
    await turn();
    steps.push('b');
  };
  await interleave([both, other], chooseFrom([0, 1]));
  expect(steps).toEqual(['a1', 'b', 'a2']);
});
