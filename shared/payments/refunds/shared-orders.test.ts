import { describe, expect, it } from 'vitest';
import type { CommerceError } from '../../core/errors.ts';
import { finished, nowMs, sharing } from '../sharing/testing/sharing.ts';
import { loadRefund } from './find.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { refundOrder } from './refund-order.ts';
import { storeRefund } from './request.ts';
import { checkLoss, keepShares, lossFen, preview } from './shared-orders.ts';

/** An order of 1000 fen of which a merchant got 100, and a person 30. */
function shared() {
  const person = { type: 'PERSONAL_OPENID', account: 'oStaff', amountFen: 30 } as const;
  const requests = [finished(), finished({ outOrderNo: 'S2' }, person)];
  const at = sharing('partner', { state: 'FREED', requests, nextAtMs: null });
  const request = { amountFen: 500, reason: null, requestedBy: 'operator', operatorOpenid: null } as const;
  return {
    ...at,
    put: async (changes: Partial<RefundRecord> = {}) => {
      const refund = await storeRefund(at.shop.ports, at.order, 'A', { ...request, platformAdvance: false });
      at.shop.documents.put(refundsCollection, { ...refund, ...changes });
    },
    stored: async () => (await loadRefund(at.shop.documents, 'A'))!,
  };
}

describe('before an order that was shared is refunded', () => {
  it('an operator sees what receivers return, and what is lost', async () => {
    const { shop } = shared();
    const returns = [{ mchid: '1900000200', amountFen: 50 }];
    expect(await preview(shop.ports, 'T1', 500)).toEqual({ amountFen: 500, returns, lossFen: 15 });
    expect(await preview(shop.ports, 'T1', undefined)).toMatchObject({ amountFen: 1000, lossFen: 30 });
    await expect(preview(shop.ports, 'T2', 1)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
  });

  it('exactly what is lost has to be accepted', async () => {
    const { shop, order } = shared();
    expect(await lossFen(shop.ports, order, 500)).toBe(15);
    await checkLoss(shop.ports, order, 500, 15);
    await checkLoss(shop.ports, order, 33, undefined);
    await expect(checkLoss(shop.ports, order, 34, undefined)).rejects.toThrow();
    for (const accepted of [undefined, 14, 16]) {
      const error = (await checkLoss(shop.ports, order, 500, accepted).catch(
        (thrown) => thrown,
      )) as CommerceError;
      expect(error.code).toBe('SHARES_NOT_RETURNABLE');
      expect(error.texts.en).toMatch(/^¥0\.15 of .*acceptedLossFen: 15\.$/);
    }
  });

  it('nothing is lost of one that was not shared', async () => {
    const { shop, order } = shared();
    await shop.documents.remove('sharings', 'T1');
    await checkLoss(shop.ports, order, 1000, undefined);
    expect(await refundOrder(shop.ports, 'oOp', { action: 'preview', outTradeNo: 'T1' })).toEqual({
      ...{ amountFen: 1000, returns: [], lossFen: 0 },
    });
  });
});

describe('an operator who lets the seller bear the shares', () => {
  it.each([
    ['REQUESTED', nowMs, nowMs],
    ['RESERVED', nowMs + 5, nowMs + 5],
    ['RESERVED', nowMs - 5, nowMs],
  ] as const)(
    'of a refund that is %s has it sent as soon as it may be',
    async (state, sendAfterMs, nextAtMs) => {
      const { shop, put, stored } = shared();
      await put({ state, sendAfterMs, nextAtMs: null });
      const turns: unknown[] = [];
      shop.documents.interrupt = async (when, operation) => {
        if (when === 'after' && operation === 'update refunds') turns.push((await stored()).nextAtMs);
      };
      shop.answer = () => ({
        refund_id: '50',
        out_refund_no: 'A',
        out_trade_no: 'T1',
        status: 'PROCESSING',
        amount: { refund: 500 },
      });
      await keepShares(shop.ports, 'A');
      expect(await stored()).toMatchObject({ keepShares: true });
      expect(turns[0]).toBe(nextAtMs);
    },
  );

  it.each([
    ['was sent', { state: 'PROCESSING' }],
    ['has its shares back', { state: 'RESERVED', sharesReturned: true }],
    ['has ended', { state: 'SUCCESS' }],
  ] as [string, Partial<RefundRecord>][])('comes too late for a refund that %s', async (_, changes) => {
    const { shop, put, stored } = shared();
    await put(changes);
    await expect(keepShares(shop.ports, 'A')).rejects.toMatchObject({ code: 'REFUND_STATE' });
    expect(await stored()).toMatchObject({ version: 1 });
    await expect(keepShares(shop.ports, 'B')).rejects.toMatchObject({ code: 'REFUND_NOT_FOUND' });
  });
});
