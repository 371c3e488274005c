import { describe, expect, it } from 'vitest';
import { scriptedShop } from '../testing/scripted-shop.ts';
import { hasDueDays, queueYesterday, requestDay } from './days.ts';
import { type BillDay, type BillRecord, billDaysCollection, billsCollection } from './records.ts';

const account = { kind: 'direct', mchid: '1900000001' } as const;
/** Ten past ten in China on that day of March. */
const morning = (day: number) => Date.UTC(2026, 2, day, 2, 10);

function billing(day = 20) {
  const shop = scriptedShop();
  shop.nowMs = morning(day);
  return {
    shop,
    queue: () => queueYesterday(shop.ports, shop.account),
    days: () => shop.documents.all<BillDay>(billDaysCollection),
    dates: () => shop.documents.all<BillDay>(billDaysCollection).map(({ date }) => date),
  };
}

describe('the day before', () => {
  it('is queued once its bill is ready, once', async () => {
    const { shop, queue, days } = billing();
    shop.nowMs = Date.UTC(2026, 2, 20, 2, 4);
    await queue();
    expect(days()).toEqual([]);
    shop.nowMs = morning(20);
    await queue();
    const [first] = days();
    expect(first).toMatchObject({
      date: '2026-03-19',
      mchid: '1900000001',
      account: 'direct',
      nextAtMs: shop.nowMs,
    });
    shop.nowMs += 1;
    shop.documents.interrupt = async (_, operation) => {
      if (!operation.startsWith('get')) throw new Error(operation);
    };
    await queue();
    expect(days()).toEqual([first]);
  });

  it('is queued with the days that were missed since the last one', async () => {
    const { shop, queue, dates } = billing(17);
    await queue();
    shop.nowMs = morning(20);
    await queue();
    expect(dates()).toEqual(['2026-03-16', '2026-03-17', '2026-03-18', '2026-03-19']);
  });

  it.each([
    ['none before', {}, []],
    ['only a later one', account, ['2026-03-25']],
    ['only another merchant’s', { ...account, mchid: '1' }, ['2026-03-17']],
  ] as const)('is queued alone when there is %s', async (_, of, before) => {
    const { shop, queue, dates } = billing();
    for (const date of before) await requestDay(shop.ports, { ...account, ...of }, date);
    await queue();
    expect(dates()).toEqual([...before, '2026-03-19']);
  });

  it('is queued with thirty days at most', async () => {
    const { shop, queue, dates } = billing();
    await requestDay(shop.ports, account, '2026-01-01');
    await queue();
    expect(dates().slice(1, 2)).toEqual(['2026-02-18']);
    expect(dates()).toHaveLength(31);
  });
});

describe('a day that is asked for', () => {
  it('is compared for the first time, or again from its beginning', async () => {
    const { shop, days } = billing();
    const first = await requestDay(shop.ports, account, '2026-03-10');
    expect(first).toEqual(days()[0]);
    const done: BillDay = { ...first, state: 'DONE', nextAtMs: null, attempts: 3 };
    shop.documents.put(billDaysCollection, done);
    const bill = (type: string, state: string) => ({
      ...{ _id: type, version: 1, date: '2026-03-10', mchid: account.mchid, type, state, progress: {} },
    });
    shop.documents.put(billsCollection, bill('trade', 'DONE') as never, bill('fundflow', 'RUNNING') as never);
    shop.nowMs += 5;
    expect(await requestDay(shop.ports, account, '2026-03-10')).toMatchObject({
      state: 'DONE',
      nextAtMs: shop.nowMs,
      attempts: 0,
    });
    expect(shop.documents.all<BillRecord>(billsCollection)).toMatchObject([
      { state: 'WAITING', progress: null },
      { state: 'RUNNING', progress: {}, version: 1 },
    ]);
  });

  it.each([
    ['its turn has come', {}, true],
    ['it has not', { nextAtMs: morning(20) + 1 }, false],
    ['it never will', { nextAtMs: null }, false],
    ['it is of an account of another function', { account: 'partner' }, false],
  ] as [string, Partial<BillDay>, boolean][])('is due when %s', async (_, changes, due) => {
    const { shop } = billing();
    const day = await requestDay(shop.ports, account, '2026-03-10');
    shop.documents.put(billDaysCollection, { ...day, ...changes });
    expect(await hasDueDays(shop.ports, ['direct'])).toBe(due);
  });
});
