import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { WithdrawalRecord } from '../withdrawals/records.ts';
import type { BillRecord } from './records.ts';
import { billDate, billShop, noonMs } from './testing/bill-shop.ts';
import { compareWithdrawals } from './withdrawal-bill.ts';

const mchid = '1900000009';
const numbers = ['a', 'b', 'c'].map((name) => name.repeat(32));
const bill = { _id: `${billDate}:${mchid}:withdrawals`, date: billDate, mchid, startedAtMs: noonMs };

/** A platform whose withdrawals are all with the bank; `statuses` is what WeChat Pay says about each. */
function platform(file: string, statuses: Readonly<Record<string, string | Error>>) {
  const shop = billShop({ refused: 'NO_STATEMENT_EXIST' });
  const asked: string[] = [];
  const request = async (route: string, { out_request_no: no = '', token }: Record<string, string>) => {
    if (token === 'file') return Buffer.from(file);
    if (route.includes('bill-type')) {
      const hash_value = createHash('sha1').update(file).digest('hex');
      return { hash_value, download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=file' };
    }
    asked.push(no);
    const status = statuses[no];
    if (status === undefined) throw new WechatpayError('refused', 'RESOURCE_NOT_EXISTS', '提现单不存在');
    if (status instanceof Error) throw status;
    return { out_request_no: no, withdraw_id: `W${no}`, status, amount: 100 };
  };
  const account = { kind: 'ecommerce', mchid, client: { request } } as unknown as Account;
  for (const [index, _id] of numbers.entries()) {
    shop.documents.put('withdrawals', {
      ...{ _id, version: 1, account: 'ecommerce', mchid, subMchid: '1900000010', ownerMchid: '1900000010' },
      ...{ amountFen: 100, state: 'SUCCESS', withdrawId: `4200${'0'.repeat(20)}${index}` },
      ...{
        attempts: 0,
        nextAtMs: null,
        sentAtMs: noonMs,
        paidAtMs: noonMs,
        failure: null,
        receivedAccount: null,
      },
    } as unknown as WithdrawalRecord);
  }
  const compare = (hasTime = () => true) =>
    compareWithdrawals(shop.ports, account, bill as BillRecord, hasTime);
  /** How many numbers, and which, each request to the database looked for. */
  const looked: (readonly unknown[])[] = [];
  const { find } = shop.documents;
  shop.documents.find = (collection, query) => {
    const [condition] = Object.values(query.where);
    if (collection === 'withdrawals') looked.push((condition as { in: unknown[] }).in);
    return find(collection, query);
  };
  const states = () => shop.documents.all<WithdrawalRecord>('withdrawals').map(({ state }) => state);
  return { shop, asked, looked, compare, states };
}

it.each([
  ['backticks', (row: string[]) => row.map((value) => `\`${value}`).join(',')],
  ['tabs', (row: string[]) => row.join('\t')],
  ['quotes', (row: string[]) => row.map((value) => `"${value}"`).join(',')],
])('finds our numbers in a table with %s, whatever its columns are', async (_name, line) => {
  const rows = [
    ['退票', numbers[0]!, '1.00'],
    ['2026-03-21', `4200${'0'.repeat(20)}1`, '失败'],
  ];
  const file = ['日期,单号', ...rows.map(line), '总笔数', line(['2'])].join('\r\n');
  const { asked, compare, states } = platform(file, { [numbers[0]!]: 'REFUND', [numbers[1]!]: 'REFUND' });
  expect(await compare()).toEqual({ state: 'DONE', sums: { rows: 2 }, failure: null });
  expect(asked).toEqual(numbers.slice(0, 2));
  expect(states()).toEqual(['REFUND', 'REFUND', 'SUCCESS']);
});

it('reports what WeChat Pay does not confirm, and changes nothing of it', async () => {
  const { shop, compare, states } = platform(`\`${numbers[0]},\`${numbers[1]}`, { [numbers[0]!]: 'SUCCESS' });
  expect(await compare()).toMatchObject({ state: 'DONE', sums: { rows: 2 } });
  expect(states()).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  expect(shop.differences()).toMatchObject([
    { kind: 'NOT_CONFIRMED', state: 'OPEN', reference: numbers[0], detail: 'SUCCESS', billedFen: 100 },
    { kind: 'NOT_CONFIRMED', state: 'OPEN', detail: 'RESOURCE_NOT_EXISTS: 提现单不存在' },
  ]);
});

it('goes on where it stopped when its time is up', async () => {
  const statuses = Object.fromEntries(numbers.map((no) => [no, 'REFUND']));
  const { asked, compare } = platform(numbers.map((no) => `\`${no}`).join('\n'), statuses);
  let left = 2;
  expect(await compare(() => left-- > 0)).toMatchObject({ state: 'RUNNING' });
  expect(await compare()).toMatchObject({ state: 'DONE' });
  expect(asked).toEqual(numbers);
});

it('looks for whatever may be a number, and for each once', async () => {
  const [shortest, longest] = ['a'.repeat(6), 'b'.repeat(128)];
  const file = ['12345', shortest, longest, 'c'.repeat(129), '2026-03-21', shortest, '退票'].join(',');
  const { looked, compare } = platform(file, {});
  await compare();
  expect(looked).toEqual(Array(2).fill([shortest, longest, '2026-03-21']));
});

it('looks for a hundred numbers at a time, and for none when there are none', async () => {
  const many = Array.from({ length: 200 }, (_, index) => `number-${index}`);
  const { looked, compare } = platform(many.join(','), {});
  expect(await compare()).toEqual({ state: 'DONE', sums: { rows: 0 }, failure: null });
  expect(looked.map(({ length }) => length)).toEqual([100, 100, 100, 100]);
  expect(new Set(looked.flat()).size).toBe(200);
  const empty = platform('', {});
  await empty.compare();
  expect(empty.looked).toEqual([]);
});

it('leaves a withdrawal of another merchant number alone', async () => {
  const { shop, asked, compare } = platform(numbers.join(','), { [numbers[1]!]: 'REFUND' });
  const [first, , third] = shop.documents.all<WithdrawalRecord>('withdrawals');
  const others = [first!, third!].map((each): WithdrawalRecord => ({ ...each, mchid: '1900000001' }));
  shop.documents.put('withdrawals', ...others);
  expect(await compare()).toMatchObject({ sums: { rows: 1 } });
  expect(asked).toEqual([numbers[1]]);
});

it.each(['FAIL', 'CLOSE', 'REFUND', 'REFUSED'] as const)(
  'does not ask about one that is %s here',
  async (state) => {
    const { shop, asked, compare } = platform(numbers[0]!, {});
    const [known] = shop.documents.all<WithdrawalRecord>('withdrawals');
    const changed: WithdrawalRecord = { ...known!, state };
    shop.documents.put('withdrawals', changed);
    expect(await compare()).toMatchObject({ state: 'DONE', sums: { rows: 1 } });
    expect([asked, shop.differences()]).toEqual([[], []]);
  },
);

it.each([
  ['WeChat Pay does not answer', new WechatpayError('unknown', 'CONNECTION_LOST', '')],
  ['WeChat Pay has too much to do', new WechatpayError('refused', 'FREQUENCY_LIMITED', '')],
  ['there is a fault of ours', new TypeError('ours')],
])('finds out nothing, and is tried again, when %s', async (_, error) => {
  const { shop, compare } = platform(numbers[0]!, { [numbers[0]!]: error });
  await expect(compare()).rejects.toBe(error);
  expect(shop.differences()).toEqual([]);
});
