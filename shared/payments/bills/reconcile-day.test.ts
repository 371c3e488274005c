import { describe, expect, it, vi } from 'vitest';
import { recordMovement } from '../ledger/ledger.ts';
import { BillTable } from './bill-table.ts';
import { hasDueDays, queueYesterday, requestDay } from './days.ts';
import { reconcileDay, workOnDueDays } from './reconcile-day.ts';
import {
  type BillShop,
  billDate,
  billMchid,
  billShop,
  fundFlowText,
  noonMs,
  owner,
  type TradeLine,
  tradeBillText,
} from './testing/bill-shop.ts';

const line = (no: number, fen = 100): TradeLine => ({
  transactionId: `42${no}`,
  outTradeNo: `T${no}`,
  fen,
  feeFen: 1,
});
const flowOf = (lines: readonly TradeLine[]) =>
  fundFlowText(
    lines.flatMap(({ transactionId: businessNo, outTradeNo: voucherNo, fen, feeFen }) => [
      { businessNo, voucherNo, type: '交易', fen },
      { businessNo, voucherNo, type: '扣除交易手续费', fen: -feeFen },
    ]),
  );
const always = () => true;
const run = (shop: BillShop, hasTime = always) => reconcileDay(shop.ports, shop.account, billDate, hasTime);
const found = (shop: BillShop) =>
  shop.differences().map(({ kind, reference, state }) => `${kind} ${reference} ${state}`);

async function record(shop: BillShop, lines: readonly TradeLine[]): Promise<void> {
  for (const { transactionId, outTradeNo, fen } of lines) {
    const movement = { kind: 'PAYMENT', amountFen: fen, reference: transactionId, atMs: noonMs } as const;
    await recordMovement(shop.documents, { outTradeNo, ...owner }, movement);
  }
}

describe('a day', () => {
  it('records the fees in its bills, and sums them up', async () => {
    const lines = [line(1, 100), line(2, 250)];
    const shop = billShop(tradeBillText(lines), flowOf(lines));
    await record(shop, lines);
    expect(await run(shop)).toMatchObject({
      state: 'DONE',
      differences: 0,
      sums: { rows: 2, paidFen: 350, feeFen: 2 },
      flow: { rows: 4, incomeFen: 350, expenseFen: 2 },
      nextAtMs: null,
    });
    expect(shop.documents.all('ledger')).toMatchObject([
      { _id: 'PAYMENT:421' },
      { _id: 'PAYMENT:422' },
      { _id: 'FEE:421', outTradeNo: 'T1', amountFen: -1, mchid: billMchid, atMs: noonMs },
      { _id: 'FEE:422', outTradeNo: 'T2', amountFen: -1 },
    ]);
  });

  it('without a bill is compared with an empty one', async () => {
    const shop = billShop({ refused: 'NO_STATEMENT_EXIST' });
    expect(await run(shop)).toMatchObject({ state: 'EMPTY', differences: 0, failure: null, nextAtMs: null });
    const other = billShop({ refused: 'NO_STATEMENT_EXIST' });
    await record(other, [line(1)]);
    expect(await run(other)).toMatchObject({ state: 'EMPTY', differences: 1 });
    expect(found(other)).toEqual(['NOT_BILLED 421 OPEN']);
  });

  it('settles a difference that a later comparison does not find, and reopens it when it returns', async () => {
    const shop = billShop(tradeBillText([line(1)]), flowOf([line(1)]));
    await run(shop);
    expect(found(shop)).toEqual(['NOT_RECORDED 421 OPEN']);
    await record(shop, [line(1)]);
    shop.nowMs += 60_000;
    await requestDay(shop.ports, shop.account, billDate);
    const [day] = await workOnDueDays(shop.ports, ['direct'], always);
    expect(day).toMatchObject({ state: 'DONE', differences: 0, settled: 1 });
    expect(found(shop)).toEqual(['NOT_RECORDED 421 SETTLED']);
    await shop.documents.remove('ledger', 'PAYMENT:421');
    shop.nowMs += 60_000;
    await requestDay(shop.ports, shop.account, billDate);
    await workOnDueDays(shop.ports, ['direct'], always);
    expect(found(shop)).toEqual(['NOT_RECORDED 421 OPEN']);
  });
});

describe('a bill that cannot be used', () => {
  const good = tradeBillText([line(1), line(2)]);
  it.each([
    ['with the hash of another file', good, () => 'f'.repeat(40), 'BILL_HASH'],
    ['with a row that does not parse', good.replace('`SUCCESS', '`LOST'), undefined, 'BILL_ROW'],
    ['whose column is gone', good.replace('交易状态', '状态'), undefined, 'BILL_COLUMN'],
    ['whose summary does not match', good.replace('`2,`2.00', '`2,`2.01'), undefined, 'BILL_SUMMARY'],
    ['that is cut off', good.slice(0, good.indexOf('总交易单数')), undefined, 'BILL_SUMMARY'],
    ['with half a fen', good.replace('`1.00', '`1.005'), undefined, 'BILL_AMOUNT'],
  ])('%s is a difference, and nothing of it is done', async (_, text, announce, code) => {
    const shop = billShop(text, flowOf([line(1), line(2)]));
    if (announce) shop.announce = announce;
    await record(shop, [line(2)]);
    expect(await run(shop)).toMatchObject({ state: 'FAILED', failure: { code }, differences: 1 });
    expect(shop.differences()).toMatchObject([
      { kind: 'UNREADABLE', reference: 'trade', detail: expect.stringContaining(code) },
    ]);
    expect(shop.documents.all('ledger')).toHaveLength(1);
  });

  it('is fetched again, and its difference settled by a good one', async () => {
    const shop = billShop(good.replace('`SUCCESS', '`LOST'), flowOf([line(1), line(2)]));
    await record(shop, [line(1), line(2)]);
    await run(shop);
    shop.trade = good;
    expect(await workOnDueDays(shop.ports, ['direct'], always)).toEqual([]);
    shop.nowMs += 15 * 60_000;
    const [day] = await workOnDueDays(shop.ports, ['direct'], always);
    expect(day).toMatchObject({ state: 'DONE', differences: 0, settled: 1, failure: null });
  });

  it('takes columns in another order, since they are found by name', async () => {
    const moved = good
      .split('\r\n')
      .map((text, index, all) => {
        if (index >= all.length - 3) return text;
        const separator = index === 0 ? ',' : ',`';
        const [first, second, ...rest] = text.split(separator);
        const plain = (value = '') => value.replace(/^`/, '');
        return `${index === 0 ? '' : '`'}${[plain(second), plain(first), ...rest].join(separator)}`;
      })
      .join('\r\n');
    const shop = billShop(moved, flowOf([line(1), line(2)]));
    await record(shop, [line(1), line(2)]);
    expect(await run(shop)).toMatchObject({ state: 'DONE', differences: 0 });
  });

  it('that cannot be requested fails the run, which is retried', async () => {
    const shop = billShop({ refused: 'NO_AUTH' });
    await expect(run(shop)).rejects.toMatchObject({ code: 'NO_AUTH' });
    await queueYesterday(shop.ports, shop.account);
    expect(await workOnDueDays(shop.ports, ['direct'], always)).toEqual([]);
    expect(shop.logged.join()).toContain('due.item_failed');
    shop.trade = { refused: 'NO_STATEMENT_EXIST' };
    shop.nowMs += 10 * 60_000;
    expect(await workOnDueDays(shop.ports, ['direct'], always)).toMatchObject([{ state: 'EMPTY' }]);
  });
});

/** How often each entry of the ledger is looked up by its number. */
function countLookups({ documents }: BillShop): Map<string, number> {
  const seen = new Map<string, number>();
  const { find } = documents;
  documents.find = (collection, query) => {
    const condition = query.where._id;
    if (collection === 'ledger' && typeof condition === 'object' && condition && 'in' in condition) {
      for (const id of condition.in) seen.set(String(id), (seen.get(String(id)) ?? 0) + 1);
    }
    return find(collection, query);
  };
  return seen;
}

describe('a long bill', () => {
  const lines = Array.from({ length: 1_500 }, (_, no) => line(no));
  const planted = async () => {
    // One of ten is not recorded, and some of ours are not in the bill.
    const shop = billShop(tradeBillText(lines), flowOf(lines));
    await record(shop, [...lines.filter((_, no) => no % 10 > 0), line(9_001), line(9_002)]);
    return shop;
  };

  it('goes on in the next run, whenever its time is up, and compares nothing twice', async () => {
    const [whole, shop] = [await planted(), await planted()];
    const looked = [countLookups(whole), countLookups(shop)] as const;
    await run(whole);
    let runs = 0;
    let day = await run(shop, () => false);
    for (; day.state === 'RUNNING' && runs < 100; runs++) day = await run(shop, () => false);
    expect(runs).toBeGreaterThan(3);
    expect(day).toMatchObject({ state: 'DONE', differences: 152 });
    expect(found(shop).sort()).toEqual(found(whole).sort());
    expect(looked[1]).toEqual(looked[0]);
    expect(shop.logged.filter((entry) => entry.startsWith('bill.progress')).length).toBeGreaterThan(3);
  });

  it('is not read from its beginning by each run that compares its lines', async () => {
    const many = Array.from({ length: 6_000 }, (_, no) => line(no));
    const shop = billShop(tradeBillText(many));
    await record(shop, many);
    const take = vi.spyOn(BillTable.prototype, 'take');
    try {
      let runs = 0;
      const isCompared = () => shop.bills().some(({ progress }) => progress?.phase === 'records');
      for (; !isCompared(); runs++) await run(shop, () => false);
      expect(runs).toBeGreaterThan(4);
      const counted = shop.logged.filter((entry) => entry.startsWith('bill.progress')).at(-1);
      // The header, and the two lines of the summary.
      expect(counted).toContain(`"lines":${many.length + 3},`);
      // Each run reads the header again, and the chunk in which the last one stopped; the last one reads all lines once
      // more, for our records that they lack.
      expect(take.mock.calls.length).toBeLessThan(3.5 * many.length);
    } finally {
      take.mockRestore();
    }
  });

  it('survives the end of its instance between any two steps', async () => {
    const shop = await planted();
    let operations = 0;
    let stopAt = 0;
    shop.documents.interrupt = async (when) => {
      if (when === 'after' && ++operations === stopAt) throw new Error('the instance ended');
    };
    let day: Awaited<ReturnType<typeof run>> | undefined;
    for (let tries = 0; day?.state !== 'DONE'; tries++) {
      expect(tries).toBeLessThan(100);
      operations = 0;
      stopAt += 250;
      // The lease was not released, so the next run waits until it ends.
      shop.nowMs += 5 * 60_000;
      day = await run(shop).catch(() => undefined);
    }
    expect(day).toMatchObject({ differences: 152 });
  });

  it('that WeChat Pay made again in between is compared from the beginning', async () => {
    const shop = await planted();
    await run(shop, () => false);
    shop.trade = tradeBillText([line(1)]);
    shop.flow = flowOf([line(1)]);
    expect(await run(shop)).toMatchObject({ state: 'DONE', sums: { rows: 1 } });
  });

  it('is worked on by one run at a time', async () => {
    const shop = await planted();
    const both = await Promise.allSettled([run(shop), run(shop)]);
    expect(both.some((result) => result.status === 'fulfilled' && result.value.state === 'DONE')).toBe(true);
    expect(found(shop)).toHaveLength(152);
  });
});

describe('the queue of days', () => {
  const at = (time: string) => Date.parse(time);
  it('gets yesterday at 10:05 in China, once, and waits while its bill is not ready', async () => {
    const shop = billShop({ refused: 'STATEMENT_CREATING' });
    const tick = async (time: string) => {
      shop.nowMs = at(time);
      await queueYesterday(shop.ports, shop.account);
      return (await workOnDueDays(shop.ports, ['direct'], always)).map(
        ({ date, state }) => `${date} ${state}`,
      );
    };
    expect(await tick('2026-03-22T10:04:59+08:00')).toEqual([]);
    expect(await tick('2026-03-22T10:05:00+08:00')).toEqual(['2026-03-21 WAITING']);
    expect(await tick('2026-03-22T10:19:00+08:00')).toEqual([]);
    shop.trade = { refused: 'NO_STATEMENT_EXIST' };
    expect(await tick('2026-03-22T10:20:00+08:00')).toEqual(['2026-03-21 EMPTY']);
    expect(await tick('2026-03-22T10:40:00+08:00')).toEqual([]);
    expect(await hasDueDays(shop.ports, ['direct'])).toBe(false);
  });

  it('makes up for the days on which the timer did not run, and for none before the first', async () => {
    const shop = billShop({ refused: 'NO_STATEMENT_EXIST' });
    for (const time of ['2026-03-22T11:00:00+08:00', '2026-03-26T11:00:00+08:00']) {
      shop.nowMs = at(time);
      await queueYesterday(shop.ports, shop.account);
      await workOnDueDays(shop.ports, ['direct'], always);
    }
    expect(shop.days().map(({ date }) => date)).toEqual([
      '2026-03-21',
      '2026-03-22',
      '2026-03-23',
      '2026-03-24',
      '2026-03-25',
    ]);
  });

  it('logs a day of an account that is not configured any more, which is not due again at once', async () => {
    const shop = billShop({ refused: 'NO_STATEMENT_EXIST' });
    await requestDay(shop.ports, { kind: 'direct', mchid: '1900000002' }, billDate);
    await requestDay(shop.ports, shop.account, billDate);
    await requestDay(shop.ports, { kind: 'partner', mchid: billMchid }, '2026-03-20');
    const worked = await workOnDueDays(shop.ports, ['direct', 'partner'], always);
    expect(worked.map(({ _id }) => _id)).toEqual([`${billDate}:${billMchid}`]);
    const nextAtMs = shop.nowMs + 10 * 60_000;
    expect(shop.days().map((day) => day.nextAtMs)).toEqual([nextAtMs, null, nextAtMs]);
    const failed = shop.logged.filter((entry) => entry.startsWith('due.item_failed'));
    expect(failed.map((entry) => entry.includes('CONFIG_INVALID'))).toEqual([true, true]);
    expect(shop.errors).toEqual(['due.item_failed', 'due.item_failed']);
  });

  it('gives up on a bill that stays unusable for a week', async () => {
    const shop = billShop('nothing');
    shop.nowMs = at('2026-03-29T11:00:00+08:00');
    await requestDay(shop.ports, shop.account, billDate);
    expect(await workOnDueDays(shop.ports, ['direct'], always)).toMatchObject([
      { state: 'FAILED', nextAtMs: null },
    ]);
  });
});
