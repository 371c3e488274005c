import { describe, expect, it } from 'vitest';
import type { ShareProfitAnswers } from '../../contract/index.ts';
import { sellersCollection } from '../../merchants/sellers.ts';
import { sellerRecord } from '../withdrawals/testing/withdrawing.ts';
import { shareProfit } from './share-profit.ts';
import {
  dayMs,
  finished,
  nowMs,
  paidAtMs,
  share,
  shareRequest,
  shareReturn,
  sharing,
  sharingRecord,
} from './testing/sharing.ts';
import { viewSharing } from './view.ts';

const requestToken = '0123456789abcdef';
const receiver = { type: 'PERSONAL_OPENID', account: 'oStaff' };
const rule = {
  ...{ action: 'setRule', sellerId: 's1', productId: null, receivers: [] },
  ...{ after: 'PAYMENT', days: 0, freeAfterDays: 0, onFailure: 'HOLD' },
};
const shareOne = {
  ...{ action: 'share', outTradeNo: 'T1', requestToken },
  receivers: [{ ...receiver, amountFen: 1, description: '提成' }],
};

function operating(kind: 'partner' | 'ecommerce' = 'partner') {
  const at = sharing(kind, { state: 'SHARED', nextAtMs: null });
  at.shop.documents.put(sellersCollection, sellerRecord(kind));
  at.shop.answer = () => ({ max_ratio: 2555, unsplit_amount: 7 });
  return { ...at, act: (event: object) => shareProfit(at.shop.ports, 'oOp', event) };
}

describe('an operator', () => {
  it('sees the sharings that are not finished, the earliest paid first', async () => {
    const { shop, act } = operating();
    const states = ['WAITING', 'SHARING', 'FAILED', 'FREED'] as const;
    shop.documents.put(
      'sharings',
      ...states.map((state, index) =>
        sharingRecord({ _id: `N${index}`, state, paidAtMs: paidAtMs - index - 1 }),
      ),
    );
    const { sharings } = (await act({ action: 'open' })) as ShareProfitAnswers['open'];
    expect(sharings.map(({ outTradeNo }) => outTradeNo)).toEqual(['N2', 'N1', 'N0', 'T1']);
  });

  it('sees how much a seller may share, in whole thousandths', async () => {
    expect(await operating().act({ action: 'limit', sellerId: 's1' })).toEqual({
      maxPermille: 255,
      source: 'WECHATPAY',
    });
  });

  it('asks how much of an order is left', async () => {
    const { act, record } = operating();
    expect(await act({ action: 'query', outTradeNo: 'T1' })).toEqual({
      sharing: viewSharing(record),
      unsplitFen: 7,
    });
  });

  it('has what needs another function’s key done there', async () => {
    const { shop, act } = operating();
    Object.assign(shop.ports, { accounts: { find: () => undefined } });
    await expect(act({ action: 'limit', sellerId: 's1' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const forwarded: unknown[][] = [];
    const forward = async (...of: unknown[]) => forwarded.push(of);
    Object.assign(shop.ports, { provider: { forward } });
    const [limit, free] = [
      { action: 'limit', sellerId: 's1' },
      { action: 'free', outTradeNo: 'T1' },
    ];
    expect(await act(limit)).toBe(1);
    expect(await shareProfit(shop.ports, undefined, free)).toBe(2);
    expect(forwarded).toEqual([
      [limit, 'oOp'],
      [free, null],
    ]);
  });

  it('does nothing under another merchant number than the order’s', async () => {
    const { act, put } = operating();
    put({ mchid: '1999999999' });
    await expect(act({ action: 'query', outTradeNo: 'T1' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it.each([
    { ...rule, days: 180 },
    { ...rule, days: -1 },
    { ...rule, freeAfterDays: 180 },
    { ...rule, after: 'TOMORROW' },
    { ...rule, onFailure: 'IGNORE' },
    { ...rule, receivers: [{ ...receiver, part: { permille: 1001 }, description: 'x' }] },
    { ...rule, receivers: [{ ...receiver, part: { permille: 0 }, description: 'x' }] },
    { ...rule, receivers: [{ ...receiver, part: { permille: 1 }, description: '' }] },
    { ...rule, receivers: [{ ...receiver, part: { permille: 1 }, description: 'x'.repeat(81) }] },
    {
      ...rule,
      receivers: Array.from({ length: 51 }, () => ({ ...receiver, part: { permille: 1 }, description: 'x' })),
    },
    { ...shareOne, receivers: [] },
    { ...shareOne, receivers: Array.from({ length: 51 }, () => shareOne.receivers[0]) },
    { ...shareOne, receivers: [{ ...shareOne.receivers[0], account: 'o staff' }] },
    { ...shareOne, receivers: [{ ...shareOne.receivers[0], account: 'o'.repeat(65) }] },
    { ...shareOne, requestToken: 'short' },
    { action: 'addReceiver', sellerId: 's1', ...receiver, relation: '' },
    { action: 'addReceiver', sellerId: 's1', ...receiver, relation: 'x'.repeat(33) },
    {
      action: 'addReceiver',
      sellerId: 's1',
      ...receiver,
      relation: 'CUSTOM',
      customRelation: 'x'.repeat(11),
    },
    { action: 'addReceiver', sellerId: 's1', ...receiver, relation: 'STAFF', name: 'x'.repeat(101) },
    { action: 'return', outTradeNo: 'T1', requestToken, outOrderNo: 'S1', mchid: '19x', amountFen: 1 },
    { action: 'chargeAfterSales', outTradeNo: 'T1', outRefundNo: 'A', amountFen: 1, scene: 'X' },
    { action: 'free' },
    { action: 'open', more: 1 },
  ])('is refused %j', async (event) => {
    await expect(operating().act(event)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('the sharing of an order, as an operator sees it', () => {
  it('says what was shared and returned of each share, and what is open', () => {
    const failure = { code: 'X', message: 'x' };
    const waiting = shareRequest({
      outOrderNo: 'S2',
      failure,
      receivers: [share({ failReason: 'NO_AUTH' })],
    });
    const returns = [
      shareReturn({ state: 'SUCCESS', outRefundNo: 'A' }),
      shareReturn({ outReturnNo: 'R2', failReason: 'NOT_ENOUGH', amountFen: 30 }),
      shareReturn({ outReturnNo: 'R3', state: 'FAILED' }),
    ];
    const view = viewSharing(sharingRecord({ requests: [finished(), waiting], returns, failure }));
    const common = { type: 'MERCHANT_ID', account: '1900000200', amountFen: 100 };
    const back = { mchid: '1900000200', amountFen: 40 };
    expect(view).toEqual({
      ...{
        outTradeNo: 'T1',
        account: 'partner',
        sellerId: 's1',
        amountFen: 1000,
        paidAtMs,
        state: 'SHARING',
      },
      ...{ sharedFen: 100, returnedFen: 40, frozenUntilMs: paidAtMs + 30 * dayMs, nextAtMs: nowMs, failure },
      requests: [
        {
          ...{ outOrderNo: 'S1', kind: 'SHARE', by: 'RULE', state: 'FINISHED' },
          receivers: [{ ...common, result: 'SUCCESS', returnedFen: 40 }],
        },
        {
          ...{ outOrderNo: 'S2', kind: 'SHARE', by: 'RULE', state: 'WAITING', failure },
          receivers: [{ ...common, result: 'PENDING', returnedFen: 0, failReason: 'NO_AUTH' }],
        },
      ],
      returns: [
        { outReturnNo: 'R1', ...back, state: 'SUCCESS', outRefundNo: 'A' },
        { outReturnNo: 'R2', ...back, amountFen: 30, state: 'WAITING', failReason: 'NOT_ENOUGH' },
        { outReturnNo: 'R3', ...back, state: 'FAILED' },
      ],
    });
  });

  it.each([
    ['RESERVED', 'WAITING'],
    ['SUCCESS', 'SUCCESS'],
    ['FAILED', 'FAILED'],
  ] as const)('has its subsidy and its fee: %s is %s', (state, seen) => {
    const failure = { code: 'X', message: 'x' };
    const back = { refundId: '50', notBeforeMs: 0, failure: null } as const;
    const returns = [
      { ...back, outReturnNo: '1', outRefundNo: 'A', amountFen: 5, state: 'SUCCESS' },
      { ...back, outReturnNo: '2', outRefundNo: 'B', amountFen: 7, state: 'RESERVED' },
    ] as const;
    const subsidy = {
      outSubsidyNo: 'B1',
      amountFen: 50,
      state,
      subsidyId: null,
      notBeforeMs: 0,
      failure,
      returns,
    };
    const afterSales = {
      ...{ outRefundNo: 'A', refundId: '50', amountFen: 30, state },
      scene: 'RETURN_GOODS',
      ...{ notBeforeMs: 0, attempts: 0, failure },
    } as const;
    expect(viewSharing(sharingRecord({ subsidy, afterSales }))).toMatchObject({
      subsidy: { amountFen: 50, state: seen, returnedFen: 5, failure },
      afterSales: { outRefundNo: 'A', amountFen: 30, state: seen, failure },
    });
    const fine = viewSharing(
      sharingRecord({ subsidy: { ...subsidy, failure: null }, afterSales: { ...afterSales, failure: null } }),
    );
    expect(fine.subsidy).not.toHaveProperty('failure');
    expect(fine.afterSales).not.toHaveProperty('failure');
  });

  it('has neither failure nor next turn, subsidy nor fee, where there is none', () => {
    expect(Object.keys(viewSharing(sharingRecord({ nextAtMs: null })))).toEqual([
      ...['outTradeNo', 'account', 'sellerId', 'amountFen', 'paidAtMs', 'state', 'requests', 'returns'],
      ...['sharedFen', 'returnedFen', 'frozenUntilMs'],
    ]);
  });
});
