import { describe, expect, it } from 'vitest';
import { refusal, type ScriptedShop } from '../testing/scripted-shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { refundOrder } from './refund-order.ts';
import { act, outRefundNo, refund, refunding, requestToken, stored } from './testing/refunding.ts';
import { viewRefund } from './view.ts';

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
      refused('TOKEN_REUSED', 'new token for a new refund'),
    );
    expect(shop.calls).toHaveLength(1);
  });

  it('may be another function of the shop', async () => {
    const shop = refunding();
    shop.putOrder();
    const event = { action: 'refund', outTradeNo: 'T1', requestToken };
    const answer = await refundOrder(shop.ports, undefined, event);
    expect(answer).toHaveProperty('refund');
    expect(answer).not.toHaveProperty('refund.reason');
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
    const error = await refund(shop).catch((thrown) => thrown);
    expect(error).toMatchObject(refused(code, text));
    expect(error.wechatPay).toEqual(code === 'WECHATPAY_REFUSED' ? { code: reason } : undefined);
  });

  it('learns what another instance has made of it when too many write to the order at once', async () => {
    const shop = refunding();
    shop.putOrder();
    const update = shop.documents.update;
    shop.documents.update = async (collection, ...rest) => {
      if (collection !== 'orders') return update(collection, ...rest);
      const sent = { ...(await stored(shop)), state: 'PROCESSING' } as RefundRecord;
      shop.documents.put(refundsCollection, sent);
      return false;
    };
    expect(await refund(shop)).toMatchObject({ refund: { state: 'PROCESSING' } });
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
    { ...whole, requestToken: ` ${requestToken}` },
    { ...whole, outTradeNo: 'T 1' },
    { ...whole, outTradeNo: 'T'.repeat(65) },
    { ...whole, amountFen: 0 },
    { ...whole, reason: '' },
    { ...whole, reason: 'r'.repeat(81) },
    { ...whole, acceptedLossFen: 0 },
    { action: 'preview', outTradeNo: 'T1', amountFen: 0 },
    { action: 'decline', outTradeNo: 'T1', reply: 'r'.repeat(201) },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', bankType: 'icbc' },
    { action: 'refundElsewhere', outRefundNo, type: 'USER_BANK_CARD', bankType: '1ICBC_DEBIT' },
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
