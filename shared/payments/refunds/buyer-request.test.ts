import { describe, expect, it } from 'vitest';
import { CommerceError } from '../../core/errors.ts';
import { finished, nowMs, sharing } from '../sharing/testing/sharing.ts';
import { refusal, type ScriptedShop } from '../testing/scripted-shop.ts';
import { loadRefundRequest, requestRefund } from './buyer-request.ts';
import { refundsCollection } from './records.ts';
import { act, refund, refunding } from './testing/refunding.ts';

const minuteMs = 60_000;

describe('a buyer who asks for the money back', () => {
  const ask = (shop: ScriptedShop, changes: object = {}) =>
    requestRefund(shop.ports, 'oPayer', { action: 'ask', outTradeNo: 'T1', ...changes });
  const query = (shop: ScriptedShop) =>
    requestRefund(shop.ports, 'oPayer', { action: 'query', outTradeNo: 'T1' });

  it.each([
    ['within half an hour', {}, 30 * minuteMs, 'ACCEPTED'],
    ['a moment later', {}, 30 * minuteMs + 1, 'OPEN'],
    ['after the delivery', { fulfilment: 'DONE' }, 0, 'OPEN'],
    ['during the delivery, or after one that may have arrived', { fulfilAttempts: 1 }, 0, 'OPEN'],
    [
      'after it was shipped by hand',
      { shipping: { state: 'WAITING', logistics: 'express', parcels: [] } },
      0,
      'OPEN',
    ],
    [
      'of what was given back in part',
      { refunds: [{ outRefundNo: 'R0', amountFen: 1, sendAfterMs: 0 }] },
      0,
      'OPEN',
    ],
    ['of what was paid nobody knows when', { paidAtMs: null }, 0, 'OPEN'],
  ] as const)('%s is %s', async (_, order, afterMs, state) => {
    const shop = refunding();
    shop.putOrder(order);
    shop.nowMs += afterMs;
    const answer = await ask(shop, { reason: '不想要了' });
    const request = { outTradeNo: 'T1', state, reason: '不想要了', askedAtMs: shop.nowMs };
    expect(answer).toMatchObject({ request, canAsk: false });
    expect(answer.refunds).toHaveLength(state === 'ACCEPTED' ? 1 : 0);
  });

  it.each([
    ['a merchant, who returns it', { type: 'MERCHANT_ID', account: '1900000200' }, 'ACCEPTED'],
    ['a person, who would not return it', { type: 'PERSONAL_OPENID', account: 'oStaff' }, 'OPEN'],
  ] as const)('of which a share went to %s, is %s', async (_, receiver, state) => {
    const requests = [finished({}, receiver)];
    const { shop } = sharing('partner', { state: 'FREED', requests, nextAtMs: null });
    shop.putOrder({ paidAtMs: nowMs });
    shop.answer = (_route, { amount }) => ({
      ...{ amount, result: 'SUCCESS', refund_id: '50', out_trade_no: 'T1', status: 'PROCESSING' },
      ...(typeof amount === 'object' && { amount }),
    });
    expect(await ask(shop)).toMatchObject({ request: { state } });
  });

  it('is shown to operators beside the order, if anything was asked', async () => {
    const shop = refunding();
    shop.putOrder({ fulfilment: 'DONE' });
    expect(await loadRefundRequest(shop.documents, 'T1')).toBeUndefined();
    const { request } = await ask(shop, { reason: '不想要了' });
    expect(await loadRefundRequest(shop.documents, 'T1')).toEqual(request);
    expect(request).toMatchObject({ outTradeNo: 'T1', state: 'OPEN', reason: '不想要了' });
  });

  it('gets one refund, however often, and sees whose it is', async () => {
    const shop = refunding();
    shop.putOrder();
    expect(await query(shop)).toEqual({ refunds: [], canAsk: true });
    const first = await ask(shop);
    expect(await ask(shop)).toEqual(first);
    expect(first.refunds).toMatchObject([{ requestedBy: 'buyer', amountFen: 1000, state: 'PROCESSING' }]);
    expect(first.request).not.toHaveProperty('reason');
    expect(first.request).not.toHaveProperty('reply');
    expect(shop.documents.all(refundsCollection)).toMatchObject([
      { platformAdvance: false, operatorOpenid: null },
    ]);
    expect(shop.calls).toHaveLength(1);
  });

  it('does not find the order of somebody else', async () => {
    const shop = refunding();
    shop.putOrder({ openid: 'oAnother' });
    await expect(query(shop)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    await expect(ask(shop)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
  });

  it.each(['!T1', 'T1!', '', 'T'.repeat(65)])('cannot name an order %j', async (outTradeNo) => {
    await expect(ask(refunding(), { outTradeNo })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('cannot ask when there is nothing left', async () => {
    const shop = refunding();
    shop.putOrder({ state: 'NOTPAY' });
    await expect(ask(shop)).rejects.toMatchObject({ code: 'REFUND_STATE' });
    expect(await query(shop)).toEqual({ refunds: [], canAsk: false });
  });

  it('of two instances that were asked at once has one answer', async () => {
    const shop = refunding();
    shop.putOrder();
    const answers = await Promise.all([ask(shop), ask(shop)]);
    expect(answers.map(({ request }) => request?.state)).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect(shop.documents.all(refundsCollection)).toHaveLength(1);
  });

  it.each([
    ['its delivery begins', { fulfilment: 'PENDING', fulfilAttempts: 1 }],
    ['it is shipped', { shipping: { state: 'WAITING', logistics: 'express', parcels: [] } }],
  ] as const)(
    'at the moment when %s gets the decision of an operator, and no money before',
    async (_, begun) => {
      const shop = refunding();
      shop.putOrder({ fulfilment: 'PENDING' });
      shop.documents.interrupt = async (when, operation) => {
        if (when === 'before' && operation === 'insert refunds') shop.putOrder({ ...begun, version: 2 });
      };
      const answer = await ask(shop);
      expect(answer).toMatchObject({ request: { state: 'OPEN' }, refunds: [{ state: 'REFUSED' }] });
      expect(shop.order()).not.toHaveProperty('refunds');
      expect(shop.calls).toEqual([]);
      await refund(shop);
      expect(await query(shop)).toMatchObject({ request: { state: 'ACCEPTED' } });
    },
  );

  it.each([
    ['OPEN', 0],
    ['DECLINED', 0],
    // The instance that accepted it may have died since, so this one makes the same refund.
    ['ACCEPTED', 1],
  ] as const)(
    'of whom another instance has stored a request that is %s meanwhile gets %d refunds',
    async (state, refunds) => {
      const shop = refunding();
      shop.putOrder();
      shop.documents.interrupt = async (when, operation) => {
        if (when !== 'before' || operation !== 'insert refund_requests') return;
        const record = {
          _id: 'T1',
          version: 1,
          openid: 'oPayer',
          state,
          reason: null,
          reply: null,
          askedAtMs: 1,
        };
        shop.documents.put('refund_requests', record);
      };
      const answer = await ask(shop);
      expect(answer).toMatchObject({ request: { state } });
      expect(answer.refunds).toHaveLength(refunds);
    },
  );

  it('gets the decision of an operator when WeChat Pay does not take the refund that was granted', async () => {
    const shop = refunding();
    shop.putOrder();
    shop.answer = (route) => {
      throw refusal(route.startsWith('GET') ? 'RESOURCE_NOT_EXISTS' : 'PARAM_ERROR');
    };
    const answer = await ask(shop);
    expect(answer).toMatchObject({ request: { state: 'OPEN' }, refunds: [{ state: 'REFUSED' }] });
  });

  it('is answered by an operator, once', async () => {
    const shop = refunding();
    shop.putOrder({ paidAtMs: shop.nowMs - 60 * minuteMs });
    await ask(shop);
    const listed = await act(shop, { action: 'requests' });
    expect(listed).toMatchObject({ requests: [{ outTradeNo: 'T1', state: 'OPEN' }] });
    const decline = (reply?: string) =>
      act(shop, { action: 'decline', outTradeNo: 'T1', ...(reply && { reply }) });
    expect(await decline('已拆封')).toMatchObject({ request: { state: 'DECLINED', reply: '已拆封' } });
    expect(await decline()).toMatchObject({ request: { reply: '已拆封' } });
    expect(await act(shop, { action: 'requests' })).toEqual({ requests: [] });
    await refund(shop);
    expect(await query(shop)).toMatchObject({ request: { state: 'DECLINED' } });
  });

  it('is granted by any refund of an operator, and can then not be declined', async () => {
    const shop = refunding();
    shop.putOrder({ fulfilment: 'DONE' });
    await ask(shop);
    await refund(shop, { amountFen: 1 });
    const answer = await query(shop);
    expect(answer).toMatchObject({ request: { state: 'ACCEPTED' } });
    const decline = { action: 'decline', outTradeNo: 'T1' };
    await expect(act(shop, decline)).rejects.toMatchObject({ code: 'REFUND_STATE' });
    const error = await act(refunding(), decline).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommerceError);
    expect(error).toMatchObject({ code: 'REFUND_NOT_FOUND' });
  });
});
