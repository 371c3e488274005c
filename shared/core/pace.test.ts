import { expect, it } from 'vitest';
import { createPace } from './pace.ts';

function paced() {
  let nowMs = 0;
  const slept: number[] = [];
  const pace = createPace({
    nowMs: () => nowMs,
    sleep: async (forMs) => void slept.push(forMs),
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { pace, slept, pass };
}

it('lets the first pass at once, and the next ones at equal distances', async () => {
  const { pace, slept } = paced();
  for (let count = 0; count < 4; count++) await pace('seller', 20);
  expect(slept).toEqual([50, 100, 150]);
});

it('counts each key by itself', async () => {
  const { pace, slept } = paced();
  await pace('one', 20);
  await pace('other', 20);
  expect(slept).toEqual([]);
});

it('does not save up what was not used', async () => {
  const { pace, slept, pass } = paced();
  await pace('seller', 20);
  pass(10_000);
  await pace('seller', 20);
  await pace('seller', 20);
  expect(slept).toEqual([50]);
});
