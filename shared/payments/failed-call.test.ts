import { describe, expect, it } from 'vitest';
import { WechatpayError } from '../wechatpay/errors.ts';
import { failureOf, isForLater, postponed } from './failed-call.ts';

const nowMs = Date.UTC(2026, 0, 2);
const refusal = (code: string, kind: WechatpayError['kind'] = 'refused') =>
  new WechatpayError(kind, code, `${code} 说明`);

it.each([
  ['SYSTEM_ERROR', 'refused', true],
  ['SYSTEMERROR', 'refused', true],
  ['FREQUENCY_LIMITED', 'refused', true],
  ['RATELIMIT_EXCEEDED', 'refused', true],
  ['PARAM_ERROR', 'refused', false],
  ['NOT_ENOUGH', 'refused', false],
  ['PARAM_ERROR', 'unknown', true],
  ['PARAM_ERROR', 'fault', true],
] as const)('%s (%s) is for later: %s', (code, kind, later) => {
  expect(isForLater(refusal(code, kind))).toBe(later);
});

it('keeps the first 500 characters of a message', () => {
  expect(failureOf({ code: 'C', message: `${'m'.repeat(500)}n` })).toEqual({
    code: 'C',
    message: 'm'.repeat(500),
  });
});

describe('a failed attempt that is repeated later', () => {
  const attempt = (error: WechatpayError, waitsForFunds = true) => {
    const logged: unknown[][] = [];
    const write = (level: string) => (event: string, fields?: object) =>
      void logged.push([level, event, fields]);
    const log = { info: write('info'), warn: write('warn'), error: write('error') };
    const retry = {
      event: 'refund.later',
      numbers: { outRefundNo: 'R1' },
      delaysMs: [10, 20],
      waitsForFunds,
    };
    const ports = { clock: { nowMs: () => nowMs }, log };
    return { change: postponed<string>(ports, retry, { state: 'ACCEPTED' }, error), logged };
  };
  const stored = { state: 'ACCEPTED', attempts: 0, nextAtMs: nowMs, failure: null };

  it('takes its turn again after the delay of its attempt, the last of which repeats', () => {
    const { change } = attempt(refusal('SYSTEM_ERROR'));
    const failure = { code: 'SYSTEM_ERROR', message: 'SYSTEM_ERROR 说明' };
    for (const [attempts, delayMs] of [
      [0, 10],
      [1, 20],
      [2, 20],
    ] as const) {
      expect(change({ ...stored, attempts })).toEqual({
        attempts: attempts + 1,
        nextAtMs: nowMs + delayMs,
        failure,
      });
    }
  });

  it('changes nothing of what has reached another state', () => {
    expect(attempt(refusal('SYSTEM_ERROR')).change({ ...stored, state: 'SUCCESS' })).toBeUndefined();
  });

  it.each([
    ['warn', 'SYSTEM_ERROR', 'refused', true],
    ['warn', 'CONNECTION_LOST', 'unknown', true],
    ['error', 'SIGNATURE_WRONG', 'fault', true],
    ['error', 'NOT_ENOUGH', 'refused', true],
    ['warn', 'NOT_ENOUGH', 'refused', false],
  ] as const)('is logged as %s of %s (%s), waiting for funds: %s', (level, code, kind, waits) => {
    const { change, logged } = attempt(refusal(code, kind), waits);
    expect(logged).toEqual([[level, 'refund.later', { outRefundNo: 'R1', code, kind }]]);
    const unfunded = code === 'NOT_ENOUGH' && waits;
    const message = unfunded ? expect.stringMatching(/^商户余额不足/) : `${code} 说明`;
    expect(change(stored)?.failure).toEqual({ code, message });
  });
});
