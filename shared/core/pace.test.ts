import { afterEach, expect, it, vi } from 'vitest';
import { createPace } from './pace.ts';

afterEach(() => void vi.useRealTimers());

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

it('waits on the clock of the machine', async () => {
  vi.useFakeTimers();
  const pace = createPace();
  await pace('seller', 20);
  let passed = false;
  const second = pace('seller', 20).then(() => {
    passed = true;
  });
  await vi.advanceTimersByTimeAsync(49);
  expect(passed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await second;
  await vi.advanceTimersByTimeAsync(1000);
  await pace('seller', 20);
  expect(vi.getTimerCount()).toBe(0);
});
