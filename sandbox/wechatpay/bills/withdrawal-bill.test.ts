import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchBill, hourMs, startAtNoon } from '../testing/bills.ts';
import { dayMs, moneyTools, outcome } from '../testing/money.ts';
import { type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let day: string;
const { advance, expectSoundLedger } = moneyTools(() => sandbox);
beforeEach(async () => {
  sandbox = await startSandbox({ seed: 'bills' });
  day = await startAtNoon(sandbox);
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});

const path = '/v3/merchant/fund/withdraw/bill-type';
const target = (date = day) => `${path}/NO_SUCC?bill_date=${date}`;
const sub = () => sandbox.credentials.ecommerce.subMerchants[0]!.subMchid;
const settle = (no: string, result: string, reason?: string) =>
  sandbox.control('POST', `/withdrawals/${no}/settle`, { result, ...(reason && { reason }) });

async function withdraw(no: string, owner = sub()): Promise<void> {
  await sandbox.control('POST', `/merchants/${owner}/balance`, { addFen: 1_000 });
  const answer =
    owner === sandbox.ecommerce.account.mchid
      ? await sandbox.ecommerce.post('/v3/merchant/fund/withdraw', {
          out_request_no: no,
          amount: 1_000,
          account_type: 'BASIC',
        })
      : await sandbox.ecommerce.post('/v3/ecommerce/fund/withdraw', {
          sub_mchid: owner,
          out_request_no: no,
          amount: 1_000,
        });
  expect(answer.status).toBe(200);
}

test('lists what failed and what the bank sent back, on the day when it did, from 9:00 of the next', async () => {
  const { mchid } = sandbox.ecommerce.account;
  for (const no of ['FAILS', 'CLOSES', 'ARRIVES']) await withdraw(no);
  await withdraw('BOUNCES', mchid);
  await settle('FAILS', 'FAIL', '账户已注销');
  await settle('CLOSES', 'CLOSE');
  await settle('BOUNCES', 'SUCCESS');
  await advance(21 * hourMs - 60_000);
  expect(outcome(await sandbox.ecommerce.get(target()))).toEqual([400, 'STATEMENT_CREATING']);
  await advance(60_000);
  const { rows, summary, hash, applied } = await fetchBill(sandbox, sandbox.ecommerce, target());
  expect(hash).toBe(applied.hash_value);
  expect(rows).toEqual([
    expect.objectContaining({
      二级商户号: sub(),
      商户提现单号: 'FAILS',
      '提现金额(元)': '10.00',
      提现状态: 'FAIL',
      失败原因: '账户已注销',
    }),
  ]);
  expect(summary).toEqual(['1', '10.00']);
  await settle('BOUNCES', 'REFUND');
  await advance(dayMs);
  const nextDay = new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);
  const next = await fetchBill(sandbox, sandbox.ecommerce, target(nextDay));
  expect(next.rows).toEqual([
    expect.objectContaining({ 商户号: mchid, 二级商户号: '0', 商户提现单号: 'BOUNCES', 提现状态: 'REFUND' }),
  ]);
});

test('is for providers, of 90 days, and does not exist for a day without any', async () => {
  await advance(dayMs);
  expect(outcome(await sandbox.ecommerce.get(target()))).toEqual([400, 'NO_STATEMENT_EXIST']);
  expect(outcome(await sandbox.direct.get(target()))).toEqual([403, 'NO_AUTH']);
  expect(outcome(await sandbox.ecommerce.get(`${path}/ALL?bill_date=${day}`))).toEqual([400, 'PARAM_ERROR']);
  await advance(89 * dayMs);
  expect(outcome(await sandbox.ecommerce.get(target()))).toEqual([400, 'NO_STATEMENT_EXIST']);
  await advance(dayMs);
  expect(outcome(await sandbox.ecommerce.get(target()))).toEqual([400, 'PARAM_ERROR']);
});
