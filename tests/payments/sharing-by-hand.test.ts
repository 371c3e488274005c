import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { wakeSharing } from '../../shared/payments/sharing/open.ts';
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
  requests,
  rule,
  sharingOf,
  shop,
  work,
} from './sharing-shop.ts';

afterEach(closeShop);

describe('a rule that waits', () => {
  it('for the shipment is carried out when the order is shipped, and its days are counted from there', async () => {
    await open('partner');
    await addReceivers();
    await rule({ after: 'SHIPPING', days: 2 });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(24 * 60, 60);
    expect(await sharingOf(_id)).toMatchObject({ state: 'WAITING', requests: [] });
    const shippedAtMs = shop.ports.clock.nowMs();
    await shop.documents.update('orders', _id, {}, { shippedAtMs });
    await wakeSharing(shop.ports, _id);
    await work();
    expect(await sharingOf(_id)).toMatchObject({ nextAtMs: shippedAtMs + 2 * 24 * 60 * minuteMs });
    await pass(2 * 24 * 60, 60);
    await pass(3);
    expect(await sharingOf(_id)).toMatchObject({ state: 'FREED' });
    expect((await balance(receiver().mchid)).availableFen).toBe(200);
  });

  it('warns an operator three days before WeChat Pay unfreezes an unshared remainder', async () => {
    await open('partner');
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    const dayMinutes = 24 * 60;
    await pass(26 * dayMinutes, dayMinutes);
    expect(shop.documents.all('anomalies')).toEqual([]);
    await pass(2 * dayMinutes, dayMinutes);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'SHARING_EXPIRES', outTradeNo: _id }]);
    await pass(3 * dayMinutes, dayMinutes);
    expect(await sharingOf(_id)).toMatchObject({ state: 'FREED', requests: [] });
    expect(shop.documents.all('anomalies')).toHaveLength(1);
  });
});

describe('a receiver that cannot take its share', () => {
  it('is tried again, with the reason, and gets what it is owed once it can; the others have theirs', async () => {
    await open('partner');
    await addReceivers('oStaff');
    const part = { permille: 100 };
    await rule({
      receivers: [
        { type: 'MERCHANT_ID', account: receiver().mchid, part, description: '佣金' },
        { type: 'PERSONAL_OPENID', account: 'oStaff', part, description: '提成' },
      ],
    });
    await shop.sandbox.control('POST', '/sharing/oStaff', { failReason: 'RECEIVER_REAL_NAME_NOT_VERIFIED' });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(4);
    const failed = await act({ action: 'query', outTradeNo: _id });
    expect(failed).toMatchObject({
      sharing: { state: 'FAILED', sharedFen: 100, failure: { code: 'RECEIVER_REAL_NAME_NOT_VERIFIED' } },
      unsplitFen: 894,
    });
    await shop.sandbox.control('POST', '/sharing/oStaff', { failReason: null });
    await pass(90);
    const sharing = await sharingOf(_id);
    expect(sharing.state).toBe('FREED');
    expect(
      sharing.requests.filter(({ kind }) => kind === 'SHARE').map(({ receivers }) => receivers.length),
    ).toEqual([2, 1]);
    expect(await shop.ledgerFen(_id)).toBe(800);
  });
});

describe('an order of which a part was refunded before it was shared', () => {
  beforeEach(async () => {
    await open('partner');
    await addReceivers();
  });

  it('is shared of what is left, and refunding that takes back all of the share', async () => {
    await rule({ after: 'SHIPPING', freeAfterDays: 5 });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await refundOf(_id, 'a', { amountFen: 400 });
    await later(5);
    await shop.documents.update('orders', _id, {}, { shippedAtMs: shop.ports.clock.nowMs() });
    await wakeSharing(shop.ports, _id);
    await later(5);
    expect((await balance(receiver().mchid)).availableFen).toBe(120);
    await refundOf(_id, 'b', { amountFen: 300 });
    await later(10);
    expect((await balance(receiver().mchid)).availableFen).toBe(60);
    const preview = { action: 'preview', outTradeNo: _id } as const;
    expect(await refundOrder(shop.ports, undefined, preview)).toMatchObject({
      returns: [{ amountFen: 60 }],
    });
    await refundOf(_id, 'c');
    await later(10);
    expect((await balance(receiver().mchid)).availableFen).toBe(0);
    expect(await shop.ledgerFen(_id)).toBe(0);
  });

  it('by hand, too', async () => {
    const { _id: outTradeNo } = await shop.paidOrder(1000, { profitSharing: true });
    await refundOf(outTradeNo, 'a', { amountFen: 500 });
    await later(5);
    const to = {
      type: 'MERCHANT_ID',
      account: receiver().mchid,
      amountFen: 100,
      description: '补分',
    } as const;
    await act({ action: 'share', outTradeNo, requestToken: 's'.padStart(16, '0'), receivers: [to] });
    await later(5);
    await refundOf(outTradeNo, 'b');
    await later(60);
    expect((await balance(receiver().mchid)).availableFen).toBe(0);
    expect(await shop.ledgerFen(outTradeNo)).toBe(0);
  });
});

describe('by hand', () => {
  it('an operator shares, takes back and frees, and nothing twice', async () => {
    await open('partner');
    await addReceivers();
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    const { mchid } = receiver();
    const to = (amountFen: number) => [
      { type: 'MERCHANT_ID', account: mchid, amountFen, description: '补分' } as const,
    ];
    const share = (name: string, amountFen: number) =>
      act({
        action: 'share',
        outTradeNo: _id,
        requestToken: name.padStart(16, '0'),
        receivers: to(amountFen),
      });
    await refusal('SHARING_STATE', () => share('a', 100));
    await pass(2);
    await refusal('SHARING_EXCEEDS', () => share('a', 301));
    await share('a', 100);
    await share('a', 100);
    await refusal('TOKEN_REUSED', () => share('a', 101));
    await refusal('SHARING_EXCEEDS', () => share('b', 201));
    await pass(2);
    const [made] = (await sharingOf(_id)).requests;
    const giveBack = (name: string, amountFen: number) =>
      act({
        ...{ action: 'return', outTradeNo: _id, requestToken: name.padStart(16, '0'), mchid, amountFen },
        outOrderNo: made!.outOrderNo,
      });
    await giveBack('r', 40);
    await giveBack('r', 40);
    await refusal('SHARING_EXCEEDS', () => giveBack('s', 61));
    expect((await balance(mchid)).availableFen).toBe(60);
    await act({ action: 'free', outTradeNo: _id });
    await pass(2);
    expect((await act({ action: 'free', outTradeNo: _id })).sharing).toMatchObject({
      state: 'FREED',
      sharedFen: 100,
      returnedFen: 40,
    });
    await refusal('SHARING_STATE', () => share('c', 1));
    expect(await shop.ledgerFen(_id)).toBe(940);
  });
});

describe('a subsidy', () => {
  const addFen = (fen: number) =>
    shop.sandbox.control('POST', `/merchants/${shop.account.mchid}/balance`, { addFen: fen });

  it('is charged once, whichever answers are lost, and never with another amount', async () => {
    await open('ecommerce');
    await addFen(1000);
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(2);
    const ask = (amountFen: number) => act({ action: 'subsidise', outTradeNo: _id, amountFen });
    shop.lose = 'after';
    expect((await ask(300)).sharing.subsidy).toMatchObject({ state: 'WAITING' });
    await refusal('SHARING_STATE', () => ask(301));
    shop.lose = undefined;
    await pass(5);
    expect((await ask(300)).sharing.subsidy).toMatchObject({ state: 'SUCCESS', amountFen: 300 });
    await refusal('SHARING_STATE', () => ask(299));
    expect((await balance(shop.account.mchid)).availableFen).toBe(700);
    expect(await shop.ledgerFen(_id)).toBe(1300);
  });

  it('goes back with a refund, once for it, and never more than there was', async () => {
    await open('ecommerce');
    await addFen(1000);
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await act({ action: 'subsidise', outTradeNo: _id, amountFen: 300 });
    const { refund } = await refundOf(_id, 'a', { amountFen: 500 });
    await later(10);
    const { outRefundNo } = refund;
    const giveBack = (amountFen: number) =>
      act({ action: 'returnSubsidy', outTradeNo: _id, outRefundNo, amountFen });
    await refusal('SHARING_EXCEEDS', () => giveBack(301));
    await giveBack(150);
    expect((await giveBack(150)).sharing.subsidy).toMatchObject({ returnedFen: 150 });
    await refusal('SHARING_STATE', () => giveBack(151));
    expect((await balance(shop.account.mchid)).availableFen).toBe(850);
    expect(await shop.ledgerFen(_id)).toBe(1000 + 300 - 500 - 150);
  });

  it('is refused for an order that is shared, and of any account but a platform’s', async () => {
    await open('ecommerce');
    await addReceivers();
    await rule({ freeAfterDays: 5 });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(3);
    await refusal('SHARING_STATE', () => act({ action: 'subsidise', outTradeNo: _id, amountFen: 1 }));
    await shop.close();
    await open('partner');
    const other = await shop.paidOrder(1000, { profitSharing: true });
    await refusal('SHARING_STATE', () => act({ action: 'subsidise', outTradeNo: other._id, amountFen: 1 }));
  });
});

describe('an after-sales fee', () => {
  const refunded = async () => {
    await open('ecommerce');
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(2);
    const { refund } = await refundOf(_id, 'a', { amountFen: 500 });
    await act({ action: 'free', outTradeNo: _id });
    await later(10);
    const charge = async (amountFen: number, more: object = {}) => {
      const of = { outTradeNo: _id, outRefundNo: refund.outRefundNo, scene: 'RETURN_GOODS' } as const;
      return (await act({ action: 'chargeAfterSales', ...of, amountFen, ...more })).sharing.afterSales;
    };
    return { no: _id, charge };
  };
  const path = /after-sales-orders$/;

  it('is charged once, whichever answers are lost, and never with another amount', async () => {
    const { no, charge } = await refunded();
    shop.lose = 'after';
    expect(await charge(40)).toMatchObject({ state: 'WAITING' });
    await pass(3);
    shop.lose = undefined;
    await pass(10);
    expect(await charge(40)).toMatchObject({ state: 'SUCCESS', amountFen: 40 });
    await refusal('SHARING_STATE', () => charge(41));
    expect(requests(path)).toHaveLength(1);
    expect((await balance(shop.account.mchid)).availableFen).toBe(40);
    expect(await shop.ledgerFen(no)).toBe(1000 - 500 - 40);
  });

  it('is not sent again when the answer to its request was lost', async () => {
    const { charge } = await refunded();
    shop.loseAnswersOf = path;
    expect(await charge(40)).toMatchObject({ state: 'WAITING' });
    shop.loseAnswersOf = undefined;
    await pass(10);
    expect(await charge(40)).toMatchObject({ state: 'SUCCESS' });
    expect(requests(path)).toHaveLength(1);
  });

  it('waits until the seller has the money, and says so', async () => {
    const { charge, no } = await refunded();
    const { subMchid } = await sharingOf(no);
    const { availableFen } = await balance(subMchid!);
    await shop.sandbox.control('POST', `/merchants/${subMchid}/balance`, { takeFen: availableFen });
    expect(await charge(40)).toMatchObject({ state: 'WAITING', failure: { code: 'NOT_ENOUGH' } });
    await shop.sandbox.control('POST', `/merchants/${subMchid}/balance`, { addFen: 100 });
    await pass(10);
    expect(await charge(40)).toMatchObject({ state: 'SUCCESS' });
  });

  it('is refused above the refund, without one, and for any account but a platform’s', async () => {
    const { charge } = await refunded();
    await refusal('SHARING_EXCEEDS', () => charge(501));
    await refusal('REFUND_NOT_FOUND', () => charge(1, { outRefundNo: 'R-of-nobody' }));
    expect(requests(path)).toEqual([]);
    await shop.close();
    await open('partner');
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    const of = { outTradeNo: _id, outRefundNo: 'R', amountFen: 1, scene: 'RETURN_GOODS' } as const;
    await refusal('SHARING_STATE', () => act({ action: 'chargeAfterSales', ...of }));
  });
});
