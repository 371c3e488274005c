/** When a day is worked on next, and what its document says until then. */
import { describe, expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { reconcileDay } from './reconcile-day.ts';
import { type BillRecord, billsCollection } from './records.ts';
import { type BillShop, billDate, billMchid, billShop, tradeBillText } from './testing/bill-shop.ts';

const minuteMs = 60_000;
const none = { refused: 'NO_STATEMENT_EXIST' };
const run = (shop: BillShop, hasTime = () => true, account = shop.account) =>
  reconcileDay(shop.ports, account, billDate, hasTime);

const refused = (code: string) => new WechatpayError('refused', code, '');

/** A provider of whom WeChat Pay has trade bills alone; `answer` is what it says about each of the others. */
function providerThat(shop: BillShop, answer: (subMchid: string | undefined) => WechatpayError) {
  const asked: (string | undefined)[] = [];
  const { request } = shop.account.client;
  const client = {
    request: async (route: string, parameters: { sub_mchid?: string }) => {
      if (/tradebill|billdownload/.test(route)) return request(route as never, parameters as never);
      asked.push(parameters.sub_mchid);
      throw answer(parameters.sub_mchid);
    },
  };
  return { account: { ...shop.account, kind: 'partner', client } as unknown as Account, asked };
}

describe('a day', () => {
  it('goes on at once when its time was up between two bills', async () => {
    const shop = billShop(none);
    const untilTheFirst = () => shop.bills().every(({ state }) => state !== 'EMPTY');
    const day = await run(shop, untilTheFirst);
    expect(day).toMatchObject({ state: 'RUNNING', nextAtMs: shop.nowMs, attempts: 0 });
    expect(shop.bills().map(({ type, state }) => `${type} ${state}`)).toEqual([
      'trade EMPTY',
      'fundflow WAITING',
    ]);
    expect(await run(shop)).toMatchObject({ state: 'EMPTY', nextAtMs: null });
  });

  it('whose bill is not ready is tried again after a quarter of an hour, and less often after six times', async () => {
    const shop = billShop({ refused: 'STATEMENT_CREATING' });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const { nextAtMs } = await run(shop);
      waits.push((nextAtMs! - shop.nowMs) / minuteMs);
      shop.nowMs = nextAtMs!;
    }
    expect(waits).toEqual([15, 15, 15, 15, 15, 15, 60, 360, 360]);
  });

  it.each([
    [0, true],
    [1, false],
  ])('is left to a person a week after it began, and %d ms: it is tried again is %s', async (ms, again) => {
    const shop = billShop({ refused: 'STATEMENT_CREATING' });
    shop.nowMs = Date.parse('2026-03-28T00:00:00+08:00') + ms;
    expect((await run(shop)).nextAtMs !== null).toBe(again);
  });

  it('has no sums of what could not be read', async () => {
    const shop = billShop(none);
    expect(await run(shop)).toMatchObject({ sums: null, flow: null });
  });

  it('sums up the fund flow bills of all its merchants, and asks for none twice', async () => {
    const shop = billShop(
      tradeBillText([{ transactionId: '1', outTradeNo: 'T1', fen: 1, feeFen: 0, subMchid: '20' }]),
    );
    const { account, asked } = providerThat(shop, () => refused('NO_AUTH'));
    shop.documents.put(
      billsCollection,
      ...(['fundflow', 'fundflow-sub-20'].map((name, index) => ({
        ...{ _id: `${billDate}:${billMchid}:${name}`, version: 1, date: billDate, mchid: billMchid },
        ...{ type: name.slice(0, 12), subMchid: index === 0 ? null : '20', state: 'DONE', progress: null },
        ...{ sums: { rows: 1, incomeFen: 10 + index }, subMchids: [], failure: null },
      })) as unknown as BillRecord[]),
    );
    expect(await run(shop, undefined, account)).toMatchObject({
      flow: { rows: 2, incomeFen: 21 },
      failure: { code: 'NO_AUTH' },
    });
    await run(shop, undefined, account);
    expect(asked).toHaveLength(1);
  });
});

describe('a bill that WeChat Pay refuses for a reason of its own', () => {
  const two = ['20', '21'].map((subMchid) => ({
    ...{ transactionId: subMchid, outTradeNo: `T${subMchid}`, fen: 1, feeFen: 0, subMchid },
  }));
  const states = (shop: BillShop) => shop.bills().map(({ type, state }) => `${type} ${state}`);

  it('keeps no other bill from being compared, and is asked for again later', async () => {
    const shop = billShop(tradeBillText(two));
    const { account } = providerThat(shop, (sub) => refused(sub === '20' ? 'PARAM_ERROR' : none.refused));
    await expect(run(shop, undefined, account)).rejects.toMatchObject({ code: 'PARAM_ERROR' });
    expect(states(shop)).toEqual([
      ...['trade DONE', 'fundflow EMPTY', 'fundflow-sub WAITING', 'fundflow-sub EMPTY', 'withdrawals EMPTY'],
    ]);
  });

  it('does not keep the others waiting when the time was up before their turn', async () => {
    const shop = billShop(tradeBillText(two));
    const { account, asked } = providerThat(shop, (sub) => refused(sub ? 'PARAM_ERROR' : none.refused));
    const untilTheFirstRefusal = () => !asked.includes('20');
    const day = await run(shop, untilTheFirstRefusal, account);
    expect(day).toMatchObject({ state: 'RUNNING', nextAtMs: shop.nowMs });
    expect(asked).not.toContain('21');
  });

  it('is left to a person a week after its day began', async () => {
    const shop = billShop({ refused: 'NO_AUTH' });
    const beganMs = Date.parse(`${billDate}T00:00:00+08:00`);
    shop.nowMs = beganMs + 7 * 24 * 60 * minuteMs;
    await expect(run(shop)).rejects.toMatchObject({ code: 'NO_AUTH' });
    shop.nowMs += 1;
    const failure = { code: 'NO_AUTH', message: 'NO_AUTH' };
    expect(await run(shop)).toMatchObject({ state: 'FAILED', sums: null, failure, nextAtMs: null });
    expect(shop.errors).toEqual(['bill.day']);
  });

  it('is not one without an answer, after which no other is asked for', async () => {
    const shop = billShop(tradeBillText(two));
    const lost = new WechatpayError('unknown', 'CONNECTION_LOST', '');
    const { account, asked } = providerThat(shop, () => lost);
    await expect(run(shop, undefined, account)).rejects.toBe(lost);
    expect(asked).toHaveLength(1);
  });
});

describe('the log', () => {
  it.each([
    [
      'a difference',
      tradeBillText([{ transactionId: '1', outTradeNo: 'T1', fen: 1, feeFen: 0 }]),
      ['bill.day'],
    ],
    ['a bill that cannot be read', 'broken', ['bill.day']],
    ['nothing to look at', none, []],
    ['a bill that is not ready', { refused: 'STATEMENT_CREATING' }, []],
  ])('says at error level that a day has %s: %j gives %j', async (_, trade, errors) => {
    const shop = billShop(trade);
    await run(shop);
    expect(shop.errors).toEqual(errors);
    expect(shop.logged.filter((entry) => entry.startsWith('bill.day'))).toHaveLength(1);
  });
});
