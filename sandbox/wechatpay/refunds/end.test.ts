import { constants, publicEncrypt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, minuteMs, moneyTools, openedCallback, outcome } from '../testing/money.ts';
import { directOrder, type Receiver, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

const domestic = '/v3/refund/domestic/refunds';

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.callbacks.length = 0;
});
const { advance, balance, paidOrder, expectSoundLedger } = moneyTools(() => sandbox);
afterEach(expectSoundLedger);
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

const settle = (no: unknown, result: string) => sandbox.control('POST', `/refunds/${no}/settle`, { result });

const request = (outTradeNo: string, refund: number, total = 100, changes: object = {}) => ({
  out_trade_no: outTradeNo,
  out_refund_no: `R${sandbox.no()}`,
  amount: { refund, total, currency: 'CNY' },
  ...changes,
});

const queried = async (no: string) => (await sandbox.direct.get(`${domestic}/${no}`)).json;

async function refundOf(outTradeNo: string, fen: number, total = 100, changes: object = {}) {
  const body = request(outTradeNo, fen, total, changes);
  return { no: body.out_refund_no, body, answer: await sandbox.direct.post(domestic, body) };
}

describe('settled by hand', () => {
  test('CLOSED gives everything back, and the amount may be refunded again', async () => {
    const { mchid } = sandbox.direct.account;
    const order = await paidOrder();
    const before = (await balance(mchid)).availableFen;
    const { no } = await refundOf(order, 100, 100, { notify_url: receiver.url });
    expect((await settle(no, 'CLOSED')).json.refund.status).toBe('CLOSED');
    expect((await openedCallback(receiver, sandbox.direct)).notification.event_type).toBe('REFUND.CLOSED');
    expect((await balance(mchid)).availableFen).toBe(before);
    await advance(minuteMs);
    expect(outcome((await refundOf(order, 100)).answer)).toEqual([200, 'PROCESSING']);
    expect((await queried(no)).status).toBe('CLOSED');
  });

  test('ABNORMAL stays so until the money is sent elsewhere', async () => {
    const order = await paidOrder();
    const { no, answer } = await refundOf(order, 100, 100, { notify_url: receiver.url });
    await settle(no, 'ABNORMAL');
    expect((await openedCallback(receiver, sandbox.direct)).resource).toMatchObject({
      refund_status: 'ABNORMAL',
    });
    await advance(dayMs);
    expect((await queried(no)).status).toBe('ABNORMAL');
    const path = `${domestic}/${answer.json.refund_id}/apply-abnormal-refund`;
    const { publicKeyPem: key, publicKeyId } = sandbox.direct.account;
    const encrypt = (clear: string) =>
      publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING }, Buffer.from(clear)).toString(
        'base64',
      );
    const card = {
      out_refund_no: no,
      type: 'USER_BANK_CARD',
      bank_type: 'CMB_DEBIT',
      bank_account: encrypt('6225880123450403'),
      real_name: encrypt('王小明'),
    };
    const headers = { headers: { 'wechatpay-serial': publicKeyId } };
    const missing = await sandbox.direct.post(path, { ...card, real_name: undefined }, headers);
    expect(missing.json).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/real_name' } });
    const applied = await sandbox.direct.post(path, card, headers);
    expect(applied.json).toMatchObject({
      status: 'PROCESSING',
      channel: 'OTHER_BANKCARD',
      user_received_account: '招商银行借记卡0403',
    });
    expect(outcome(await sandbox.direct.post(path, card, headers))).toEqual([400, 'INVALID_REQUEST']);
    await advance(5 * minuteMs);
    expect((await queried(no)).status).toBe('SUCCESS');
  });

  test('an abnormal refund can go to the bank account of the merchant', async () => {
    const { mchid } = sandbox.direct.account;
    const { no, answer } = await refundOf(await paidOrder(), 100);
    await settle(no, 'ABNORMAL');
    const bank = async () => (await sandbox.control('GET', '/ledger')).json.accounts[`bank ${mchid}`] ?? 0;
    const before = await bank();
    const path = `${domestic}/${answer.json.refund_id}/apply-abnormal-refund`;
    await sandbox.direct.post(path, { out_refund_no: no, type: 'MERCHANT_BANK_CARD' });
    await settle(no, 'SUCCESS');
    expect(await bank()).toBe(before + 100);
  });

  test('what has ended stays so', async () => {
    const { no } = await refundOf(await paidOrder(), 1);
    expect((await settle(no, 'SUCCESS')).status).toBe(200);
    for (const result of ['SUCCESS', 'CLOSED', 'ABNORMAL']) {
      expect((await settle(no, result)).json.error).toBe('WRONG_STATE');
    }
    expect((await settle(no, 'PROCESSING')).status).toBe(400);
    expect((await settle('NOSUCH', 'SUCCESS')).status).toBe(404);
  });
});

test('a restored sandbox ends the refunds that were under way', async () => {
  const first = await startSandbox({ seed: 'restored' });
  const body = directOrder(first);
  await first.direct.post('/v3/pay/transactions/jsapi', body);
  await first.control('POST', `/orders/${body.out_trade_no}/pay`, {});
  await first.direct.post(domestic, {
    out_trade_no: body.out_trade_no,
    out_refund_no: 'UNDERWAY',
    amount: { refund: 100, total: 100, currency: 'CNY' },
  });
  const snapshot = (await first.control('POST', '/snapshot')).json;
  const second = await startSandbox({ seed: 'another' });
  expect((await second.control('POST', '/restore', snapshot)).status).toBe(200);
  await second.control('POST', '/clock', { advanceMs: 5 * minuteMs });
  expect((await second.control('GET', '/refunds/UNDERWAY')).json.refund.status).toBe('SUCCESS');
  expect((await first.control('GET', '/refunds/UNDERWAY')).json.refund.status).toBe('PROCESSING');
  await Promise.all([first.close(), second.close()]);
});
