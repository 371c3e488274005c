import { describe, expect, it } from 'vitest';
import { returnStatus, shareStatus } from './wire.ts';

const time = { text: '2026-01-03T08:00:05+08:00', ms: Date.UTC(2026, 0, 3, 0, 0, 5) };

describe('what WeChat Pay says of a share', () => {
  it.each([
    ['FINISHED', 'FINISHED'],
    ['PROCESSING', 'PROCESSING'],
    ['SOMETHING_NEW', 'PROCESSING'],
    [undefined, 'PROCESSING'],
  ])('%s means %s', (state, expected) => {
    expect(shareStatus(state, 'O1')).toEqual({ state: expected, orderId: 'O1', receivers: [] });
  });

  it.each([
    ['SUCCESS', 'SUCCESS'],
    ['CLOSED', 'CLOSED'],
    ['PENDING', 'PENDING'],
    ['SOMETHING_NEW', 'PENDING'],
    [undefined, 'PENDING'],
  ])('to a receiver, %s means %s', (result, expected) => {
    const wire = { account: 'a', amount: 7, ...(result !== undefined && { result }) };
    const { receivers } = shareStatus('FINISHED', 'O1', [
      wire,
      { ...wire, fail_reason: 'NO_RELATION', finish_time: time.text },
    ]);
    const known = { account: 'a', amountFen: 7, result: expected };
    expect(receivers).toEqual([
      { ...known, failReason: null, finishedAtMs: undefined },
      { ...known, failReason: 'NO_RELATION', finishedAtMs: time.ms },
    ]);
  });
});

describe('what WeChat Pay says of a share that is given back', () => {
  it.each([
    ['SUCCESS', 'SUCCESS'],
    ['FAILED', 'FAILED'],
    ['FAIL', 'FAILED'],
    ['PROCESSING', 'PROCESSING'],
    ['SOMETHING_NEW', 'PROCESSING'],
  ])('%s means %s', (result, expected) => {
    expect(returnStatus({ amount: 7, result })).toEqual({
      ...{ amountFen: 7, result: expected, failReason: null, finishedAtMs: undefined },
    });
  });

  it.each([
    [time.text, time.ms],
    ['', undefined],
    ['soon', undefined],
  ])('at the time %j', (finish_time, finishedAtMs) => {
    const wire = { amount: 7, result: 'FAILED', fail_reason: 'TIME_OUT_CLOSED', finish_time };
    expect(returnStatus(wire)).toMatchObject({ failReason: 'TIME_OUT_CLOSED', finishedAtMs });
  });
});
