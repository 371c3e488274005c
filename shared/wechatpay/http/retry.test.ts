import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WechatpayError } from '../errors.ts';
import {
  type FailedAttempt,
  mayHaveTakenEffect,
  planRetry,
  type RetryOptions,
  type RetryState,
} from './retry.ts';

const error = new WechatpayError('unknown', 'CONNECTION_LOST', 'lost');
const lost: FailedAttempt = { error, repeat: 'if-idempotent', otherHost: true };
const refusedForNow: FailedAttempt = { error, repeat: 'always' };
const deadSocket: FailedAttempt = { error, repeat: 'if-idempotent', freshConnection: true };

const state = (more: Partial<RetryState> = {}): RetryState => ({
  attempts: 0,
  deadSocketReplaced: false,
  hostIndex: 0,
  ...more,
});
const options = (more: Partial<RetryOptions> = {}): RetryOptions => ({
  idempotent: true,
  hosts: 2,
  remainingMs: 20_000,
  responseTimeoutMs: 8_000,
  random: () => 0,
  ...more,
});

describe('a failed attempt', () => {
  it.each([
    ['never', true, false],
    ['never', false, false],
    ['if-idempotent', true, true],
    ['if-idempotent', false, false],
    ['always', true, true],
    ['always', false, true],
  ] as const)('that may be repeated %s, idempotent: %s, is repeated: %s', (repeat, idempotent, expected) => {
    const plan = planRetry({ error, repeat }, state(), options({ idempotent }));
    expect(plan !== undefined).toBe(expected);
  });

  it('is repeated twice and no more', () => {
    const shared = state();
    const plans = [1, 2, 3].map(() => planRetry(lost, shared, options()) !== undefined);
    expect(plans).toEqual([true, true, false]);
  });

  it('goes to the next host in turn when its host is to blame, and stays when not', () => {
    const shared = state();
    const hosts = [lost, lost].map((failed) => planRetry(failed, shared, options())?.hostIndex);
    expect(hosts).toEqual([1, 0]);
    expect(planRetry(refusedForNow, state({ hostIndex: 1 }), options())?.hostIndex).toBe(1);
    expect(planRetry(lost, state(), options({ hosts: 1 }))?.hostIndex).toBe(0);
  });

  it.each([
    [0, 200],
    [1, 400],
  ])('waits a random part of the back-off, which doubles: after %s', (attempts, mostMs) => {
    const waitOf = (random: number) =>
      planRetry(lost, state({ attempts }), options({ random: () => random }))?.waitMs;
    expect([waitOf(0), waitOf(0.5), waitOf(1)]).toEqual([0, mostMs / 2, mostMs]);
  });

  it('is final when the next one could not be answered in the time that is left', () => {
    const planned = (remainingMs: number, more: Partial<RetryOptions> = {}) =>
      planRetry(lost, state(), options({ remainingMs, ...more })) !== undefined;
    expect([planned(1_000), planned(999)]).toEqual([true, false]);
    expect([planned(1_200, { random: () => 1 }), planned(1_199, { random: () => 1 })]).toEqual([true, false]);
    expect([planned(300, { responseTimeoutMs: 300 }), planned(299, { responseTimeoutMs: 300 })]).toEqual([
      true,
      false,
    ]);
  });

  it('never takes more attempts, another host or a longer wait than there are, whatever happens', () => {
    const failure = fc.record({
      repeat: fc.constantFrom('always', 'if-idempotent', 'never'),
      otherHost: fc.boolean(),
      freshConnection: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(failure, { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, hosts, idempotent, random) => {
          const shared = state();
          let attempts = 1;
          for (const failed of failures) {
            const plan = planRetry(
              { error, ...failed } as FailedAttempt,
              shared,
              options({ hosts, idempotent, random: () => random }),
            );
            if (!plan) break;
            attempts++;
            expect(plan.hostIndex).toBeLessThan(hosts);
            expect(plan.waitMs).toBeLessThanOrEqual(400);
            expect(plan.freshConnection || idempotent).toBe(true);
          }
          // Three, and one more when the first used a closed connection.
          expect(attempts).toBeLessThanOrEqual(idempotent ? 4 : 3);
        },
      ),
    );
  });
});

describe('a dead kept-alive connection', () => {
  it('is replaced at once, at the same host, and costs no attempt; a second one is an attempt', () => {
    const shared = state({ hostIndex: 1 });
    const random = () => 1;
    expect(planRetry(deadSocket, shared, options({ random }))).toEqual({
      hostIndex: 1,
      waitMs: 0,
      freshConnection: true,
    });
    expect(shared.attempts).toBe(0);
    expect(planRetry(deadSocket, shared, options({ random }))).toEqual({
      hostIndex: 1,
      waitMs: 200,
      freshConnection: true,
    });
    expect(shared.attempts).toBe(1);
  });

  it('ends a request that must not be sent twice', () => {
    expect(planRetry(deadSocket, state(), options({ idempotent: false }))).toBeUndefined();
  });

  it('is not replaced when there is no time left for another request', () => {
    expect(planRetry(deadSocket, state(), options({ remainingMs: 999 }))).toBeUndefined();
  });

  it('has nothing to do with other failures, which may use a kept connection again', () => {
    expect(planRetry(lost, state(), options())?.freshConnection).toBe(false);
  });
});

describe('whether an attempt may have taken effect', () => {
  const failed = (kind: 'fault' | 'refused' | 'unknown', repeat: FailedAttempt['repeat']): FailedAttempt => ({
    error: new WechatpayError(kind, 'X', 'x'),
    repeat,
  });

  it.each([
    ['unknown', 'never', true],
    ['unknown', 'if-idempotent', true],
    ['unknown', 'always', false],
    ['refused', 'never', false],
    ['refused', 'always', false],
    ['fault', 'never', false],
  ] as const)('%s, to be repeated %s: %s', (kind, repeat, expected) => {
    expect(mayHaveTakenEffect(failed(kind, repeat))).toBe(expected);
  });
});
