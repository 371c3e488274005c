import { describe, expect, it } from 'vitest';
import type { FundsOverview, SellerFundsAnswers, WithdrawalView } from '../../contract/index.ts';
import { sellersCollection } from '../../merchants/sellers.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { refusal } from '../testing/scripted-shop.ts';
import type { WithdrawalState } from './records.ts';
import { sellerFunds } from './seller-funds.ts';
import { sellerRecord, withdrawalRecord, withdrawing } from './testing/withdrawing.ts';

type Funds = ReturnType<typeof withdrawing>;
const withdraw = async ({ ask }: Funds, changes: object = {}, ...caller: [string?, boolean?]) => {
  const request = { action: 'withdraw', sellerId: 's1', requestToken: '0123456789abcdef', amountFen: 5000 };
  const answer = await ask({ ...request, ...changes }, ...caller);
  return (answer as SellerFundsAnswers['withdraw']).withdrawal;
};
const overview = async (
  { ask }: Funds,
  sellerId: string | undefined = 's1',
  ...caller: [string?, boolean?]
) =>
  (
    (await ask({ action: 'overview', ...(sellerId && { sellerId }) }, ...caller)) as {
      overview: FundsOverview;
    }
  ).overview;

describe('a withdrawal', () => {
  it('is stored as it was asked for, and goes out', async () => {
    const funds = withdrawing();
    const { shop, stored } = funds;
    expect(await withdraw(funds, { remark: '五月货款' })).toEqual({
      ...{ outRequestNo: stored()._id, amountFen: 5000, state: 'PROCESSING', requestedBy: 'seller' },
      ...{ createdAtMs: shop.nowMs, remark: '五月货款' },
    });
    expect(stored()).toMatchObject({
      ...{ account: 'ecommerce', mchid: '1900000001', subMchid: '1900000109', ownerMchid: '1900000109' },
      ...{ sellerId: 's1', openid: 'oOwner', remark: '五月货款' },
      _id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('of the provider’s own money is for operators', async () => {
    const funds = withdrawing('partner');
    const own = { sellerId: undefined };
    await expect(withdraw(funds, own)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await withdraw(funds, own, 'oOp', true)).toMatchObject({ requestedBy: 'operator' });
    expect(funds.stored()).toMatchObject({
      ...{ account: 'partner', subMchid: null, ownerMchid: '1900000001', sellerId: null, openid: 'oOp' },
    });
  });

  it.each([
    ['its owner', 'oOwner', false, 'seller'],
    ['an operator', 'oOp', true, 'operator'],
    ['its owner, who is an operator too', 'oOwner', true, 'seller'],
  ])('asked for by %s says so', async (_, openid, isOperator, requestedBy) => {
    const funds = withdrawing();
    expect(await withdraw(funds, {}, openid, isOperator)).toMatchObject({ requestedBy });
  });

  it('asked for by another function of the shop names no person', async () => {
    const { shop, stored } = withdrawing();
    const request = { action: 'withdraw', sellerId: 's1', requestToken: '0123456789abcdef', amountFen: 1 };
    await sellerFunds(shop.ports, { isOperator: true }, request);
    expect(stored()).toMatchObject({ openid: null, requestedBy: 'operator' });
  });

  it('of one token is one, whatever its merchant has left by then', async () => {
    const funds = withdrawing();
    const first = await withdraw(funds);
    funds.shop.answer = () => ({ available_amount: 0 });
    expect(await withdraw(funds)).toEqual(first);
    await expect(withdraw(funds, { amountFen: 4999 })).rejects.toMatchObject({
      code: 'TOKEN_REUSED',
      texts: { en: expect.stringContaining('another withdrawal') },
    });
    expect(funds.shop.documents.all('withdrawals')).toHaveLength(1);
  });

  it('of the same token for another merchant is another one', async () => {
    const funds = withdrawing();
    funds.shop.documents.put(
      sellersCollection,
      sellerRecord('ecommerce', { _id: 's2', subMchid: '1900000110' }),
    );
    const [one, two] = [await withdraw(funds), await withdraw(funds, { sellerId: 's2' })];
    expect(one.outRequestNo).not.toBe(two.outRequestNo);
  });

  it.each([100, 5000])('of %d fen is made, where from 1 to 50 yuan are allowed', async (amountFen) => {
    expect(await withdraw(limited(), { amountFen })).toMatchObject({ state: 'PROCESSING', amountFen });
  });

  it.each([99, 5001])('of %d fen is refused, where from 1 to 50 yuan are allowed', async (amountFen) => {
    const funds = limited();
    await expect(withdraw(funds, { amountFen })).rejects.toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
      texts: {
        zh: '单笔提现金额为 1.00 至 50.00 元。',
        en: 'A withdrawal must be from ¥1.00 to ¥50.00.',
      },
    });
    expect(funds.shop.calls).toEqual([]);
  });

  it('of all that is there is made, of a fen more it is not', async () => {
    const funds = withdrawing();
    await expect(withdraw(funds, { amountFen: 10_001 })).rejects.toMatchObject({
      code: 'BALANCE_TOO_LOW',
      texts: {
        zh: '可提现余额不足：当前可提现 100.00 元。',
        en: 'The balance is too low: ¥100.00 can be withdrawn.',
      },
    });
    expect(funds.shop.documents.all('withdrawals')).toEqual([]);
    expect(await withdraw(funds, { amountFen: 10_000 })).toMatchObject({ state: 'PROCESSING' });
  });

  it('is not stored while the balance cannot be learned', async () => {
    const funds = withdrawing();
    funds.shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await expect(withdraw(funds)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(funds.shop.documents.all('withdrawals')).toEqual([]);
  });

  it('of 特约商户 WeChat Pay makes by itself', async () => {
    await expect(withdraw(withdrawing('partner'))).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      texts: { zh: expect.stringContaining('自动结算') },
    });
  });

  it.each([
    ['UNFINISHED', 'WITHDRAWAL_UNFINISHED', undefined, /./],
    ['NOT_ENOUGH', 'BALANCE_TOO_LOW', { code: 'NOT_ENOUGH' }, /./],
    ['NO_AUTH', 'WECHATPAY_REFUSED', { code: 'NO_AUTH' }, /（NO_AUTH）。没有权限$/],
  ])('that was refused with %s says %s', async (code, expected, wechatPay, text) => {
    const funds = withdrawing();
    await withdraw(funds);
    const failure = { code, message: '没有权限' };
    funds.put({ ...funds.stored(), state: 'REFUSED', nextAtMs: null, failure });
    const error = await withdraw(funds).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expected, texts: { zh: expect.stringMatching(text) } });
    expect((error as { wechatPay?: object }).wechatPay).toEqual(wechatPay);
  });
});

/** Where a withdrawal is from 1 to 50 yuan. */
function limited(): Funds {
  const funds = withdrawing();
  const policy = { ...funds.shop.ports.policy, minWithdrawalFen: 100, maxWithdrawalFen: 5000 };
  Object.assign(funds.shop.ports, { policy });
  return funds;
}

describe('the money of a seller', () => {
  it('is seen by its owner and operators, and by nobody else', async () => {
    const funds = withdrawing();
    expect(await overview(funds)).toMatchObject({ sellerId: 's1', name: '店 s1' });
    expect(await overview(funds, 's1', 'oOp', true)).toMatchObject({ sellerId: 's1' });
    const nobody = { code: 'SELLER_NOT_FOUND' };
    await expect(overview(funds, 's1', 'oOther')).rejects.toMatchObject(nobody);
    await expect(overview(funds, 's2')).rejects.toMatchObject(nobody);
    const anonymous = { action: 'overview', sellerId: 's1' };
    funds.shop.documents.put(
      sellersCollection,
      sellerRecord('ecommerce', { ownerOpenid: undefined as never }),
    );
    await expect(sellerFunds(funds.shop.ports, { isOperator: false }, anonymous)).rejects.toMatchObject(
      nobody,
    );
  });

  it('is what the ledger adds up to, and what WeChat Pay says is there', async () => {
    const funds = withdrawing();
    const { documents, account, nowMs: atMs } = funds.shop;
    const owner = { outTradeNo: 'T1', account: account.kind, mchid: account.mchid, subMchid: '1900000109' };
    const kinds = { PAYMENT: 900, REFUND: -100, FEE: -20, SHARE: -30, WITHDRAWAL: -400 } as const;
    for (const [kind, amountFen] of Object.entries(kinds)) {
      const movement = { kind: kind as keyof typeof kinds, amountFen, reference: '1', atMs };
      await recordMovement(documents, owner, movement);
    }
    expect(await overview(funds)).toEqual({
      ...{ sellerId: 's1', name: '店 s1', partial: false },
      ...{ salesFen: 900, refundedFen: 100, feesFen: 20, sharedFen: 30, withdrawnFen: 400 },
      balance: { availableFen: 10_000, pendingFen: 0 },
    });
  });

  it.each([
    ['REQUESTED', 'WAITING'],
    ['RESERVED', 'WAITING'],
    ['PROCESSING', 'PROCESSING'],
  ] as const)('has a withdrawal that is not finished: %s is %s', async (state, view) => {
    const funds = withdrawing();
    funds.put(withdrawalRecord({ state }), withdrawalRecord({ _id: 'N0', state: 'SUCCESS' }));
    expect((await overview(funds)).unfinished).toMatchObject({ outRequestNo: 'N1', state: view });
  });

  it.each<WithdrawalState>(['SUCCESS', 'REFUND', 'FAIL', 'CLOSE', 'REFUSED'])(
    'has none that is not finished when the last is %s',
    async (state) => {
      const funds = withdrawing();
      funds.put(withdrawalRecord({ state }));
      expect(await overview(funds)).not.toHaveProperty('unfinished');
    },
  );

  it('of 特约商户 has no balance here', async () => {
    const funds = withdrawing('partner');
    expect(await overview(funds)).not.toHaveProperty('balance');
    expect(funds.shop.calls).toEqual([]);
    const dayEnd = funds.ask({ action: 'dayEnd', sellerId: 's1', date: '2026-01-01' });
    await expect(dayEnd).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      texts: { en: expect.stringContaining('automatically') },
    });
  });

  it('of the provider itself is there, and has no seller', async () => {
    const own = await overview(withdrawing('partner'), '', 'oOp', true);
    expect(own).toMatchObject({ balance: { availableFen: 10_000 } });
    expect(own).not.toHaveProperty('sellerId');
  });

  it('is not known while WeChat Pay does not answer', async () => {
    const funds = withdrawing();
    funds.shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await expect(overview(funds)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  it('needs the account of its provider', async () => {
    const funds = withdrawing();
    Object.assign(funds.shop.ports, { accounts: { find: () => undefined } });
    await expect(overview(funds)).rejects.toMatchObject({ code: 'SELLER_NOT_READY' });
    await expect(overview(funds, '', 'oOp', true)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('at the end of a day is asked for with that day', async () => {
    const { ask, shop } = withdrawing();
    expect(await ask({ action: 'dayEnd', sellerId: 's1', date: '2026-01-01' })).toEqual({
      balance: { availableFen: 10_000, pendingFen: 0 },
    });
    expect(shop.calls).toMatchObject([{ parameters: { date: '2026-01-01' } }]);
  });
});

describe('lists', () => {
  it('of sellers are a person’s own, and for an operator all', async () => {
    const { shop, ask } = withdrawing();
    const other = sellerRecord('ecommerce', { _id: 's2', name: '店 s2', ownerOpenid: 'oOther' });
    shop.documents.put(sellersCollection, other);
    const [first, second] = [
      { sellerId: 's1', name: '店 s1' },
      { sellerId: 's2', name: '店 s2' },
    ];
    expect(await ask({ action: 'sellers' })).toEqual({ sellers: [first], isOperator: false });
    expect(await ask({ action: 'sellers' }, 'oOp', true)).toEqual({
      sellers: [first, second],
      isOperator: true,
    });
    expect(await sellerFunds(shop.ports, { isOperator: false }, { action: 'sellers' })).toMatchObject({
      sellers: [],
    });
  });

  it('of withdrawals have all that is known of each, the newest first, of one merchant', async () => {
    const { ask, put } = withdrawing();
    const failure = { code: 'FAIL', message: '户名不符' };
    const ended = { receivedAccount: '工商银行（3178）', paidAtMs: 6, endedAtMs: 7, remark: '货款', failure };
    put(
      withdrawalRecord({ createdAtMs: 5, state: 'REFUND', ...ended }),
      withdrawalRecord({ _id: 'N2', createdAtMs: 9 }),
      withdrawalRecord({ _id: 'N3', ownerMchid: '1900000110' }),
    );
    const { withdrawals } = (await ask({ action: 'withdrawals', sellerId: 's1' })) as {
      withdrawals: WithdrawalView[];
    };
    const common = { amountFen: 5000, requestedBy: 'seller' };
    expect(withdrawals).toEqual([
      { outRequestNo: 'N2', state: 'WAITING', createdAtMs: 9, ...common },
      { outRequestNo: 'N1', state: 'REFUND', createdAtMs: 5, ...common, ...ended },
    ]);
  });

  it('of the movements of one kind come in pages', async () => {
    const { ask, shop } = withdrawing();
    const { documents, account } = shop;
    const owner = { outTradeNo: null, account: account.kind, mchid: account.mchid, subMchid: '1900000109' };
    for (const atMs of [5, 9])
      await recordMovement(documents, owner, {
        kind: 'WITHDRAWAL',
        amountFen: -1,
        reference: `${atMs}`,
        atMs,
      });
    const entries = (more: object) => ask({ action: 'entries', sellerId: 's1', kind: 'withdrawn', ...more });
    expect(await entries({})).toMatchObject({ entries: [{ atMs: 9 }, { atMs: 5 }] });
    expect(await entries({ beforeMs: 9 })).toMatchObject({ entries: [{ atMs: 5 }] });
    expect(await entries({ beforeMs: 0 })).toMatchObject({ entries: [] });
  });
});

it.each([
  { action: 'nothing' },
  { action: 'sellers', more: 1 },
  { action: 'overview', sellerId: 's'.repeat(65) },
  { action: 'overview', sellerId: 's 1' },
  { action: 'dayEnd', date: '2026-1-1' },
  { action: 'dayEnd', date: '2026-01-01T' },
  { action: 'dayEnd', date: 'x2026-01-01' },
  { action: 'entries', kind: 'taxes' },
  { action: 'entries', kind: 'sales', beforeMs: -1 },
  { action: 'withdraw', requestToken: '0123', amountFen: 1 },
  { action: 'withdraw', requestToken: '0123456789abcdef', amountFen: 1, remark: '' },
  { action: 'withdraw', requestToken: '0123456789abcdef', amountFen: 1, remark: 'x'.repeat(57) },
])('refuses %j', async (event) => {
  await expect(withdrawing().ask(event, 'oOp', true)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
