import { afterEach, describe, expect, it } from 'vitest';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { refundsOf } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import {
  act,
  addReceivers,
  balance,
  closeShop,
  later,
  minuteMs,
  open,
  pass,
  receiver,
  refundOf,
  refundsIn,
  requests,
  rule,
  sharingOf,
  shop,
  work,
} from './sharing-shop.ts';

afterEach(closeShop);

describe.each(['direct', 'partner', 'ecommerce'] as const)('a paid order of a %s account', (kind) => {
  it('is shared by its rule by itself, then the rest is freed under a number of its own', async () => {
    await open(kind);
    await addReceivers();
    await rule();
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    expect(await work()).toBe(0);
    await pass(5);
    const sharing = await sharingOf(_id);
    expect(sharing).toMatchObject({ state: 'FREED', nextAtMs: null });
    expect(sharing.requests.map(({ kind: of, state }) => [of, state])).toEqual([
      ['SHARE', 'FINISHED'],
      ['FREE', 'FINISHED'],
    ]);
    expect(new Set(sharing.requests.map(({ outOrderNo }) => outOrderNo)).size).toBe(2);
    expect((await balance(receiver().mchid)).availableFen).toBe(200);
    expect(await balance(sharing.subMchid ?? sharing.mchid)).toMatchObject({
      availableFen: 794,
      frozenFen: 0,
    });
    expect(await shop.ledgerFen(_id)).toBe(800);
    await pass(60, 30);
    expect(requests(/profitsharing\/orders$/)).toHaveLength(1);
  });

  it('is shared once, whichever answers are lost', async () => {
    await open(kind);
    await addReceivers();
    await rule();
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await shop.sandbox.clock.advance(2 * minuteMs);
    shop.lose = 'after';
    await work();
    await pass(3);
    expect((await sharingOf(_id)).requests).toHaveLength(1);
    shop.lose = undefined;
    await pass(30);
    expect(await sharingOf(_id)).toMatchObject({ state: 'FREED' });
    const bodies = requests(/profitsharing\/orders$/).map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(1);
    expect(new Set(bodies).size).toBe(1);
    expect((await balance(receiver().mchid)).availableFen).toBe(200);
    expect(await shop.ledgerFen(_id)).toBe(800);
  });
});

it('refuses a rule over 1000 ‰, over the merchant’s maximum, or with a receiver that was not added', async () => {
  await open('partner');
  const part = (permille: number) => [
    { type: 'MERCHANT_ID', account: receiver().mchid, part: { permille }, description: '佣金' } as const,
    { type: 'PERSONAL_OPENID', account: 'oStaff', part: { permille: 501 }, description: '佣金' } as const,
  ];
  await refusal('SHARING_RULE_INVALID', () => rule({ receivers: part(500) }));
  await refusal('SHARING_RULE_INVALID', () => rule({ receivers: part(1).slice(0, 2) }));
  await refusal('RECEIVER_NOT_ADDED', () => rule());
  expect(await act({ action: 'rules' })).toEqual({ rules: [] });
});

describe.each(['direct', 'partner', 'ecommerce'] as const)(
  'a refund of a shared order of a %s account',
  (kind) => {
    it('pays from what is frozen, and takes back the same part of each share', async () => {
      await open(kind);
      await addReceivers();
      await rule({ freeAfterDays: 5 });
      const { _id } = await shop.paidOrder(1000, { profitSharing: true });
      await pass(3);
      expect(await sharingOf(_id)).toMatchObject({ state: 'SHARED' });
      await refundOf(_id, 'a', { amountFen: 500 });
      await later(10);
      expect(await refundsIn(_id)).toEqual(['SUCCESS']);
      const sharing = await sharingOf(_id);
      expect(sharing.returns).toMatchObject([{ amountFen: 100, state: 'SUCCESS' }]);
      expect(sharing.state).toBe('SHARED');
      expect((await balance(receiver().mchid)).availableFen).toBe(100);
      expect(await shop.ledgerFen(_id)).toBe(1000 - 200 + 100 - 500);
      await pass(5 * 24 * 60, 12 * 60);
      await pass(2);
      expect(await sharingOf(_id)).toMatchObject({ state: 'FREED' });
    });

    it('of all that is left frees the rest, takes everything back, then refunds', async () => {
      await open(kind);
      await addReceivers();
      await rule({ freeAfterDays: 5 });
      const { _id } = await shop.paidOrder(1000, { profitSharing: true });
      await pass(3);
      expect((await refundOf(_id, 'a')).refund.state).toBe('WAITING');
      await later(20);
      expect(await refundsIn(_id)).toEqual(['SUCCESS']);
      expect(await sharingOf(_id)).toMatchObject({
        state: 'FREED',
        returns: [{ amountFen: 200, state: 'SUCCESS' }],
      });
      expect((await balance(receiver().mchid)).availableFen).toBe(0);
      expect(await shop.ledgerFen(_id)).toBe(0);
    });
  },
);

describe('a refund of a shared order', () => {
  const shared = async (...people: string[]) => {
    await open('partner');
    await addReceivers(...people);
    const part = { permille: 100 };
    const persons = people.map(
      (account) => ({ type: 'PERSONAL_OPENID', account, part, description: '提成' }) as const,
    );
    const merchant = { type: 'MERCHANT_ID', account: receiver().mchid, part, description: '佣金' } as const;
    await rule({ receivers: [merchant, ...persons] });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(5);
    return _id;
  };

  it('says before anything begins what a person will not give back, and goes on when that is accepted', async () => {
    const no = await shared('oStaff');
    const error = await refusal('SHARES_NOT_RETURNABLE', () => refundOf(no, 'a', { amountFen: 500 }));
    expect(error.texts.zh).toContain('0.50 元');
    expect(await refundsIn(no)).toEqual([]);
    expect(
      await refundOrder(shop.ports, undefined, { action: 'preview', outTradeNo: no, amountFen: 500 }),
    ).toEqual({
      amountFen: 500,
      returns: [{ mchid: receiver().mchid, amountFen: 50 }],
      lossFen: 50,
    });
    await refundOf(no, 'a', { amountFen: 500, acceptedLossFen: 50 });
    await later(10);
    expect(await refundsIn(no)).toEqual(['SUCCESS']);
    expect(await shop.ledgerFen(no)).toBe(1000 - 200 + 50 - 500);
  });

  it('waits for a receiver that has not agreed or has no money, says so, and goes on by itself', async () => {
    const no = await shared();
    const { mchid } = receiver();
    await shop.sandbox.control('POST', `/sharing/${mchid}`, { returnConsent: false });
    await refundOf(no, 'a', { amountFen: 500 });
    await later(2);
    const [waiting] = await refundsOf(shop.documents, no);
    expect(waiting).toMatchObject({ state: 'RESERVED', failure: { code: 'SHARE_NOT_RETURNED' } });
    await shop.sandbox.control('POST', `/sharing/${mchid}`, { returnConsent: true });
    await shop.sandbox.control('POST', `/merchants/${mchid}/balance`, { takeFen: 100 });
    await later(15);
    expect((await sharingOf(no)).returns.map(({ state }) => state)).toEqual(['FAILED', 'RESERVED']);
    await shop.sandbox.control('POST', `/merchants/${mchid}/balance`, { addFen: 100 });
    await later(30);
    expect(await refundsIn(no)).toEqual(['SUCCESS']);
    expect((await sharingOf(no)).returns.map(({ state }) => state)).toEqual(['FAILED', 'SUCCESS']);
    expect(await shop.ledgerFen(no)).toBe(1000 - 100 + 50 - 500);
  });

  it('goes out without the shares when an operator lets the seller bear them', async () => {
    const no = await shared();
    await shop.sandbox.control('POST', `/sharing/${receiver().mchid}`, { returnConsent: false });
    const { refund } = await refundOf(no, 'a', { amountFen: 500 });
    await later(2);
    await refundOrder(shop.ports, undefined, { action: 'keepShares', outRefundNo: refund.outRefundNo });
    await later(10);
    expect(await refundsIn(no)).toEqual(['SUCCESS']);
    expect(await shop.ledgerFen(no)).toBe(1000 - 100 - 500);
  });
});
