import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withinTime } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('returns what work returned in time, and leaves no timer behind', async () => {
  expect(
    await withinTime(
      1000,
      async () => 'done',
      () => 'late',
    ),
  ).toBe('done');
  expect(vi.getTimerCount()).toBe(0);
});

it('throws what work threw in time, and leaves no timer behind', async () => {
  await expect(
    withinTime(
      1000,
      () => Promise.reject(new Error('m')),
      () => 'late',
    ),
  ).rejects.toThrow('m');
  expect(vi.getTimerCount()).toBe(0);
});

it('returns the late result when the time is up, not before', async () => {
  let result: string | undefined;
  const waiting = withinTime(
    1000,
    () => new Promise<string>(() => {}),
    () => 'late',
  ).then((each) => {
    result = each;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(result).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(result).toBe('late');
});
