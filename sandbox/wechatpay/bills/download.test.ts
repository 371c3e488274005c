import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download, fetchBill, hourMs, startAtNoon } from '../testing/bills.ts';
import { minuteMs, moneyTools, outcome } from '../testing/money.ts';
import { type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let day: string;
const { advance, expectSoundLedger, paidOrder } = moneyTools(() => sandbox);
beforeEach(async () => {
  sandbox = await startSandbox({ seed: 'bills' });
  day = await startAtNoon(sandbox);
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});

/** From noon of the day to 10:00 of the next. */
const nextMorning = () => advance(22 * hourMs);
const tradeBill = (type = 'ALL', client = sandbox.direct) =>
  fetchBill(sandbox, client, `/v3/bill/tradebill?bill_date=${day}&bill_type=${type}`);
const fundFlow = () => fetchBill(sandbox, sandbox.direct, `/v3/bill/fundflowbill?bill_date=${day}`);

describe('a download', () => {
  test('is not signed, and has the hash that was announced; zipped, of the unzipped bytes', async () => {
    await paidOrder(100);
    await nextMorning();
    const { headers, hash, applied, bytes } = await tradeBill();
    expect(headers.get('wechatpay-signature')).toBeNull();
    expect(hash).toBe(applied.hash_value);
    const zipped = await sandbox.direct.get(`/v3/bill/tradebill?bill_date=${day}&tar_type=GZIP`);
    expect(zipped.json.hash_value).toBe(hash);
    const file = await download(sandbox, sandbox.direct, zipped.json.download_url);
    expect(gunzipSync(file.bytes)).toEqual(bytes);
    expect(file.headers.get('content-encoding')).toBeNull();
  });

  test('is refused to others, without a token, and after 5 minutes', async () => {
    await paidOrder(100);
    await nextMorning();
    const { json } = await sandbox.direct.get(`/v3/bill/tradebill?bill_date=${day}`);
    const target = new URL(json.download_url);
    const path = target.pathname + target.search;
    expect(outcome(await sandbox.partner.get(path))).toEqual([400, 'INVALID_REQUEST']);
    expect(outcome(await sandbox.direct.get(target.pathname))).toEqual([400, 'PARAM_ERROR']);
    await advance(5 * minuteMs);
    expect(outcome(await sandbox.direct.get(path))).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('there is none', () => {
  test('before 10:00 of the next day: STATEMENT_CREATING', async () => {
    await paidOrder(100);
    await advance(22 * hourMs - minuteMs);
    const target = `/v3/bill/tradebill?bill_date=${day}`;
    expect(outcome(await sandbox.direct.get(target))).toEqual([400, 'STATEMENT_CREATING']);
    await advance(minuteMs);
    expect((await sandbox.direct.get(target)).status).toBe(200);
  });

  test('on a day without movements: NO_STATEMENT_EXIST', async () => {
    await nextMorning();
    for (const path of ['/v3/bill/tradebill', '/v3/bill/fundflowbill']) {
      const answer = await sandbox.direct.get(`${path}?bill_date=${day}`);
      expect(outcome(answer)).toEqual([400, 'NO_STATEMENT_EXIST']);
    }
  });

  test.each([
    'bill_date=2026-02-30',
    'bill_date=20260101',
    'bill_date=2020-01-01',
    'bill_date=2999-01-01',
    'bill_type=ALL',
  ])('for "%s"', async (query) => {
    expect(outcome(await sandbox.direct.get(`/v3/bill/tradebill?${query}`))).toEqual([400, 'PARAM_ERROR']);
  });
});

describe('faults', () => {
  const fault = (kind: string) =>
    sandbox.control('PUT', '/faults', [{ route: '/v3/bill/*', kind, times: 1 }]);
  let orders: string[];
  beforeEach(async () => {
    orders = [await paidOrder(100), await paidOrder(200)];
    await nextMorning();
  });

  test('a line is missing', async () => {
    await fault('bill-missing-line');
    expect((await tradeBill()).rows).toHaveLength(1);
    expect((await tradeBill()).rows).toHaveLength(2);
  });
  test('an amount is a fen too high', async () => {
    const good = await tradeBill();
    await fault('bill-wrong-amount');
    const bad = await tradeBill();
    expect(bad.rows.slice(1)).toEqual(good.rows.slice(1));
    expect(Number(bad.rows[0]!.订单金额)).toBeCloseTo(Number(good.rows[0]!.订单金额) + 0.01);
  });
  test('an order is unknown', async () => {
    await fault('bill-unknown-order');
    const numbers = (await tradeBill()).rows.map((row) => row.商户订单号!);
    expect(numbers.sort()).toEqual([...orders, 'UNKNOWNORDER'].sort());
  });
  test('the hash is of another file', async () => {
    await fault('bill-bad-hash');
    const { hash, applied } = await tradeBill();
    expect(applied.hash_value).not.toBe(hash);
  });
  test('it is not ready yet', async () => {
    await fault('bill-not-ready');
    const target = `/v3/bill/tradebill?bill_date=${day}`;
    expect(outcome(await sandbox.direct.get(target))).toEqual([400, 'STATEMENT_CREATING']);
    expect((await sandbox.direct.get(target)).status).toBe(200);
  });
  test('fund flow bills have them too', async () => {
    await fault('bill-missing-line');
    expect((await fundFlow()).rows).toHaveLength(3);
    await fault('bill-unknown-order');
    expect((await fundFlow()).rows).toHaveLength(5);
  });
});
