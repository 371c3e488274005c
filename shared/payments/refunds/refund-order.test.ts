import { describe, expect, it } from 'vitest';
import type { RefundOrderAnswers, RequestRefundAnswer } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { refusal, type ScriptedShop, scriptedShop } from '../testing/scripted-shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { requestRefund } from './buyer-request.ts';
import { loadRefund } from './find.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { refundOrder } from './refund-order.ts';
import { refundNumber } from './request.ts';
import { viewRefund } from './view.ts';

const yearMs = 365 * 24 * 3600_000;
const requestToken = '0123456789abcdef';
const outRefundNo = refundNumber('T1', requestToken);
const minuteMs = 60_000;

/** A shop whose WeChat Pay accepts every refund. */
function refunding(kind: Parameters<typeof scriptedShop>[0] = 'direct') {
  const shop = scriptedShop(kind);
  shop.answer = (_, parameters) => ({
    refund_id: '50',
    out_refund_no: parameters.out_refund_no,
    out_trade_no: 'T1',
    status: 'PROCESSING',
    amount: { refund: (parameters.amount as { refund: number } | undefined)?.refund ?? 1000 },
  });
  return shop;
}
const refund = (shop: ScriptedShop, changes: object = {}, operator: string | undefined = 'oOp') =>
  refundOrder(shop.ports, operator, {
    action: 'refund',
    outTradeNo: 'T1',
    requestToken,
    ...changes,
  }) as Promise<RefundOrderAnswers['refund']>;
const act = (shop: ScriptedShop, event: object) => refundOrder(shop.ports, 'oOp', event);
const stored = async (shop: ScriptedShop) => (await loadRefund(shop.documents, outRefundNo))!;
const refused = (code: string, text?: string) => ({
  code,
  ...(text !== undefined && { message: expect.stringContaining(text) }),
});

describe('an operator who refunds', () => {
  it('gives back all that is left when no sum is named', async () => {
    const shop = refunding();
    shop.putOrder({ refunds: [{ outRefundNo: 'R0', amountFen: 400, sendAfterMs: 0 }] });
    const answer = await refund(shop, { reason: '少发一件' });
    expect(answer).toEqual({
      refund: {
        outRefundNo,
        outTradeNo: 'T1',
        amountFen: 600,
        state: 'PROCESSING',
        requestedBy: 'operator',
        createdAtMs: shop.nowMs,
        reason: '少发一件',
      },
      refundableFen: 0,
    });
    expect(await stored(shop)).toMatchObject({ operatorOpenid: 'oOp', platformAdvance: false });
    expect(await stored(shop)).not.toHaveProperty('keepShares');
  });

  it('is asked for the sum again under the same token, and gets the same refund', async () => {
    const shop = refunding();
    shop.putOrder();
    const first = await refund(shop, { amountFen: 300 });
    expect(await refund(shop)).toEqual(first);
    expect(await refund(shop, { amountFen: 300 })).toEqual(first);
    await expect(refund(shop, { amountFen: 301 })).rejects.toMatchObject(
      refused('TOKEN_REUSED', 'new token'),
    );
    expect(shop.calls).toHaveLength(1);
  });

  it('may be another function of the shop', async () => {
    const shop = refunding();
    shop.putOrder();
    await refundOrder(shop.ports, undefined, { action: 'refund', outTradeNo: 'T1', requestToken });
    expect(await stored(shop)).toMatchObject({ operatorOpenid: null, reason: null });
  });

  it.each([
    ['an unpaid order', { state: 'NOTPAY' }, {}, 'ORDER_NOT_PAID', undefined],
    ['more than is left', {}, { amountFen: 1001 }, 'REFUND_EXCEEDS', '¥10.00 can still be refunded'],
    [
      'what was given back',
      { refunds: [{ outRefundNo: 'R0', amountFen: 1000, sendAfterMs: 0 }] },
      {},
      'REFUND_EXCEEDS',
      '¥0.00 can still be refunded',
    ],
    ['an old order', { paidAtMs: 0 }, {}, 'REFUND_STATE', 'more than a year ago'],
    [
      'an order with 50 refunds',
      { refunds: Array.from({ length: 50 }, () => ({ outRefundNo: 'R', amountFen: 1, sendAfterMs: 0 })) },
      { amountFen: 1 },
      'REFUND_STATE',
      '50 times',
    ],
    [
      'at the expense of a platform that there is none of',
      {},
      { platformAdvance: true },
      'REFUND_STATE',
      '电商收付通',
    ],
  ])('is refused %s, and nothing is stored', async (_, order, event, code, text) => {
    const shop = refunding();
    shop.putOrder(order as Partial<ReturnType<ScriptedShop['putOrder']>>);
    await expect(refund(shop, event)).rejects.toMatchObject(refused(code, text));
    expect(shop.documents.all(refundsCollection)).toEqual([]);
  });

  it.each([
    ['EXCEEDS_PAID', 'REFUND_EXCEEDS', undefined],
    ['NOT_PAID', 'ORDER_NOT_PAID', undefined],
    ['TOO_OLD', 'REFUND_STATE', 'a year ago'],
    ['TOO_MANY', 'REFUND_STATE', '50 times'],
    ['PARAM_ERROR', 'WECHATPAY_REFUSED', 'did not accept the refund (PARAM_ERROR). because'],
  ])('learns why it was refused in the end: %s', async (reason, code, text) => {
    const shop = refunding();
    shop.putOrder();
    await refund(shop);
    const failure = { code: reason, message: 'because' };
    const ended = { ...(await stored(shop)), state: 'REFUSED', failure, nextAtMs: null } as RefundRecord;
    shop.documents.put(refundsCollection, ended);
    await expect(refund(shop)).rejects.toMatchObject(refused(code, text));
  });

  it('is answered with a wait when too many write to the order at once', async () => {
    const shop = refunding();
    shop.putOrder();
    const update = shop.documents.update;
    shop.documents.update = async (collection, ...rest) =>
      collection === 'orders' ? false : update(collection, ...rest);
    expect(await refund(shop)).toMatchObject({ refund: { state: 'WAITING' }, refundableFen: 1000 });
  });

  it('learns of anything else that keeps the refund from going out', async () => {
    const shop = refunding();
    shop.putOrder();
    const broken = { ...shop.ports, accounts: { find: () => undefined } };
    const event = { action: 'refund', outTradeNo: 'T1', requestToken };
    await expect(refundOrder(broken, 'oOp', event)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const down = {
      ...shop.ports,
      accounts: {
        find: () => {
          throw new TypeError('a bug');
        },
      },
    };
    await expect(refundOrder(down, 'oOp', event)).rejects.toThrow('a bug');
  });

  it('lets the platform pay first for an e-commerce order, and claims it back once it is done', async () => {
    const shop = refunding('ecommerce');
    shop.putOrder();
    expect(await refund(shop, { platformAdvance: true })).toMatchObject({ refund: { advanced: true } });
    const claim = () => act(shop, { action: 'returnAdvance', outRefundNo });
    await expect(claim()).rejects.toMatchObject({ code: 'REFUND_STATE' });
    shop.documents.put(refundsCollection, { ...(await stored(shop)), state: 'SUCCESS' } as RefundRecord);
    shop.answer = () => ({ return_amount: 1000, result: 'PROCESSING' });
    expect(await claim()).toEqual({ amountFen: 1000, result: 'PROCESSING' });
    shop.documents.put(refundsCollection, {
      ...(await stored(shop)),
      platformAdvance: false,
    } as RefundRecord);
    await expect(claim()).rejects.toMatchObject(refused('REFUND_STATE', '电商收付通'));
    madeUpRecords();
  });

  it('sees all refunds of an order, and the buyer sees less', async () => {
    const shop = refunding('ecommerce');
    shop.putOrder();
    shop.answer = () => {
      throw refusal('NOT_ENOUGH');
    };
    await refund(shop, { platformAdvance: true, amountFen: 400 });
    const answer = await act(shop, { action: 'query', outTradeNo: 'T1' });
    const failure = { code: 'NOT_ENOUGH', message: expect.any(String) };
    expect(answer).toMatchObject({
      refunds: [{ state: 'WAITING', failure, advanced: true }],
      refundableFen: 600,
    });
    const seen = viewRefund({ ...(await stored(shop)), receivedAccount: '零钱', endedAtMs: 7 }, 'buyer');
    expect(seen).toMatchObject({ receivedAccount: '零钱', endedAtMs: 7 });
    expect(seen).not.toHaveProperty('failure');
    expect(seen).not.toHaveProperty('advanced');
  });
});

describe('a refund to another account', () => {
  const card = { bankType: 'ICBC_DEBIT', bankAccount: '62220200000001', realName: '林小满' };
  const abnormal = async () => {
    const shop = refunding();
    shop.putOrder();
    await refund(shop);
    shop.documents.put(refundsCollection, { ...(await stored(shop)), state: 'ABNORMAL' } as RefundRecord);
    const elsewhere = (event: object) => act(shop, { action: 'refundElsewhere', outRefundNo, ...event });
    return { shop, elsewhere };
  };

  it('of the payer needs all of the card', async () => {
    const { shop, elsewhere } = await abnormal();
    for (const lacking of Object.keys(card)) {
      const some = Object.fromEntries(Object.entries(card).filter(([name]) => name !== lacking));
      await expect(elsewhere({ type: 'USER_BANK_CARD', ...some })).rejects.toMatchObject(
        refused('BAD_REQUEST', 'bank type, card number and name'),
      );
    }
    expect(shop.calls).toHaveLength(1);
    const answer = await elsewhere({ type: 'USER_BANK_CARD', ...card });
    expect(answer).toMatchObject({ refund: { state: 'PROCESSING' } });
  });

  it('of the merchant needs no card', async () => {
    const { elsewhere } = await abnormal();
    const answer = await elsewhere({ type: 'MERCHANT_BANK_CARD' });
    expect(answer).toMatchObject({ refund: { state: 'PROCESSING' } });
  });

  it('is for refunds that went wrong, of the account that is configured', async () => {
    const { shop, elsewhere } = await abnormal();
    const refundNow = await stored(shop);
    shop.documents.put(refundsCollection, { ...refundNow, mchid: '1999999999' } as RefundRecord);
    await expect(elsewhere({ type: 'MERCHANT_BANK_CARD' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    shop.documents.put(refundsCollection, { ...refundNow, state: 'PROCESSING' } as RefundRecord);
    await expect(elsewhere({ type: 'MERCHANT_BANK_CARD' })).rejects.toMatchObject({ code: 'REFUND_STATE' });
  });

  it('is sent to the function that holds the key', async () => {
    const { shop } = await abnormal();
    const event = { action: 'refundElsewhere', outRefundNo, type: 'MERCHANT_BANK_CARD' };
    const provider = { work: async () => {}, forward: async (sent: unknown) => ({ forwarded: sent }) };
    const without = { ...shop.ports, accounts: { find: () => undefined } };
    expect(await refundOrder({ ...without, provider }, 'oOp', event)).toEqual({ forwarded: event });
    await expect(refundOrder(without, 'oOp', event)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each(['refundElsewhere', 'returnAdvance', 'keepShares'])(
    'is of a refund that exists: %s',
    async (action) => {
      const event = {
        action,
        outRefundNo: 'R9',
        ...(action === 'refundElsewhere' && { type: 'MERCHANT_BANK_CARD' }),
      };
      await expect(act(refunding(), event)).rejects.toMatchObject({ code: 'REFUND_NOT_FOUND' });
    },
  );
});

describe('a request of refundOrder', () => {
  const whole = { action: 'refund', outTradeNo: 'T1', requestToken };
  it.each([
    { ...whole, requestToken: 'short-token' },
    { ...whole, requestToken: `${requestToken} ` },
    { ...whole, outTradeNo: 'T 1' },
    { ...whole, outTradeNo: 'T'.repeat(65) },
    { ...whole, amountFen: 0 },
    { ...whole, reason: '' },
    { ...whole, reason: 'r'.repeat(81) },
    { ...whole, acceptedLossFen: 0 },
    { action: 'preview', outTradeNo: 'T1', amountFen: 0 },
    { action: 'decline', outTradeNo: 'T1', reply: 'r'.repeat(201) },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', bankType: 'icbc' },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', bankType: 'ICBC_DEBIT1' },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', bankAccount: '62220200000001x' },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', bankAccount: 'x62220200000001' },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', realName: '林'.repeat(71) },
  ])('is refused out of its limits: %j', async (event) => {
    const shop = refunding();
    shop.putOrder();
    await expect(act(shop, event)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('previews what a refund of an order takes', async () => {
    const shop = refunding();
    shop.putOrder();
    expect(await act(shop, { action: 'preview', outTradeNo: 'T1' })).toMatchObject({
      amountFen: 1000,
      lossFen: 0,
    });
    expect(await act(shop, { action: 'preview', outTradeNo: 'T1', amountFen: 7 })).toMatchObject({
      amountFen: 7,
    });
  });
});

describe('a buyer who asks for the money back', () => {
  const ask = (shop: ScriptedShop, changes: object = {}) =>
    requestRefund(shop.ports, 'oPayer', { action: 'ask', outTradeNo: 'T1', ...changes });
  const query = (shop: ScriptedShop) =>
    requestRefund(shop.ports, 'oPayer', { action: 'query', outTradeNo: 'T1' });

  it.each([
    ['within half an hour', {}, 30 * minuteMs, 'ACCEPTED'],
    ['a moment later', {}, 30 * minuteMs + 1, 'OPEN'],
    ['after the delivery', { fulfilment: 'DONE' }, 0, 'OPEN'],
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

  it('gets one refund, however often, and sees whose it is', async () => {
    const shop = refunding();
    shop.putOrder();
    expect(await query(shop)).toEqual({ refunds: [], canAsk: true });
    const first = await ask(shop);
    expect(await ask(shop)).toEqual(first);
    expect(first.refunds).toMatchObject([{ requestedBy: 'buyer', amountFen: 1000, state: 'PROCESSING' }]);
    expect(first.request).not.toHaveProperty('reason');
    expect(shop.calls).toHaveLength(1);
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

  it.each(['OPEN', 'DECLINED'] as const)(
    'gets nothing by itself for one that is %s elsewhere',
    async (state) => {
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
      expect(await ask(shop)).toMatchObject({ refunds: [], request: { state } });
    },
  );

  it('is answered by an operator, once', async () => {
    const shop = refunding();
    const late = shop.nowMs - yearMs / 2;
    shop.putOrder({ paidAtMs: late });
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
    const answer: RequestRefundAnswer = await query(shop);
    expect(answer).toMatchObject({ request: { state: 'ACCEPTED' } });
    const decline = { action: 'decline', outTradeNo: 'T1' };
    await expect(act(shop, decline)).rejects.toMatchObject({ code: 'REFUND_STATE' });
    const error = await act(refunding(), decline).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommerceError);
    expect(error).toMatchObject({ code: 'REFUND_NOT_FOUND' });
  });
});
