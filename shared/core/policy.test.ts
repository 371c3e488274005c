import { describe, expect, it } from 'vitest';
import { defaultPolicy, delayAfter } from './policy.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
/** A call to WeChat Pay with its retries, see shared/wechatpay/http/client.ts; and one through the provider's function. */
const longestCallMs = 20 * secondMs;

describe('limits that depend on each other', () => {
  const policy = defaultPolicy;

  it('end an attempt at fulfilment, and the question before it, before the next attempt may begin', () => {
    expect(longestCallMs + policy.fulfilmentTimeoutMs).toBeLessThan(Math.min(...policy.fulfilmentDelaysMs));
  });

  it('end a run of the timer before its two minutes are over', () => {
    const checksMs = policy.checkRunMs + longestCallMs;
    const fulfilmentMs = policy.fulfilmentRunMs + longestCallMs + policy.fulfilmentTimeoutMs;
    expect(checksMs + fulfilmentMs).toBeLessThan(2 * minuteMs);
  });

  it('answer a callback while WeChat Pay still waits for it, and look for its certificate before that', () => {
    const wechatPayWaitsMs = 5 * secondMs;
    const coldStartAndWayMs = secondMs;
    expect(policy.callbackAnswerMs + coldStartAndWayMs).toBeLessThanOrEqual(wechatPayWaitsMs);
    // What is left is for reading what was downloaded, and for recording the callback.
    expect(policy.certificateAskMs + secondMs).toBeLessThan(policy.callbackAnswerMs);
  });

  it('ask for a new prepay_id before the old one is two hours old', () => {
    expect(policy.prepayReuseMs + policy.minTimeToPayMs).toBeLessThan(120 * minuteMs);
  });

  it('check a new order within two minutes, and an old one seldom', () => {
    const sumMs = (count: number) =>
      policy.checkDelaysMs.slice(0, count).reduce((sum, each) => sum + each, 0);
    expect(sumMs(1)).toBeLessThanOrEqual(2 * minuteMs);
    expect([...policy.checkDelaysMs].sort((a, b) => a - b)).toEqual(policy.checkDelaysMs);
    expect(policy.orderLifetimeMs / policy.checkDelaysMs.at(-1)!).toBeLessThan(8);
  });

  it('are whole numbers, and times of at least a second, none shorter than the one before it', () => {
    const problems = Object.entries(policy).flatMap(([name, value]: [string, unknown]) => {
      const numbers: unknown[] = Array.isArray(value) ? value : [value];
      const least = /Ms$/.test(name) ? 1000 : 1;
      const sound = numbers.every(
        (each, index) => Number(each) >= Math.max(least, Number(numbers[index - 1] ?? 0)),
      );
      const whole = numbers.length > 0 && numbers.every(Number.isSafeInteger);
      return name === 'automaticShipping' || (sound && whole) ? [] : [name];
    });
    expect(problems).toEqual([]);
  });

  it('ship without a courier what needs none', () => {
    expect([...policy.automaticShipping].sort()).toEqual(['pickup', 'virtual']);
  });

  it('warn of a deadline before it, and leave a complaint a day to its first answer, three to its end', () => {
    expect(policy.complaintAnswerMs).toBe(24 * 60 * minuteMs);
    expect(policy.complaintFinishMs).toBe(3 * policy.complaintAnswerMs);
    expect(policy.complaintWarningMs).toBeLessThan(policy.complaintAnswerMs);
  });

  it('let one full cart of sellers be paid', () => {
    expect(policy.maxOpenPayments).toBeGreaterThanOrEqual(1);
    expect(policy.maxCartLines).toBeLessThanOrEqual(50);
  });
});

describe('delayAfter', () => {
  it('uses the delays in order, then repeats the last one', () => {
    expect([0, 1, 2, 3, 99].map((attempts) => delayAfter([5, 7, 9], attempts))).toEqual([5, 7, 9, 9, 9]);
  });
});
