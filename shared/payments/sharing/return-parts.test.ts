import { describe, expect, it } from 'vitest';
import type { KnownRefund, SharingRecord } from './records.ts';
import { isSameShare, partsOf, previewReturns, useCredit } from './return-parts.ts';
import { dayMs, finished, nowMs, share, shareReturn, sharingRecord } from './testing/sharing.ts';

const refund = (
  outRefundNo: string,
  returnsFromFen: number,
  more: Partial<KnownRefund> = {},
): KnownRefund => ({
  outRefundNo,
  returnsFromFen,
  ...more,
});
/** What receivers return for the last of these refunds, of a share of 100 of 1000 fen. */
const parts = (refunds: readonly KnownRefund[], of: Partial<SharingRecord> = {}, atMs = nowMs) =>
  partsOf(sharingRecord({ requests: [finished()], refunds, ...of }), refunds.at(-1)!.outRefundNo, atMs).map(
    ({ amountFen, creditFen, returnable }) => ({ amountFen, creditFen, returnable }),
  );
const part = (amountFen: number, creditFen = 0, returnable = true) => [{ amountFen, creditFen, returnable }];

describe('what a receiver returns for a refund', () => {
  it.each([
    ['a part of it', [refund('A', 500)], 50],
    ['the whole of it', [refund('A', 1000)], 100],
    ['one that is not of whole fen, rounded down', [refund('A', 509)], 50],
    ['a second one, so that both together are exact', [refund('A', 509), refund('B', 491)], 50],
    ['one for which receivers keep their shares', [refund('A', 0)], 0],
    ['more than there was', [refund('A', 1500)], 100],
    ['one after another that was not made', [refund('A', 500, { notMade: true }), refund('B', 500)], 50],
  ])('of %s', (_, refunds, fen) => {
    expect(parts(refunds)).toEqual(part(fen));
  });

  it('counts from what was left when it was shared', () => {
    const base = { netFen: 500, outRefundNos: ['A'] };
    const requests = [finished({ base })];
    expect(parts([refund('A', 500), refund('B', 250)], { requests })).toEqual(part(50));
    expect(parts([refund('A', 500)], { requests })).toEqual(part(0));
    expect(parts([refund('A', 500), refund('B', 500)], { requests })).toEqual(part(100));
  });

  it('does not depend on the refunds after it', () => {
    const of = sharingRecord({ requests: [finished()], refunds: [refund('A', 500), refund('B', 250)] });
    expect(partsOf(of, 'A', nowMs)).toMatchObject(part(50));
  });

  it('is nothing of what it did not receive', () => {
    const receivers = [share({ result: 'CLOSED' }), share({ result: 'PENDING' })];
    expect(parts([refund('A', 1000)], { requests: [finished({ receivers })] })).toEqual([]);
  });

  it('is less by what it returned by hand before, and by nothing that failed', () => {
    const returned = (changes: object) => ({
      returns: [shareReturn({ state: 'SUCCESS', amountFen: 70, ...changes })],
    });
    expect(parts([refund('A', 1000)], returned({}))).toEqual(part(30));
    expect(parts([refund('A', 200)], returned({}))).toEqual(part(20));
    expect(parts([refund('A', 1000)], returned({ state: 'FAILED' }))).toEqual(part(100));
    expect(parts([refund('A', 1000)], returned({ mchid: '1' }))).toEqual(part(100));
    expect(parts([refund('A', 1000)], returned({ outOrderNo: 'S2' }))).toEqual(part(100));
  });

  it('is less by what it returned for a refund that was not made', () => {
    const credit = (creditFen: number, changes: object = {}) => ({
      returns: [shareReturn({ state: 'SUCCESS', amountFen: 60, creditFen, ...changes })],
    });
    const refunds = [refund('A', 600, { notMade: true }), refund('B', 1000)];
    expect(parts(refunds, credit(60))).toEqual(part(40, 60));
    expect(parts([refunds[0]!, refund('B', 500)], credit(60))).toEqual(part(0, 50));
    expect(parts(refunds, credit(60, { mchid: '1' }))).toEqual(part(100));
  });

  it.each([
    ['for 180 days', 180 * dayMs, true],
    ['not after that', 180 * dayMs + 1, false],
  ])('can be returned %s', (_, ageMs, returnable) => {
    expect(parts([refund('A', 500)], {}, nowMs + ageMs)).toEqual(part(50, 0, returnable));
  });

  it('cannot be returned by a person', () => {
    const requests = [finished({}, { type: 'PERSONAL_OPENID' })];
    expect(parts([refund('A', 500)], { requests })).toEqual(part(50, 0, false));
  });

  it('is known of each receiver of each request', () => {
    const receivers = [
      share({ result: 'SUCCESS' }),
      share({ account: '1', amountFen: 10, result: 'SUCCESS' }),
    ];
    const requests = [finished({ receivers }), finished({ outOrderNo: 'S2' })];
    const found = partsOf(sharingRecord({ requests, refunds: [refund('A', 500)] }), 'A', nowMs);
    expect(found.map(({ outOrderNo, mchid, amountFen }) => [outOrderNo, mchid, amountFen])).toEqual([
      ['S1', '1900000200', 50],
      ['S1', '1', 5],
      ['S2', '1900000200', 50],
    ]);
  });
});

describe('the preview of a refund', () => {
  const requests = [
    finished({ receivers: [share({ result: 'SUCCESS' })] }),
    finished({ outOrderNo: 'S2' }, { type: 'PERSONAL_OPENID', account: 'oStaff', amountFen: 30 }),
    finished({ outOrderNo: 'S3' }, { type: 'PERSONAL_OPENID', account: 'oOther', amountFen: 20 }),
  ];

  it('says what merchants return and what persons keep, after the refunds before', () => {
    const sharing = sharingRecord({ requests, refunds: [refund('A', 500)] });
    expect(previewReturns(sharing, 500, nowMs)).toEqual({
      returns: [{ mchid: '1900000200', amountFen: 50 }],
      lossFen: 25,
    });
  });

  it('names nobody who returns nothing', () => {
    expect(previewReturns(sharingRecord({ requests }), 1, nowMs)).toEqual({ returns: [], lossFen: 0 });
    expect(previewReturns(undefined, 1000, nowMs)).toEqual({ returns: [], lossFen: 0 });
  });
});

describe('a credit', () => {
  const of = { outOrderNo: 'S1', mchid: '1900000200' };

  it('is used up from the first on, of one share only', () => {
    const [first, second] = [
      shareReturn({ creditFen: 30 }),
      shareReturn({ outReturnNo: 'R2', creditFen: 30 }),
    ];
    const [other, none] = [shareReturn({ mchid: '1', creditFen: 30 }), shareReturn({ outReturnNo: 'R4' })];
    expect(useCredit([first, other, none, second], of, 40)).toEqual([
      { ...first, creditFen: 0 },
      other,
      none,
      { ...second, creditFen: 20 },
    ]);
    expect(useCredit([first], of, 0)).toEqual([first]);
  });

  it('belongs to a share by its request and its merchant', () => {
    expect(isSameShare(of, { ...of })).toBe(true);
    expect(isSameShare(of, { ...of, mchid: '1' })).toBe(false);
    expect(isSameShare(of, { ...of, outOrderNo: 'S2' })).toBe(false);
  });
});
