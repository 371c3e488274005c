import { describe, expect, it } from 'vitest';
import { sellersCollection } from '../../merchants/sellers.ts';
import { type ProductRecord, productsCollection } from '../../shop/products.ts';
import type { RefundRecord } from '../refunds/records.ts';
import { sellerRecord } from '../withdrawals/testing/withdrawing.ts';
import type { SharingRecord } from './records.ts';
import { shareProfit } from './share-profit.ts';
import { dayMs, finished, nowMs, sharing } from './testing/sharing.ts';
import { viewSharing } from './view.ts';

const requestToken = '0123456789abcdef';
const merchant = { type: 'MERCHANT_ID', account: '1900000200' };
const person = { type: 'PERSONAL_OPENID', account: 'o_Staff-1' };
const plan = { shares: [], netFen: 1000, freeAtMs: nowMs + dayMs, onFailure: 'HOLD' } as const;

/** An order of a seller, of which nothing or 100 fen are shared; WeChat Pay has everything in progress. */
function operating(of: Partial<SharingRecord> = {}, kind: 'partner' | 'ecommerce' = 'partner') {
  const at = sharing(kind, { state: 'SHARED', plan, nextAtMs: null, ...of });
  const { shop } = at;
  shop.documents.put(sellersCollection, sellerRecord(kind));
  const bread = { _id: 'bread', title: '面包', sellerId: 's1', onSale: true };
  const product: ProductRecord = { ...bread, price: { kind: 'fixed', amountFen: 500 } };
  shop.documents.put(productsCollection, product);
  const refund = { _id: 'A', version: 1, outTradeNo: 'T1', refundId: '50', state: 'SUCCESS', amountFen: 100 };
  shop.documents.put('refunds', refund as unknown as RefundRecord);
  shop.answer = (route) => {
    if (route.includes('merchant-configs')) return { max_ratio: 3000 };
    if (route.includes('return-orders')) return { amount: 40, result: 'PROCESSING' };
    if (route.includes('subsidies')) return { result: 'SUCCESS', subsidy_id: 'B9', success_time: '' };
    if (route.includes('after-sales')) return { amount: 30, result: 'PROCESSING', finish_time: '' };
    return { state: 'PROCESSING', status: 'PROCESSING', order_id: 'O1', unsplit_amount: 900 };
  };
  const act = (event: object) => shareProfit(shop.ports, 'oOp', event);
  const add = (receiver: object) =>
    act({ action: 'addReceiver', sellerId: 's1', ...receiver, relation: 'PARTNER', name: '名称' });
  return { ...at, act, add };
}

describe('an operator, for a seller', () => {
  it('adds receivers, sees them, and deletes them', async () => {
    const { act, add } = operating();
    for (const receiver of [merchant, person]) expect(await add(receiver)).toEqual({ receiver });
    const list = () => act({ action: 'receivers', sellerId: 's1' });
    expect(await list()).toMatchObject({ receivers: [merchant, person] });
    expect(await act({ action: 'deleteReceiver', sellerId: 's1', ...merchant })).toEqual({
      receiver: merchant,
    });
    expect(await list()).toMatchObject({ receivers: [person] });
  });

  it.each([
    ['of parts', null, 'PAYMENT', 'HOLD', { permille: 300 }],
    ['of fixed sums', null, 'SHIPPING', 'FREE', { amountFen: 100_000_000 }],
    ['of a product', 'bread', 'RECEIPT', 'HOLD', { permille: 1 }],
  ])('sets a rule %s, sees it, and removes it', async (_, productId, after, onFailure, part) => {
    const { act, add } = operating();
    await add(person);
    const receivers = [{ ...person, part, description: '提成' }];
    const rule = { sellerId: 's1', productId, receivers, after, days: 3, freeAfterDays: 7, onFailure };
    expect(await act({ action: 'setRule', ...rule })).toEqual({ rule });
    expect(await act({ action: 'rules' })).toEqual({ rules: [rule] });
    expect(await act({ action: 'rules', sellerId: 's1' })).toEqual({ rules: [rule] });
    expect(await act({ action: 'rules', sellerId: null })).toEqual({ rules: [] });
    expect(await act({ action: 'removeRule', sellerId: 's1', productId })).toEqual({ removed: true });
    expect(await act({ action: 'rules' })).toEqual({ rules: [] });
  });

  it('cannot give a receiver both a part and a sum, nor neither', async () => {
    const { act } = operating();
    const rule = {
      sellerId: 's1',
      productId: null,
      after: 'PAYMENT',
      days: 0,
      freeAfterDays: 0,
      onFailure: 'HOLD',
    };
    for (const part of [{ permille: 1, amountFen: 1 }, {}]) {
      const receivers = [{ ...person, part, description: '提成' }];
      const asked = act({ action: 'setRule', ...rule, receivers });
      await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^(BAD_REQUEST|AMOUNT_)/) });
    }
  });
});

describe('an operator, for an order', () => {
  const subsidy = {
    ...{ outSubsidyNo: 'B1', amountFen: 50, state: 'SUCCESS', subsidyId: 'B9', notBeforeMs: nowMs },
    ...{ failure: null, returns: [] },
  } as const;
  const share = { ...person, amountFen: 1, description: '提成' };
  const back = { requestToken, outOrderNo: 'S1', mchid: '1900000200', amountFen: 40 };

  it.each([
    [
      'share',
      { requestToken, receivers: [share] },
      { requests: [{ by: 'OPERATOR', receivers: [share] }] },
      {},
    ],
    ['free', {}, { requests: [{ kind: 'FREE' }] }, {}],
    ['return', back, { returns: [{ amountFen: 40, state: 'PROCESSING' }] }, { requests: [finished()] }],
    ['retry', {}, { nextAtMs: nowMs + dayMs }, {}],
    ['subsidise', { amountFen: 50 }, { subsidy: { amountFen: 50, state: 'SUCCESS' } }, {}],
    [
      'returnSubsidy',
      { outRefundNo: 'A', amountFen: 20 },
      { subsidy: { returns: [{ amountFen: 20 }] } },
      { subsidy },
    ],
    ['cancelSubsidy', {}, { version: 1 }, {}],
    [
      'chargeAfterSales',
      { outRefundNo: 'A', amountFen: 30, scene: 'RETURN_GOODS' },
      { afterSales: { amountFen: 30, scene: 'RETURN_GOODS', state: 'PROCESSING' } },
      {},
    ],
  ] as [string, object, object, Partial<SharingRecord>][])('can %s', async (action, more, expected, of) => {
    const ofPlatform = /ubsid|AfterSales/.test(action);
    const { add, act, stored } = operating(of, ofPlatform ? 'ecommerce' : 'partner');
    if (!ofPlatform) await add(person);
    const answer = await act({ action, outTradeNo: 'T1', ...more });
    expect(answer).toEqual({ sharing: viewSharing(stored()) });
    expect(stored()).toMatchObject(expected);
  });

  it.each(['REFUND_TICKET', 'CHANGE_TICKET', 'RETURN_GOODS'])('charges a fee for %s', async (scene) => {
    const { act, stored } = operating({}, 'ecommerce');
    await act({ action: 'chargeAfterSales', outTradeNo: 'T1', outRefundNo: 'A', amountFen: 30, scene });
    expect(stored().afterSales).toMatchObject({ scene });
  });

  it.each(['x190', '190x', '', '1'.repeat(33)])(
    'takes nothing back from %j, which is no merchant',
    async (mchid) => {
      const asked = operating().act({ action: 'return', outTradeNo: 'T1', ...back, mchid });
      await expect(asked).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    },
  );

  it.each(['o staff', '', 'o'.repeat(65), ' o1', 'o1 '])('shares with nobody called %j', async (account) => {
    const receivers = [{ ...share, account }];
    const asked = operating().act({ action: 'share', outTradeNo: 'T1', requestToken, receivers });
    await expect(asked).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
