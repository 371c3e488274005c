import { describe, expect, it } from 'vitest';
import type { AfterSalesFee, SharingRecord, Subsidy } from './records.ts';
import { frozenUntilMs, goOn, rest, warnAtMs } from './step.ts';
import {
  dayMs,
  nowMs,
  paidAtMs,
  shareRequest,
  shareReturn,
  sharing,
  sharingRecord,
} from './testing/sharing.ts';

const subsidy = (changes: Partial<Subsidy> = {}): Subsidy => ({
  ...{ outSubsidyNo: 'B1', amountFen: 5, state: 'SUCCESS', subsidyId: null, notBeforeMs: nowMs + 1 },
  ...{ failure: null, returns: [], ...changes },
});
const subsidyReturn = (changes: Partial<Subsidy['returns'][number]> = {}): Subsidy['returns'][number] => ({
  ...{ outReturnNo: 'R', outRefundNo: 'A', refundId: '50', amountFen: 5, state: 'RESERVED' },
  ...{ notBeforeMs: nowMs + 2, failure: null, ...changes },
});
const fee = (changes: Partial<AfterSalesFee> = {}): AfterSalesFee => ({
  ...{ outRefundNo: 'A', refundId: '50', amountFen: 5, scene: 'RETURN_GOODS', state: 'RESERVED' },
  ...{ notBeforeMs: nowMs + 3, attempts: 0, failure: null, ...changes },
});

/** When a sharing is worked on next, of one that would rest until `nextAtMs`. */
async function turn(of: Partial<SharingRecord>, nextAtMs: number | null = null, atMs = nowMs) {
  const { shop, record, stored } = sharing('partner', of);
  shop.nowMs = atMs;
  const step = await rest(shop.ports, record, () => ({ attempts: 9, nextAtMs }));
  expect(step).toEqual({ sharing: stored(), waits: true });
  return stored();
}

const warningMs = paidAtMs + 27 * dayMs;
const endMs = paidAtMs + 30 * dayMs;

describe('a sharing that rests', () => {
  it('is frozen for 30 days, or 180 of a platform, and a person is warned three days before', () => {
    const { shop } = sharing();
    expect(frozenUntilMs(sharingRecord())).toBe(endMs);
    expect(frozenUntilMs(sharingRecord({ account: 'ecommerce' }))).toBe(paidAtMs + 180 * dayMs);
    expect(warnAtMs(shop.ports, sharingRecord())).toBe(warningMs);
  });

  it.each([
    ['its own time', {}, nowMs + 5, nowMs + 5],
    ['the warning, if it has none', {}, null, warningMs],
    ['the warning, if its own time is later', {}, warningMs + 1, warningMs],
    [
      'a share that is to be given back',
      { returns: [shareReturn({ notBeforeMs: nowMs + 4 })] },
      null,
      nowMs + 4,
    ],
    [
      'a share that is being given back',
      { returns: [shareReturn({ state: 'PROCESSING', notBeforeMs: nowMs + 4 })] },
      null,
      nowMs + 4,
    ],
    [
      'nothing of shares that were given back',
      { returns: [shareReturn({ state: 'SUCCESS' })] },
      null,
      warningMs,
    ],
    ['nothing of those that failed', { returns: [shareReturn({ state: 'FAILED' })] }, null, warningMs],
    ['its subsidy', { subsidy: subsidy({ state: 'RESERVED' }) }, null, nowMs + 1],
    ['nothing of a subsidy that arrived', { subsidy: subsidy() }, null, warningMs],
    ['a subsidy’s return', { subsidy: subsidy({ returns: [subsidyReturn()] }) }, null, nowMs + 2],
    [
      'nothing of a return of a subsidy that arrived',
      { subsidy: subsidy({ returns: [subsidyReturn({ state: 'SUCCESS' })] }) },
      null,
      warningMs,
    ],
    ['its after-sales fee', { afterSales: fee() }, null, nowMs + 3],
    ['its after-sales fee in progress', { afterSales: fee({ state: 'PROCESSING' }) }, null, nowMs + 3],
    ['nothing of a fee that was charged', { afterSales: fee({ state: 'SUCCESS' }) }, null, warningMs],
    ['the earliest of all', { returns: [shareReturn()], afterSales: fee() }, nowMs + 9, nowMs],
    ['what is still open, once it is free', { state: 'FREED', afterSales: fee() }, nowMs + 1, nowMs + 3],
    ['nothing, once it is free', { state: 'FREED' }, nowMs + 1, null],
  ] as [string, Partial<SharingRecord>, number | null, number | null][])(
    'waits for %s',
    async (_, of, nextAtMs, expected) => {
      expect(await turn(of, nextAtMs)).toMatchObject({ nextAtMs: expected, attempts: 9 });
    },
  );

  it.each([
    [warningMs - 1, warningMs],
    [warningMs, endMs],
    [endMs - 1, endMs],
    [endMs, null],
  ])('at %d waits for the next of both times', async (atMs, nextAtMs) => {
    expect(await turn({}, null, atMs)).toMatchObject({ nextAtMs });
  });

  it('is worked on at once when a request was made meanwhile', async () => {
    expect(await turn({ requests: [shareRequest()] }, nowMs + 5)).toMatchObject({
      nextAtMs: nowMs,
      attempts: 0,
    });
    const ended = [shareRequest({ state: 'REFUSED' }), shareRequest({ state: 'FINISHED' })];
    expect(await turn({ requests: ended }, nowMs + 5)).toMatchObject({ nextAtMs: nowMs + 5 });
  });
});

it('a step that leaves something to do goes on with what is stored', async () => {
  const { shop, record, stored } = sharing();
  expect(await goOn(shop.ports, record, () => ({ attempts: 3 }))).toEqual({
    sharing: stored(),
    waits: false,
  });
  expect(stored().attempts).toBe(3);
});
