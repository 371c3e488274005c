import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { findSharing, freeByHand, retryByHand, returnByHand, shareByHand } from './by-hand.ts';
import type { SharingPlan, SharingRecord } from './records.ts';
import {
  dayMs,
  finished,
  minuteMs,
  nowMs,
  paidAtMs,
  share,
  shareRequest,
  shareReturn,
  sharing,
} from './testing/sharing.ts';

const requestToken = '0123456789abcdef';
const receiver = { type: 'MERCHANT_ID', account: '1900000200' } as const;
const plan: SharingPlan = {
  shares: [{ ...receiver, amountFen: 100, description: '佣金' }],
  netFen: 1000,
  freeAtMs: nowMs + 5 * dayMs,
  onFailure: 'HOLD',
};

/** WeChat Pay takes 30 percent at most, and everything is in progress there. */
function operating(of: Partial<SharingRecord> = {}) {
  const at = sharing('partner', { state: 'SHARED', plan: { ...plan, shares: [] }, nextAtMs: null, ...of });
  const { shop, stored } = at;
  const added = { ...receiver, owner: '1900000109', relation: 'PARTNER' };
  shop.documents.put('sharing_receivers', { _id: '1900000109:MERCHANT_ID:1900000200', ...added } as never);
  shop.answer = (route) => {
    if (route.includes('merchant-configs')) return { max_ratio: 3000 };
    if (route.includes('amounts')) return { unsplit_amount: 900 };
    if (route.includes('return-orders')) return { amount: 40, result: 'PROCESSING' };
    return { state: 'PROCESSING', order_id: 'O1' };
  };
  const shareFen = (amountFen: number, more: object = {}, operator: string | null = 'oOp') =>
    shareByHand(
      shop.ports,
      shop.account,
      stored(),
      {
        ...{ action: 'share', outTradeNo: 'T1', requestToken },
        ...{ receivers: [{ ...receiver, amountFen, description: '奖励' }], ...more },
      },
      operator,
    );
  const giveBack = (amountFen: number, more: object = {}) =>
    returnByHand(shop.ports, stored(), {
      ...{
        action: 'return',
        outTradeNo: 'T1',
        requestToken,
        outOrderNo: 'S1',
        mchid: '1900000200',
        amountFen,
      },
      ...more,
    });
  return { ...at, share: shareFen, giveBack };
}

describe('the sharing of an order', () => {
  it('is found, or begun for one that was paid for it', async () => {
    const { shop, record } = sharing();
    await shop.documents.remove('orders', 'T1');
    expect(await findSharing(shop.ports, 'T1')).toEqual(record);
    shop.putOrder({ paidAtMs, profitSharing: true });
    await shop.documents.remove('sharings', 'T1');
    expect(await findSharing(shop.ports, 'T1')).toMatchObject({ _id: 'T1', state: 'WAITING', paidAtMs });
    await expect(findSharing(shop.ports, 'T2')).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
  });

  it.each([
    ['was not placed for it', { profitSharing: false }],
    ['is not paid', { state: 'NOTPAY' }],
    ['has no transaction', { transactionId: null }],
    ['has no time of payment', { paidAtMs: null }],
  ] as const)('is not begun for an order that %s', async (_, changes) => {
    const { shop } = sharing();
    await shop.documents.remove('sharings', 'T1');
    shop.putOrder({ paidAtMs, profitSharing: true, ...changes });
    await expect(findSharing(shop.ports, 'T1')).rejects.toMatchObject({ code: 'SHARING_NOT_FOUND' });
  });
});

describe('an operator who shares', () => {
  it('makes one request of one token, whoever asks how often', async () => {
    const { share: act, stored } = operating({ attempts: 5 });
    expect(await act(200)).toEqual(stored());
    expect(stored().requests).toMatchObject([
      {
        ...{ kind: 'SHARE', by: 'OPERATOR', operatorOpenid: 'oOp', state: 'PROCESSING', createdAtMs: nowMs },
        receivers: [{ ...receiver, amountFen: 200, description: '奖励', result: 'PENDING' }],
        base: { netFen: 1000, outRefundNos: [] },
      },
    ]);
    await act(200);
    expect(stored().requests).toHaveLength(1);
    await expect(act(201)).rejects.toMatchObject({
      code: 'TOKEN_REUSED',
      texts: { en: expect.stringContaining('another operation') },
    });
    const other = { ...receiver, account: '1900000201', amountFen: 200, description: '奖励' };
    await expect(act(200, { receivers: [other] })).rejects.toMatchObject({ code: 'TOKEN_REUSED' });
    await act(50, { requestToken: 'another-token-000' }, null);
    expect(stored().requests[1]).toMatchObject({ operatorOpenid: null });
  });

  it.each([
    ['the same receivers', [100, 50], 'one request'],
    ['one receiver less', [100], 'TOKEN_REUSED'],
    ['one receiver more', [100, 50, 10], 'TOKEN_REUSED'],
    ['another sum for the first', [101, 50], 'TOKEN_REUSED'],
    ['another sum for the last', [100, 51], 'TOKEN_REUSED'],
  ])('who asks again for %s gets %s', async (_, asked, outcome) => {
    const { shop, share: act, stored } = operating();
    const all = ['1900000200', '1900000201', '1900000202'].map((account) => ({ ...receiver, account }));
    for (const each of all) {
      const added = { ...each, owner: '1900000109', relation: 'PARTNER' };
      shop.documents.put('sharing_receivers', { _id: `1900000109:MERCHANT_ID:${each.account}`, ...added });
    }
    const receivers = (amounts: readonly number[]) =>
      amounts.map((amountFen, index) => ({ ...all[index], amountFen, description: '奖励' }));
    await act(0, { receivers: receivers([100, 50]) });
    const again = act(0, { receivers: receivers(asked) });
    expect(
      await again.then(
        ({ requests }) => requests.length === 1 && 'one request',
        ({ code }) => code,
      ),
    ).toBe(outcome);
    expect(stored().requests).toMatchObject([{ receivers: [{ amountFen: 100 }, { amountFen: 50 }] }]);
  });

  it.each([
    ['all that may be shared', 300, {}, undefined],
    ['a fen more', 301, {}, '3.00'],
    ['what other requests have left', 200, { requests: [finished()] }, undefined],
    ['a fen more than those left', 201, { requests: [finished()] }, '2.00'],
    ['what a receiver could not take', 300, { requests: [finished({}, { result: 'CLOSED' })] }, undefined],
    ['what is left of it', 301, { requests: [finished({}, { amountFen: 400 })] }, '0.00'],
  ] as [string, number, Partial<SharingRecord>, string | undefined][])(
    'may share %s (%d fen)',
    async (_, amountFen, of, leftYuan) => {
      const { share: act, stored } = operating(of);
      const outcome = await act(amountFen).then(
        () => 'shared',
        ({ code, texts }) => `${code} ${texts.zh} ${texts.en}`,
      );
      const refused = `SHARING_EXCEEDS 超过可分金额：该订单还可分 ${leftYuan} 元（最大分账比例 30%）。 The amount exceeds what can be shared: ¥${leftYuan} of this order is left (maximum sharing ratio 30%).`;
      expect(outcome).toBe(leftYuan === undefined ? 'shared' : refused);
      expect(stored().requests).toHaveLength((of.requests?.length ?? 0) + (leftYuan === undefined ? 1 : 0));
    },
  );

  it('may share no more than refunds have left', async () => {
    const { shop, share: act } = operating();
    shop.putOrder({ paidAtMs, refunds: [{ outRefundNo: 'A', amountFen: 900, sendAfterMs: 0 }] });
    await expect(act(101)).rejects.toMatchObject({ code: 'SHARING_EXCEEDS' });
    expect(await act(100)).toMatchObject({ requests: [{ base: { netFen: 100, outRefundNos: ['A'] } }] });
  });

  it.each([
    ['the rest is free', { state: 'FREED' }, false, /unfrozen/],
    ['it was just paid', { paidAtMs: nowMs - minuteMs + 1 }, true, /60 seconds after/],
  ] as const)('is refused when %s', async (_, of, retryable, text) => {
    await expect(operating(of).share(1)).rejects.toMatchObject({
      ...{ code: 'SHARING_STATE', retryable, texts: { en: expect.stringMatching(text) } },
    });
  });

  it('may share a minute after the payment', async () => {
    const { share: act, stored } = operating({ paidAtMs: nowMs - minuteMs });
    await act(1);
    expect(stored().requests).toHaveLength(1);
  });

  it('is answered about an earlier request although the rest is free by now', async () => {
    const { share: act, put, stored } = operating();
    await act(200);
    put({ ...stored(), state: 'FREED' });
    expect(await act(200)).toMatchObject({ state: 'FREED' });
  });

  it('cannot share with one that was not added', async () => {
    const { shop, share: act } = operating({ requests: [finished()] });
    await shop.documents.remove('sharing_receivers', '1900000109:MERCHANT_ID:1900000200');
    await expect(act(1)).rejects.toMatchObject({ code: 'RECEIVER_NOT_ADDED' });
  });

  it.each([
    [49, 50],
    [50, 50],
  ])('of an order with %d requests makes one more if that is not the 51st', async (before, after) => {
    const requests = Array.from({ length: before }, (_, index) =>
      shareRequest({ outOrderNo: `S${index}`, state: 'REFUSED' }),
    );
    const { share: act, stored } = operating({ requests });
    await act(1).catch(({ code, texts }) => {
      if (code !== 'SHARING_STATE' || !texts.en.includes('50 times')) throw new Error(code);
    });
    expect(stored().requests).toHaveLength(after);
  });
});

describe('an operator who unfreezes the rest', () => {
  it('asks for it once', async () => {
    const { shop, stored } = operating({ attempts: 5 });
    await freeByHand(shop.ports, stored());
    expect(stored().requests).toMatchObject([
      { kind: 'FREE', by: 'OPERATOR', state: 'PROCESSING', receivers: [], createdAtMs: nowMs },
    ]);
    shop.nowMs += 1;
    await freeByHand(shop.ports, stored());
    expect(stored().requests).toHaveLength(1);
    expect(shop.calls.map(({ route }) => route.split(' ')[0])).toEqual(['POST', 'GET']);
  });

  it('has nothing to do when it is free', async () => {
    const { shop, stored } = operating({ state: 'FREED' });
    expect(await freeByHand(shop.ports, stored())).toEqual(stored());
    expect(stored().version).toBe(1);
  });

  it.each([
    ['after a refusal', { kind: 'FREE', state: 'REFUSED' }],
    ['while a share is in progress', { kind: 'SHARE', state: 'PROCESSING' }],
  ] as const)('asks for it %s', async (_, earlier) => {
    const { shop, stored } = operating({ requests: [shareRequest(earlier)] });
    await freeByHand(shop.ports, stored());
    expect(stored().requests).toMatchObject([earlier, { kind: 'FREE', by: 'OPERATOR' }]);
  });

  it('does not ask when it became free since it was read', async () => {
    const { shop, put, stored } = operating();
    const read = stored();
    put({ ...read, state: 'FREED', version: 2 });
    await freeByHand(shop.ports, read);
    expect(stored()).toMatchObject({ state: 'FREED', requests: [] });
  });
});

describe('an operator who takes a share back', () => {
  it('takes it once of one token', async () => {
    const { shop, put, giveBack, stored } = operating({ requests: [finished()] });
    await giveBack(40);
    expect(stored().returns).toMatchObject([
      { outOrderNo: 'S1', mchid: '1900000200', amountFen: 40, outRefundNo: null, state: 'PROCESSING' },
    ]);
    await giveBack(40);
    expect(stored().returns).toHaveLength(1);
    const texts = {
      zh: expect.stringContaining('另一次操作'),
      en: expect.stringContaining('another operation'),
    };
    const reused = { code: 'TOKEN_REUSED', texts };
    await expect(giveBack(41)).rejects.toMatchObject(reused);
    await expect(giveBack(40, { mchid: '1900000201' })).rejects.toMatchObject(reused);
    await expect(giveBack(40, { outOrderNo: 'S2' })).rejects.toMatchObject(reused);
    put({ ...stored(), nextAtMs: null });
    shop.nowMs += minuteMs;
    shop.calls.length = 0;
    await giveBack(40);
    expect(shop.calls).toMatchObject([{ route: expect.stringMatching(/^GET .*return-orders/) }]);
  });

  const day180 = { createdAtMs: nowMs - 180 * dayMs };
  it.each([
    ['all of it', 100, {}, '1.00', true],
    ['a fen more', 101, {}, '1.00', false],
    ['what is left of it', 60, { returns: [shareReturn()] }, '0.60', true],
    ['a fen more than is left', 61, { returns: [shareReturn()] }, '0.60', false],
    ['more than there is', 1, { returns: [shareReturn({ amountFen: 101 })] }, '0.00', false],
    ['what it could not return before', 100, { returns: [shareReturn({ state: 'FAILED' })] }, '', true],
    ['one of 180 days', 1, { requests: [finished(day180)] }, '', true],
    ['an older one', 1, { requests: [finished({ createdAtMs: day180.createdAtMs - 1 })] }, '0.00', false],
    ['one of a person', 1, { requests: [finished({}, { type: 'PERSONAL_OPENID' })] }, '0.00', false],
    ['one it did not get', 1, { requests: [finished({}, { result: 'CLOSED' })] }, '0.00', false],
    ['one of another merchant', 1, { requests: [finished({}, { account: '1' })] }, '0.00', false],
    ['one of another request', 1, { requests: [finished({ outOrderNo: 'S2' })] }, '0.00', false],
  ] as [string, number, Partial<SharingRecord>, string, boolean][])(
    'takes %s (%d fen) only if it can be returned',
    async (_, amountFen, of, leftYuan, taken) => {
      const { giveBack, stored } = operating({ requests: [finished()], ...of });
      const outcome = await giveBack(amountFen).then(
        () => 'taken',
        ({ code, texts }) => `${code} ${texts.en}`,
      );
      expect(outcome).toMatch(
        taken ? /^taken$/ : `SHARING_EXCEEDS The amount exceeds what can be returned: ¥${leftYuan} can`,
      );
      expect(stored().returns).toHaveLength((of.returns?.length ?? 0) + (taken ? 1 : 0));
    },
  );
});

describe('an operator who tries again', () => {
  const failed = [finished({}, { result: 'CLOSED' })];

  it('makes a request of what receivers are still owed', async () => {
    const { shop, stored } = operating({ state: 'FAILED', plan, requests: failed, attempts: 5 });
    await retryByHand(shop.ports, stored());
    expect(stored().requests).toMatchObject([{}, { kind: 'SHARE', by: 'RULE', receivers: [share()] }]);
  });

  it.each([
    ['nothing is owed', { state: 'FAILED', plan, requests: [finished()] }],
    ['nothing failed', { state: 'SHARED', plan, requests: failed }],
    [
      'a request is in progress',
      { state: 'FAILED', plan, requests: [...failed, shareRequest({ state: 'PROCESSING' })] },
    ],
  ] as [string, Partial<SharingRecord>][])('has it looked at when %s', async (_, of) => {
    const { shop, stored } = operating(of);
    shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    const before = stored().requests.length;
    await retryByHand(shop.ports, { ...stored(), nextAtMs: null });
    expect(stored().requests.filter(({ kind }) => kind === 'SHARE')).toHaveLength(before);
    // Its turn was taken, which is more than the wish for it.
    expect(stored().version).toBeGreaterThan(2);
  });

  it('makes no 51st request', async () => {
    const requests = Array.from({ length: 50 }, (_, index) =>
      shareRequest({ outOrderNo: `S${index}`, state: 'REFUSED' }),
    );
    const { shop, stored } = operating({ state: 'FAILED', plan, requests });
    await retryByHand(shop.ports, stored());
    expect(stored().requests).toHaveLength(50);
  });
});
