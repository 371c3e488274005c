import { expect, it, vi } from 'vitest';
import { CloudError } from './cloud-error.ts';
import { attempt, type Effect } from './retry.ts';

/** Fails every time with `failure`; each try takes `lastsMs`. */
async function tries(
  effect: Effect,
  failure: unknown,
  lastsMs = 0,
): Promise<{ count: number; code: string }> {
  let count = 0;
  let nowMs = 0;
  const request = () => {
    count++;
    nowMs += lastsMs;
    return Promise.reject(failure);
  };
  const error: unknown = await attempt('test', effect, request, () => nowMs).catch((each: unknown) => each);
  return { count, code: error instanceof CloudError ? error.code : String(error) };
}
const broken = (code: string | number, more = {}) => Object.assign(new Error('broken'), { code }, more);

it.each<[Effect, string, unknown, number]>([
  ['read', 'a broken connection', broken('ECONNRESET'), 3],
  ['write', 'a broken connection', broken('ECONNRESET'), 1],
  ['write', 'a refused connection', broken('ECONNREFUSED'), 3],
  ['write', 'a connection that was never made', broken('ETIMEDOUT', { hasConnected: false }), 3],
  ['write', 'an answer that never came', broken('ESOCKETTIMEDOUT', { hasConnected: true }), 1],
  ['read', 'a gateway error', broken(502), 3],
  ['write', 'a gateway error', broken(502), 1],
  ['write', 'a conflict', broken('DATABASE_TRANSACTION_CONFLICT'), 3],
  ['read', 'a refusal', broken('DATABASE_PERMISSION_DENIED'), 1],
  ['read', 'something unknown', 'text', 1],
])('tries a %s after %s so often: %#', async (effect, _, failure, expected) => {
  expect((await tries(effect, failure)).count).toBe(expected);
});

it('does not retry a slow attempt, since the caller is waiting', async () => {
  expect(await tries('read', broken('ESOCKETTIMEDOUT'), 5000)).toEqual({ count: 1, code: 'UNAVAILABLE' });
  expect((await tries('read', broken('ECONNRESET'), 1100)).count).toBe(2);
  expect((await tries('read', broken('ECONNRESET'), 2000)).count).toBe(2);
});

it('returns the result of the attempt that succeeded', async () => {
  let count = 0;
  const request = async () => {
    count++;
    if (count === 1) throw broken('ECONNRESET');
    return count;
  };
  expect(await attempt('test', 'read', request)).toBe(2);
});

it('measures the time of an attempt on the clock of the machine', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(2001);
  let count = 0;
  const request = () => {
    count++;
    return Promise.reject(broken('ECONNRESET'));
  };
  await expect(attempt('test', 'read', request)).rejects.toThrow('ECONNRESET');
  clock.mockRestore();
  expect(count).toBe(1);
});
