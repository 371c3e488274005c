import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { refusal as refused } from '../../core/testing/expect-refusal.ts';
import { refundsCollection } from '../refunds/records.ts';
import { refundNumber } from '../refunds/request.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { approveRefund, finishApproval, requireRefundProblem } from './approve.ts';
import type { ComplaintAct, ComplaintRecord } from './records.ts';
import { begun, complaining, routes, token } from './testing/complaining.ts';

const outRefundNo = refundNumber('T1', token('a'));

function approving(changes: Partial<ComplaintRecord> = {}, kind: AccountKind = 'direct') {
  const made = complaining(kind, changes);
  const { shop, ports, record, sent } = made;
  const request = { token: token('a'), seen: record.acts, operatorOpenid: 'oOp' };
  return {
    ...made,
    approve: (more: { amountFen?: number; operatorOpenid?: string | null } = {}) =>
      approveRefund(ports, shop.account, record, { ...request, ...more }),
    finish: () => finishApproval(ports, shop.account, record),
    refundedFen: () => sent(routes.refund).map(({ amount }) => (amount as { refund: number }).refund),
    refund: () => shop.documents.peek(refundsCollection, outRefundNo),
    refuseProgress: (error: Error) => {
      made.wechat.instead[routes.progress] = () => {
        throw error;
      };
    },
  };
}

describe('an approved refund', () => {
  it('is a refund by this operator first, and is then reported', async () => {
    const { approve, shop, sent, refund, refundedFen } = approving();
    const approved = await approve();
    expect(refundedFen()).toEqual([1000]);
    expect(sent(routes.progress)).toEqual([{ complaint_id: 'C1', action: 'APPROVE', launch_refund_day: 0 }]);
    const order = shop.calls.map(({ route }) => route);
    expect(order.indexOf(routes.refund)).toBeLessThan(order.indexOf(routes.progress));
    expect(refund()).toMatchObject({ operatorOpenid: 'oOp', reason: '投诉退款' });
    expect(approved).toMatchObject({
      ...{ acts: 1, outRefundNo },
      act: { kind: 'approveRefund', state: 'DONE', amountFen: 1000, digest: '' },
    });
  });

  it('by another function of the shop has no operator', async () => {
    const { approve, refund } = approving();
    await approve({ operatorOpenid: null });
    expect(refund()).toMatchObject({ operatorOpenid: null });
  });

  it('keeps the number of its refund once', async () => {
    const fresh = approving();
    const known = approving({ outRefundNo });
    // Begun, the number, done.
    expect((await fresh.approve()).version).toBe(4);
    expect((await known.approve()).version).toBe(3);
  });

  const earlier = [{ outRefundNo: 'R', amountFen: 800, sendAfterMs: 0 }];
  it.each([
    ['what the operator says', 300, 500, undefined, 500],
    ['what the payer asks for', 300, undefined, undefined, 300],
    ['no more than is left', 300, undefined, earlier, 200],
    ['no more than was paid', 1200, undefined, undefined, 1000],
    ['everything, when the payer names no sum', null, undefined, undefined, 1000],
    ['what is left, when the payer names no sum', null, undefined, earlier, 200],
  ])('is of %s', async (_, applyRefundFen, amountFen, refunds, expected) => {
    const { approve, shop, stored } = approving({ applyRefundFen });
    shop.putOrder(refunds && { refunds });
    await approve(amountFen === undefined ? {} : { amountFen });
    expect(stored().act).toMatchObject({ amountFen: expected });
  });

  it('is once more of the sum with which it was begun, when the same is approved again', async () => {
    const open = begun({ kind: 'approveRefund', amountFen: 300 });
    const { approve, refundedFen } = approving({ act: open, acts: 1 });
    await approve({ amountFen: 500 });
    expect(refundedFen()).toEqual([300]);
  });

  it('has a sum of its own after another one', async () => {
    const before = begun({ kind: 'approveRefund', amountFen: 300, state: 'REFUSED', token: token('b') });
    const { approve, refundedFen } = approving({ act: before, acts: 1 });
    await approve();
    expect(refundedFen()).toEqual([1000]);
  });

  it.each([
    ['has none', null, '4200000001'],
    ['has none, as the order', null, null],
    ['is of another payment', '4200000009', '4200000001'],
  ])('is of the payment complained about, and none when the complaint %s', async (_, transactionId, ours) => {
    const { approve, shop } = approving({ transactionId });
    shop.putOrder({ transactionId: ours });
    expect((await refused('ORDER_NOT_FOUND', approve)).texts.zh).toContain('商户平台');
    expect(shop.calls).toEqual([]);
  });
});

describe('a report that WeChat Pay refuses', () => {
  it.each([
    ['it ended the complaint', { complaint_state: 'PROCESSED' }],
    ['all was refunded', { complaint_full_refunded: true }],
  ])('came after the refund, and is done, when %s', async (_, changes) => {
    const { approve, wechat, refuseProgress } = approving();
    refuseProgress(refusal('INVALID_REQUEST'));
    wechat.instead[routes.query] = () => wechat.complaint(changes);
    expect((await approve()).act).toMatchObject({ state: 'DONE' });
  });

  it.each(['PENDING', 'PROCESSING'])('of a complaint that is %s is a refusal', async (complaint_state) => {
    const { approve, wechat, refuseProgress, stored } = approving();
    refuseProgress(refusal('INVALID_REQUEST'));
    wechat.instead[routes.query] = () => wechat.complaint({ complaint_state });
    await refused('WECHATPAY_REFUSED', approve);
    expect(stored()).toMatchObject({ act: { state: 'REFUSED' }, outRefundNo });
  });

  it('is unknown while there is no answer, whatever the complaint says', async () => {
    const { approve, wechat, refuseProgress, stored, sent } = approving();
    refuseProgress(refusal('SYSTEM_ERROR', 'unknown'));
    wechat.instead[routes.query] = () => wechat.complaint({ complaint_state: 'PROCESSED' });
    await refused('OUTCOME_UNKNOWN', approve);
    expect(stored().act).toMatchObject({ state: 'BEGUN' });
    expect(sent(routes.query)).toEqual([]);
  });

  it('is not what a fault of ours is', async () => {
    const { approve, refuseProgress, sent } = approving();
    refuseProgress(new Error('broken'));
    await expect(approve()).rejects.toThrow('broken');
    expect(sent(routes.query)).toEqual([]);
  });
});

describe('an approval whose instance died', () => {
  const leaseMs = complaining().ports.policy.complaintLeaseMs;
  const open = (ageMs: number, changes: Partial<ComplaintAct> = {}) =>
    begun({ kind: 'approveRefund', amountFen: 300, atMs: complaining().shop.nowMs - ageMs, ...changes });

  it('is carried to its end by the timer, as the same refund', async () => {
    const { finish, refundedFen, refund, stored } = approving({ act: open(leaseMs), acts: 1 });
    await finish();
    expect(refundedFen()).toEqual([300]);
    expect(refund()).toMatchObject({ operatorOpenid: 'oOp' });
    expect(stored()).toMatchObject({ acts: 1, outRefundNo, act: { state: 'DONE', amountFen: 300 } });
  });

  it('without a sum is of all that is left', async () => {
    const { finish, refundedFen } = approving({ act: open(leaseMs, { amountFen: null }), acts: 1 });
    await finish();
    expect(refundedFen()).toEqual([1000]);
  });

  it.each([
    ['there is none', null],
    ['it ended', open(leaseMs, { state: 'DONE' })],
    ['it was refused', open(leaseMs, { state: 'REFUSED' })],
    ['it is a reply', open(leaseMs, { kind: 'reply' })],
    ['it may still be under way', open(leaseMs - 1)],
  ])('is left alone when %s', async (_, act) => {
    const { finish, shop, stored } = approving({ act, acts: 1 });
    await finish();
    expect([shop.calls, stored().version]).toEqual([[], 1]);
  });
});

it.each([
  ['REFUND', 'PENDING', true],
  ['REFUND', 'PROCESSING', true],
  ['REFUND', 'PROCESSED', false],
  ['OTHERS', 'PENDING', false],
  [null, 'PENDING', false],
] as const)(
  'a refund may be decided in a complaint about %s that is %s: %s',
  async (problemType, state, may) => {
    const { record } = complaining('direct', { problemType, state });
    const error = may ? undefined : await refused('COMPLAINT_STATE', () => requireRefundProblem(record));
    expect(error?.texts).toEqual(
      may
        ? undefined
        : { zh: expect.stringContaining('申请退款'), en: expect.stringContaining('refund complaint') },
    );
    if (may) requireRefundProblem(record);
  },
);
