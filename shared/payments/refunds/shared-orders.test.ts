import { describe, expect, it } from 'vitest';
import type { CommerceError } from '../../core/errors.ts';
import { finished, nowMs, sharing } from '../sharing/testing/sharing.ts';
import { loadRefund } from './find.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { refundOrder } from './refund-order.ts';
import { storeRefund } from './request.ts';
import { checkLoss, keepShares, lossFen, preview } from './shared-orders.ts';
import { workOnRefund } from './work.ts';

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

describe('the refund of an order that was shared', () => {
  const refunding = () => {
    const at = shared();
    at.shop.answer = (route, { amount }) =>
      route.includes('return-orders')
        ? { amount, result: 'SUCCESS' }
        : { refund_id: '50', out_trade_no: 'T1', status: 'PROCESSING', amount: { refund: 500 } };
    const event = { action: 'refund', outTradeNo: 'T1', amountFen: 500, requestToken: '0123456789abcdef' };
    const refund = (more: object = {}) => refundOrder(at.shop.ports, 'oOp', { ...event, ...more });
    const steps = () => at.shop.calls.map(({ route }) => route.split('/').at(-1));
    const only = () => at.shop.documents.all<RefundRecord>(refundsCollection)[0]!;
    return { ...at, refund, steps, only };
  };

  it('begins once what is lost of it was accepted, and with what merchants return', async () => {
    const { shop, refund, steps, only } = refunding();
    await expect(refund()).rejects.toMatchObject({ code: 'SHARES_NOT_RETURNABLE' });
    expect(shop.documents.all(refundsCollection)).toEqual([]);
    await refund({ acceptedLossFen: 15 });
    expect(steps()).toEqual(['return-orders', 'refunds']);
    expect(only()).toMatchObject({ sharesReturned: true, state: 'PROCESSING' });
    expect(only()).not.toHaveProperty('keepShares');
  });

  it('asks nobody for anything when the operator lets them keep their shares', async () => {
    const { refund, steps, only } = refunding();
    await refund({ keepShares: true });
    expect(steps()).toEqual(['refunds']);
    expect(only()).toMatchObject({ keepShares: true, state: 'PROCESSING' });
  });

  it('waits for a merchant who could not return its share, and says so', async () => {
    const { shop, refund, steps, only } = refunding();
    shop.answer = (_, { amount }) => ({ amount, result: 'FAILED', fail_reason: 'PAYER_ACCOUNT_ABNORMAL' });
    expect(await refund({ acceptedLossFen: 15 })).toMatchObject({ refund: { state: 'WAITING' } });
    expect(steps()).toEqual(['return-orders']);
    expect(only()).toMatchObject({
      ...{ state: 'RESERVED', attempts: 0, nextAtMs: nowMs + 60_000 },
      failure: { code: 'SHARE_NOT_RETURNED' },
    });
    expect(only()).not.toHaveProperty('sharesReturned');
  });

  it('looks at the shares no more once they are back', async () => {
    const { shop, put, stored, steps } = refunding();
    await put({ state: 'RESERVED', sharesReturned: true });
    await shop.documents.remove('sharings', 'T1');
    const looked: string[] = [];
    shop.documents.interrupt = async (_, operation) => void looked.push(operation);
    expect(await workOnRefund(shop.ports, await stored())).toMatchObject({ state: 'PROCESSING' });
    expect(steps()).toEqual(['refunds']);
    expect(looked).not.toContain('get sharings');
  });

  it('keeps the end that another instance found while the shares came back', async () => {
    const { shop, put, stored, steps } = refunding();
    await put({ state: 'RESERVED', nextAtMs: nowMs });
    const { answer } = shop;
    shop.answer = async (route, parameters) => {
      const refused = { ...(await stored()), state: 'REFUSED', version: 9, nextAtMs: null } as RefundRecord;
      shop.documents.put(refundsCollection, refused);
      return answer(route, parameters);
    };
    expect(await workOnRefund(shop.ports, await stored())).toMatchObject({ state: 'REFUSED', version: 9 });
    expect(steps()).toEqual(['return-orders']);
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
      expect(await keepShares(shop.ports, 'A')).toMatchObject({ refund: { outRefundNo: 'A' } });
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
