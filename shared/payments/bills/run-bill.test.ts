import { describe, expect, it } from 'vitest';
import type { Account, AccountKind } from '../../core/account.ts';
import { exclusiveLeaseMs } from '../../core/lease.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { paidOrder } from '../testing/paid-order.ts';
import { BillError } from './bill-error.ts';
import { reconcileDay } from './reconcile-day.ts';
import { type DifferenceRecord, differencesCollection } from './records.ts';
import {
  type BillShop,
  billDate,
  billShop,
  fundFlowText,
  noonMs,
  owner,
  type TradeLine,
  tradeBillText,
} from './testing/bill-shop.ts';

const none = { refused: 'NO_STATEMENT_EXIST' };
const line: TradeLine = { transactionId: '421', outTradeNo: 'T1', fen: 100, feeFen: 0 };
const always = () => true;
const run = (shop: BillShop, account = shop.account) => reconcileDay(shop.ports, account, billDate, always);

/** The account of a provider; `answer` is asked about every bill but the trade bill. */
function providerOf(shop: BillShop, kind: AccountKind, answer: (route: string) => Error | undefined) {
  const asked: string[] = [];
  const { request } = shop.account.client;
  const client = {
    request: async (route: string, parameters: Record<string, string>) => {
      const isTrade = route === 'GET /v3/bill/tradebill' || parameters.token !== undefined;
      if (isTrade) return request(route as never, parameters as never);
      asked.push(
        [route.split('/').at(-1), parameters.sub_mchid, parameters.account_type].filter(Boolean).join(' '),
      );
      throw answer(route) ?? new WechatpayError('refused', 'NO_STATEMENT_EXIST', '');
    },
  };
  return { account: { ...shop.account, kind, client } as unknown as Account, asked };
}
const refused = (code: string) => new WechatpayError('refused', code, code);

describe('the bills of a day', () => {
  const trade = tradeBillText([
    { ...line, subMchid: '20' },
    { ...line, transactionId: '422', subMchid: '21' },
  ]);

  it('of a platform are those of its own money, of its sub-merchants together, and of withdrawals', async () => {
    const shop = billShop(trade);
    const { account, asked } = providerOf(shop, 'ecommerce', () => undefined);
    expect(await run(shop, account)).toMatchObject({ state: 'DONE' });
    expect(shop.bills().map(({ type, state }) => `${type} ${state}`)).toEqual([
      'trade DONE',
      'fundflow EMPTY',
      'fundflow-subs EMPTY',
      'withdrawals EMPTY',
    ]);
    expect(asked).toEqual([
      ...['fundflowbill BASIC', 'fundflowbill OPERATION', 'fundflowbill FEES'],
      ...['fundflowbill ALL', '{bill_type}'],
    ]);
  });

  it('of an ordinary provider are those of each sub-merchant whose orders it had', async () => {
    const shop = billShop(trade);
    const { account, asked } = providerOf(shop, 'partner', () => undefined);
    await run(shop, account);
    expect(shop.bills().map(({ _id, subMchid }) => [_id, subMchid])).toEqual([
      ['2026-03-21:1900000001:trade', null],
      ['2026-03-21:1900000001:fundflow', null],
      ['2026-03-21:1900000001:fundflow-sub-20', '20'],
      ['2026-03-21:1900000001:fundflow-sub-21', '21'],
      ['2026-03-21:1900000001:withdrawals', null],
    ]);
    const ofSubs = asked.filter((each) => each.startsWith('sub-merchant'));
    expect(ofSubs.slice(2, 4)).toEqual([
      'sub-merchant-fundflowbill 20 FEES',
      'sub-merchant-fundflowbill 21 BASIC',
    ]);
  });

  it('that WeChat Pay does not give to this merchant end the day, and say what to do', async () => {
    const shop = billShop(trade);
    const { account } = providerOf(shop, 'partner', (route) =>
      /sub-merchant|withdraw/.test(route) ? refused('NO_AUTH') : undefined,
    );
    expect(await run(shop, account)).toMatchObject({
      state: 'DONE',
      nextAtMs: null,
      failure: { code: 'NO_AUTH' },
    });
    const notAllowed = shop.bills().filter(({ state }) => state === 'NOT_ALLOWED');
    expect(
      notAllowed.map(({ type, failure, progress, leaseUntilMs }) => [
        type,
        failure?.message,
        progress,
        leaseUntilMs,
      ]),
    ).toEqual([
      ...['20', '21'].map(() => [
        'fundflow-sub',
        expect.stringMatching(/下载二级商户资金账单.*product centre/),
        null,
        0,
      ]),
      ['withdrawals', expect.stringMatching(/提现异常账单.*bill of failed withdrawals/), null, 0],
    ]);
  });

  it.each([
    ['is not ready', refused('STATEMENT_CREATING'), 'WAITING'],
    ['is refused to nobody', refused('NO_AUTH'), undefined],
    ['is refused for another reason', refused('PARAM_ERROR'), undefined],
    ['is not answered about', new WechatpayError('unknown', 'STATEMENT_CREATING', ''), undefined],
  ])('one of which %s: %o is %s', async (_, error, state) => {
    const shop = billShop(trade);
    const { account } = providerOf(shop, 'direct', () => error);
    const end = await run(shop, account).then(
      (day): unknown => day.state,
      (thrown) => thrown,
    );
    expect(end).toBe(state ?? error);
    // Nobody waits for the end of a lease.
    expect(shop.bills()[1]).toMatchObject({
      state: 'WAITING',
      progress: null,
      failure: null,
      leaseUntilMs: 0,
    });
  });

  it('one of which does not give a reason of its own is asked for again, in the next run', async () => {
    const shop = billShop(trade);
    const { account } = providerOf(shop, 'ecommerce', (route) =>
      route.includes('bill-type') ? refused('PARAM_ERROR') : undefined,
    );
    await expect(run(shop, account)).rejects.toMatchObject({ code: 'PARAM_ERROR' });
    expect(shop.bills().at(-1)).toMatchObject({ type: 'withdrawals', state: 'WAITING', failure: null });
  });

  it('are as new when one that could not be read is made again by WeChat Pay', async () => {
    const shop = billShop('broken');
    await run(shop);
    expect(shop.bills()).toMatchObject([{ state: 'FAILED', failure: { code: 'BILL_COLUMN' } }]);
    shop.trade = { refused: 'STATEMENT_CREATING' };
    await run(shop);
    expect(shop.bills()).toEqual([
      {
        ...{ _id: '2026-03-21:1900000001:trade', version: expect.any(Number), date: billDate },
        ...{ mchid: owner.mchid, type: 'trade', subMchid: null, state: 'WAITING', progress: null },
        ...{ sums: null, subMchids: [], failure: null, startedAtMs: shop.nowMs, leaseUntilMs: 0 },
      },
    ]);
  });

  it('are compared with what we have of whom they are about', async () => {
    const shop = billShop(trade);
    const ledger = async (reference: string, subMchid: string | null) =>
      recordMovement(
        shop.documents,
        { ...owner, outTradeNo: `T${reference}`, subMchid },
        { kind: 'PAYMENT', amountFen: 100, reference, atMs: noonMs },
      );
    await ledger('1', null);
    await ledger('2', '20');
    const { account } = providerOf(shop, 'partner', () => undefined);
    await run(shop, account);
    const lacking = shop.differences().filter(({ kind }) => kind === 'NOT_BILLED');
    // The trade bill lists the orders of all; each fund flow bill the money of one.
    expect(lacking.map(({ bill, reference }) => `${bill} ${reference}`)).toEqual(['trade 1', 'trade 2']);
    for (const each of lacking) await shop.documents.remove('bill_differences', each._id);
    for (const bill of shop.bills())
      shop.documents.put('bills', { ...bill, state: bill.type === 'trade' ? 'DONE' : 'WAITING' } as never);
    await run(shop, account);
    const again = shop.differences().filter(({ kind }) => kind === 'NOT_BILLED');
    expect(again.map(({ bill, reference }) => `${bill} ${reference}`)).toEqual([
      'fundflow 1',
      'fundflow-sub-20 2',
    ]);
  });

  it('are not expected to have what no page says how they call it', async () => {
    const shop = billShop(none, none);
    const movement = { kind: 'AFTER_SALES', amountFen: -5, reference: 'A1', atMs: noonMs } as const;
    await recordMovement(shop.documents, { ...owner, outTradeNo: 'T1' }, movement);
    expect(await run(shop)).toMatchObject({ state: 'EMPTY', differences: 0 });
  });

  it('are reserved for the run that works on them', async () => {
    const shop = billShop(trade);
    const leases: number[] = [];
    const { account } = providerOf(shop, 'direct', () => {
      leases.push(...shop.bills().map(({ leaseUntilMs }) => leaseUntilMs));
      return undefined;
    });
    await run(shop, account);
    expect(leases.slice(0, 2)).toEqual([0, shop.nowMs + exclusiveLeaseMs]);
  });
});

describe('what is found in a bill', () => {
  const all = (shop: BillShop) => shop.documents.all<DifferenceRecord>(differencesCollection);

  it('is said with both sums, and which bill it was', async () => {
    const shop = billShop(tradeBillText([line]), none);
    await run(shop);
    expect(all(shop)).toMatchObject([
      {
        bill: 'trade',
        kind: 'NOT_RECORDED',
        billedFen: 100,
        recordedFen: null,
        outTradeNo: 'T1',
        state: 'OPEN',
      },
    ]);
  });

  it('twice is said with its sum and order', async () => {
    const shop = billShop(tradeBillText([line, line]), none);
    await recordMovement(
      shop.documents,
      { ...owner, outTradeNo: 'T1' },
      {
        ...{ kind: 'PAYMENT', amountFen: 100, reference: '421', atMs: noonMs },
      },
    );
    await run(shop);
    const twice = { kind: 'BILLED_TWICE', movement: 'PAYMENT', reference: '421', outTradeNo: 'T1' };
    expect(all(shop)).toMatchObject([
      { ...twice, billedFen: 100, recordedFen: null },
      { kind: 'NOT_BILLED' },
    ]);
  });

  it('of a type that no page lists is said with its lines and sum', async () => {
    const strange = { businessNo: '9', voucherNo: 'X', type: '没'.repeat(70), fen: 7 };
    const shop = billShop(none, fundFlowText([strange, strange]));
    await run(shop);
    expect(all(shop)).toMatchObject([
      {
        ...{ kind: 'UNKNOWN_TYPE', movement: null, reference: '没'.repeat(64), outTradeNo: null },
        ...{ billedFen: 14, recordedFen: null, detail: '2 行 · lines', bill: 'fundflow' },
      },
    ]);
  });

  it('that cannot be read is said with the bill and its line', async () => {
    const shop = billShop(none, fundFlowText([]).replace('资金流水总笔数', '笔数'));
    expect(await run(shop)).toMatchObject({ state: 'FAILED', failure: { code: 'BILL_SUMMARY' } });
    expect(all(shop)).toMatchObject([
      {
        ...{ kind: 'UNREADABLE', movement: null, reference: 'fundflow', billedFen: null, recordedFen: null },
        detail: 'BILL_SUMMARY: Line 3: the summary has no count of rows',
      },
    ]);
    expect(shop.bills()[1]).toMatchObject({ state: 'FAILED', progress: null });
  });

  it('of another sum than ours is said, and changes no record', async () => {
    const refund = { ...line, refund: 'R1', fen: 101 };
    const shop = billShop(tradeBillText([refund]), none);
    const stored = { ...owner, outTradeNo: 'T1', amountFen: 100, acceptedAtMs: noonMs, state: 'SUCCESS' };
    shop.documents.put('refunds', { _id: 'R1', ...stored } as never);
    await run(shop);
    expect(all(shop).filter(({ bill }) => bill === 'trade')).toMatchObject([
      { kind: 'OTHER_AMOUNT', billedFen: -101, recordedFen: -100 },
    ]);
    expect(shop.documents.all('ledger')).toEqual([]);
  });

  it.each([
    ['trade', 'and recorded when it confirms it', 'REPAIRED', 1],
    ['fundflow', 'but not for the money alone, which says nothing of its order', 'OPEN', 0],
  ])('of our order is asked about: %s bill, %s', async (type, _, state, asked) => {
    const shop = billShop(
      type === 'trade' ? tradeBillText([line]) : none,
      type === 'trade'
        ? none
        : fundFlowText([{ businessNo: '421', voucherNo: 'T1', type: '交易', fen: 100 }]),
    );
    const unpaid = {
      ...paidOrder(shop.account, 'T1', { openid: 'o', subMchid: null, sellerId: null }, noonMs),
    };
    Object.assign(unpaid, {
      amountFen: 100,
      state: 'NOTPAY',
      transactionId: null,
      paidAtMs: null,
      request: {},
    });
    shop.documents.put('orders', unpaid);
    const { request } = shop.account.client;
    let queries = 0;
    const answer = async (route: string, parameters: object) => {
      if (!route.includes('transactions')) return request(route as never, parameters as never);
      queries++;
      return {
        ...{ appid: 'wx1', mchid: owner.mchid, out_trade_no: 'T1', transaction_id: '421' },
        ...{ trade_state: 'SUCCESS', success_time: '2026-03-21T12:00:00+08:00' },
        amount: { total: 100, currency: 'CNY' },
      };
    };
    Object.assign(shop.account.client, { request: answer });
    await run(shop);
    expect(all(shop).filter(({ bill }) => bill === type)).toMatchObject([
      { kind: 'NOT_RECORDED', reference: '421', state },
    ]);
    expect(queries).toBe(asked);
  });

  it('that cannot be read is said with whose bill it is', async () => {
    const shop = billShop(tradeBillText([{ ...line, subMchid: '20' }]));
    const { account } = providerOf(shop, 'partner', (route) =>
      route.includes('sub-merchant') ? new BillError('BILL_HASH', 'another file') : undefined,
    );
    await run(shop, account);
    const unreadable = shop.differences().filter(({ kind }) => kind === 'UNREADABLE');
    expect(unreadable.map(({ reference }) => reference)).toEqual(['fundflow-sub-20']);
  });

  it('is compared with nothing twice when the same share goes to two receivers', async () => {
    const share = { businessNo: '1', voucherNo: 'S1', type: '分账', fen: -30 };
    const shop = billShop(none, fundFlowText([share, share]));
    const of = { ...owner, outTradeNo: 'T1' };
    for (const receiver of ['A', 'B'])
      await recordMovement(shop.documents, of, {
        ...{ kind: 'SHARE', amountFen: -30, reference: `S1/${receiver}`, atMs: noonMs },
      });
    expect(await run(shop)).toMatchObject({ differences: 0 });
  });

  it('of withdrawals that somebody made in the merchant platform is no difference', async () => {
    const shop = billShop(none, fundFlowText([{ businessNo: '1', voucherNo: 'W1', type: '提现', fen: -30 }]));
    expect(await run(shop)).toMatchObject({ state: 'DONE', differences: 0 });
  });
});
