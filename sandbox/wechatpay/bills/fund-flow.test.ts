import { constants, createDecipheriv, createHash, createPrivateKey, privateDecrypt } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chinaDay, download, fetchBill, hourMs, parseBill, startAtNoon } from '../testing/bills.ts';
import type { Answer, TestClient } from '../testing/client.ts';
import { dayMs, minuteMs, moneyTools, outcome } from '../testing/money.ts';
import { combinedOrder, partnerOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let day: string;
const { addFen, advance, balance, expectSoundLedger, paidOrder, pay } = moneyTools(() => sandbox);
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
const fundFlow = () => fetchBill(sandbox, sandbox.direct, `/v3/bill/fundflowbill?bill_date=${day}`);

async function refund(outTradeNo: string, fen: number, total: number): Promise<string> {
  const no = `R${sandbox.no()}`;
  const amount = { refund: fen, total, currency: 'CNY' };
  const answer = await sandbox.direct.post('/v3/refund/domestic/refunds', {
    out_trade_no: outTradeNo,
    out_refund_no: no,
    amount,
  });
  expect(answer.status).toBe(200);
  return no;
}

describe('the fund flow bill', () => {
  test('has every movement, and the balance after each', async () => {
    const { mchid } = sandbox.direct.account;
    const order = await paidOrder(1_000);
    await addFen(mchid, 250);
    await advance(minuteMs);
    const no = await refund(order, 1_000, 1_000);
    await nextMorning();
    const { columns, rows, summary, summaryColumns } = await fundFlow();
    expect(columns.join()).toBe(
      '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
    );
    const short = rows.map((row) => [
      row.业务类型,
      row.收支类型,
      row['收支金额(元)'],
      row['账户结余(元)'],
      row.业务凭证号,
    ]);
    expect(short).toEqual([
      ['交易', '收入', '10.00', '10.00', order],
      ['扣除交易手续费', '支出', '0.06', '9.94', order],
      ['充值', '收入', '2.50', '12.44', ''],
      ['退款', '支出', '9.94', '2.50', no],
    ]);
    expect(rows[3]).toMatchObject({
      资金变更提交申请人: `${mchid}API`,
      备注: '退款总金额10.00元;含手续费0.06元',
    });
    expect(summaryColumns.join()).toBe('资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额');
    expect(summary).toEqual(['4', '2', '12.50', '2', '10.00']);
    expect((await balance(mchid)).availableFen).toBe(250);
  });

  test('continues the balance of the days before', async () => {
    await paidOrder(1_000);
    await advance(dayMs);
    day = chinaDay(sandbox.clock.now());
    await paidOrder(500);
    await nextMorning();
    expect((await fundFlow()).rows.map((row) => row['账户结余(元)'])).toEqual(['14.94', '14.91']);
  });

  test('of accounts where nothing moves is no bill', async () => {
    await paidOrder(1_000);
    await nextMorning();
    const answer = await sandbox.direct.get(`/v3/bill/fundflowbill?bill_date=${day}&account_type=OPERATION`);
    expect(outcome(answer)).toEqual([400, 'NO_STATEMENT_EXIST']);
  });
});

describe('of sub-merchants', () => {
  const query = () => `bill_date=${day}&algorithm=AEAD_AES_256_GCM`;

  async function decrypted(client: TestClient, answer: Answer, gzip: boolean) {
    const [file] = answer.json.download_bill_list as Record<string, string>[];
    const { bytes } = await download(sandbox, client, file!.download_url!);
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const privateKey = createPrivateKey(client.account.privateKeyPem);
    const key = privateDecrypt({ key: privateKey, padding }, Buffer.from(file!.encrypt_key!, 'base64'));
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file!.nonce!));
    decipher.setAuthTag(bytes.subarray(-16));
    const packed = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
    const content = gzip ? gunzipSync(packed) : packed;
    expect(createHash('sha1').update(content).digest('hex')).toBe(file!.hash_value);
    return parseBill(content);
  }

  test('a provider reads the encrypted bill of one of them', async () => {
    const body = partnerOrder(sandbox);
    await sandbox.partner.post('/v3/pay/partner/transactions/jsapi', body);
    await pay(body.out_trade_no);
    await nextMorning();
    const target = `/v3/bill/sub-merchant-fundflowbill?${query()}&account_type=BASIC&sub_mchid=${body.sub_mchid}`;
    const answer = await sandbox.partner.get(`${target}&tar_type=GZIP`);
    expect(answer.json.download_bill_count).toBe(1);
    const { rows } = await decrypted(sandbox.partner, answer, true);
    expect(rows.map((row) => [row.业务类型, row['账户结余(元)']])).toEqual([
      ['交易', '1.00'],
      ['扣除交易手续费', '0.99'],
    ]);
  });

  test('a platform reads one of all of them', async () => {
    const body = combinedOrder(sandbox);
    await sandbox.ecommerce.post('/v3/combine-transactions/jsapi', body);
    await pay(body.combine_out_trade_no);
    await nextMorning();
    const answer = await sandbox.ecommerce.get(`/v3/ecommerce/bill/fundflowbill?${query()}&account_type=ALL`);
    const { rows } = await decrypted(sandbox.ecommerce, answer, false);
    const paid = rows.filter((row) => row.业务类型 === '交易');
    expect(paid.map((row) => row.业务凭证号)).toEqual(body.sub_orders.map((sub) => sub.out_trade_no));
  });

  test('another provider’s are refused', async () => {
    await nextMorning();
    const target = `/v3/bill/sub-merchant-fundflowbill?${query()}&account_type=BASIC&sub_mchid=1900000211`;
    expect(outcome(await sandbox.partner.get(target))).toEqual([403, 'NO_AUTH']);
  });
});
