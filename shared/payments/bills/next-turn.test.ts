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
    const asked: string[] = [];
    const { request } = shop.account.client;
    const refuse = async (route: string, parameters: never) => {
      if (/tradebill|billdownload/.test(route)) return request(route as never, parameters);
      asked.push(route);
      throw new WechatpayError('refused', 'NO_AUTH', '');
    };
    const account = { ...shop.account, kind: 'partner', client: { request: refuse } } as unknown as Account;
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
