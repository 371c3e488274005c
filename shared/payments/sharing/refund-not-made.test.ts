import { describe, expect, it } from 'vitest';
import type { AnomalyRecord } from '../orders/anomalies.ts';
import type { KnownRefund, SharingPlan, SharingRecord } from './records.ts';
import { recordRefundNotMade } from './refund-not-made.ts';
import { nowMs, shareReturn, sharing } from './testing/sharing.ts';

const known: KnownRefund = { outRefundNo: 'A', returnsFromFen: 500 };
const returned = shareReturn({ outRefundNo: 'A', state: 'SUCCESS' });

async function notMade(of: Partial<SharingRecord>) {
  const at = sharing('partner', of);
  await recordRefundNotMade(at.shop.ports, at.order, 'A');
  return { ...at, now: at.stored(), anomalies: at.shop.documents.all<AnomalyRecord>('anomalies') };
}

describe('a refund that was not made', () => {
  it('leaves what was returned for it to later refunds, and a person knows', async () => {
    const others = [
      shareReturn({ outReturnNo: 'R2', outRefundNo: 'B', state: 'SUCCESS' }),
      shareReturn({ outReturnNo: 'R3', outRefundNo: 'A', state: 'FAILED' }),
    ];
    const refunds = [{ outRefundNo: 'B', returnsFromFen: 1 }, known];
    const { shop, order, now, stored, anomalies } = await notMade({
      refunds,
      returns: [returned, ...others],
    });
    expect(now.refunds).toEqual([refunds[0], { ...known, notMade: true }]);
    expect(now.returns).toEqual([{ ...returned, creditFen: 40 }, ...others]);
    expect(anomalies).toMatchObject([
      {
        kind: 'SHARES_RETURNED_WITHOUT_REFUND',
        outTradeNo: 'T1',
        received: { amountFen: 40, state: 'A NOT_MADE' },
      },
    ]);
    await recordRefundNotMade(shop.ports, order, 'A');
    expect(stored()).toEqual(now);
    expect(shop.documents.all('anomalies')).toHaveLength(1);
  });

  it('keeps a credit that a later refund has used', async () => {
    const { now } = await notMade({
      refunds: [{ ...known, notMade: true }],
      returns: [{ ...returned, creditFen: 5 }],
    });
    expect(now).toMatchObject({ version: 1, returns: [{ creditFen: 5 }] });
  });

  it('that nothing was returned for is nobody’s concern', async () => {
    expect((await notMade({ refunds: [known] })).anomalies).toEqual([]);
  });

  it('that the sharing never knew changes nothing', async () => {
    const { now } = await notMade({ refunds: [{ outRefundNo: 'B', returnsFromFen: 1 }] });
    expect(now.version).toBe(1);
  });

  const plan: SharingPlan = { shares: [], netFen: 0, freeAtMs: 0, onFailure: 'HOLD' };
  it.each([
    ['all of it was to be refunded', { plan, state: 'FREED' }, true],
    ['it was free for another reason', { plan: { ...plan, netFen: 1 }, state: 'FREED' }, false],
    ['it was free without a plan', { plan: null, state: 'FREED' }, false],
    ['it is shared', { plan, state: 'SHARING' }, false],
  ] as const)('lets an order be shared after all, if %s', async (_, of, shared) => {
    const { now } = await notMade({ ...of, refunds: [known], nextAtMs: null, attempts: 5 });
    const again = { state: 'WAITING', plan: null, attempts: 0, nextAtMs: nowMs };
    expect(now).toMatchObject(shared ? again : { ...of, attempts: 5, nextAtMs: null });
  });

  it('of an order that is not shared has nothing to record', async () => {
    const { shop, order } = sharing();
    await shop.documents.remove('sharings', 'T1');
    await recordRefundNotMade(shop.ports, order, 'A');
    expect(shop.documents.all('sharings')).toEqual([]);
  });
});
