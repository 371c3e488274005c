/** Complaints whose refund is approved or rejected, at the simulator. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ComplaintView } from '../../shared/contract/index.ts';
import { complaintsCollection } from '../../shared/payments/complaints/records.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { type ComplaintShop, complained, complaintShop, token } from './complaint-shop.ts';

let shop: ComplaintShop;
afterEach(() => shop.close());

async function begin(...args: Parameters<typeof complained>): Promise<ComplaintView> {
  const made = await complained(...args);
  shop = made.shop;
  return made.complaint;
}

describe('an approved refund', () => {
  const approve = (complaint: ComplaintView, name = 'a', more: object = {}) =>
    shop.ask({
      action: 'approveRefund',
      complaintId: complaint.complaintId,
      requestToken: token(name),
      seen: complaint.acts,
      ...more,
    });
  const later = async () => {
    for (let minute = 0; minute < 17; minute++) {
      await shop.sandbox.clock.advance(60_000);
      await workOnDueRefunds(shop.ports, () => true);
      await shop.check();
    }
  };

  it('is a refund of the order, once, and ends the complaint when it has arrived', async () => {
    const complaint = await begin();
    const [first, second] = await Promise.allSettled([approve(complaint), approve(complaint)]);
    expect([first.status, second.status]).toContain('fulfilled');
    await later();
    expect(await shop.list()).toMatchObject([
      { state: 'PROCESSED', fullRefunded: true, outRefundNo: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    expect(await shop.ledgerFen(complaint.outTradeNo!)).toBe(0);
    expect(await shop.said(complaint.complaintId, 'MERCHANT_APPROVE_REFUND')).toHaveLength(1);
  });

  it('over what was paid is refused, and nothing is promised', async () => {
    const complaint = await begin();
    await expect(approve(complaint, 'a', { amountFen: 1_001 })).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS',
    });
    expect(await shop.said(complaint.complaintId, 'MERCHANT_APPROVE_REFUND')).toEqual([]);
    const [seen] = await shop.list();
    await approve(seen!, 'b', { amountFen: 300 });
    await later();
    expect(await shop.ledgerFen(complaint.outTradeNo!)).toBe(700);
  });

  it('is never that of an order of ours whose number somebody else has given to a payment of their own', async () => {
    const complaint = await begin();
    const { complaintId, outTradeNo } = complaint;
    const changed = await shop.documents.update(
      complaintsCollection,
      complaintId,
      { outTradeNo: outTradeNo! },
      { transactionId: '4200000000202601010000000001' },
    );
    expect(changed).toBe(true);
    await expect(approve(complaint)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect(shop.documents.all('refunds')).toEqual([]);
    expect(await shop.list()).toMatchObject([{ acts: 0 }]);
  });

  it('survives an instance that dies between any two steps: the timer carries it to its end', async () => {
    const first = await begin();
    let steps = 0;
    shop.documents.interrupt = async () => void steps++;
    await approve(first);
    await shop.close();
    expect(steps).toBeGreaterThan(15);
    // Each kill needs a shop of its own, so only every third step and the last ones are tested.
    const chosen = Array.from({ length: steps }, (_, index) => index + 1).filter(
      (step) => step % 3 === 0 || step > steps - 4,
    );
    for (const step of chosen) {
      const complaint = await begin();
      let left = step;
      shop.documents.interrupt = async () => {
        if (left-- === 1) throw new Error('instance died');
      };
      await approve(complaint).catch(() => undefined);
      shop.documents.interrupt = async () => {};
      const [stored] = shop.documents.all<{ _id: string; act: object | null }>(complaintsCollection);
      if (stored!.act === null) await approve(complaint);
      await later();
      expect(await shop.ledgerFen(complaint.outTradeNo!), `died at step ${step}`).toBe(0);
      expect(
        await shop.said(complaint.complaintId, 'MERCHANT_APPROVE_REFUND'),
        `at step ${step}`,
      ).toHaveLength(1);
      await shop.close();
    }
    shop = await complaintShop();
  });

  it('is not for a complaint that asks for none; a rejected one is done, with its reason', async () => {
    const other = await begin('direct', { problemType: 'OTHERS' });
    await expect(approve(other)).rejects.toMatchObject({ code: 'COMPLAINT_STATE' });
    await shop.close();
    const { complaintId } = await begin();
    await shop.ask({
      action: 'rejectRefund',
      complaintId,
      requestToken: token('a'),
      seen: 0,
      reason: '商品已使用',
    });
    expect(await shop.atWechatPay(complaintId)).toMatchObject({ state: 'PROCESSED' });
    expect(await shop.said(complaintId, 'MERCHANT_REFUSE_RERUND')).toMatchObject([{ details: '商品已使用' }]);
  });
});
