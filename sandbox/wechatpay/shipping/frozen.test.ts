import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayMs, minuteMs, moneyTools, outcome } from '../testing/money.ts';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

const hourMs = 3_600_000;
const paidFen = 1000;
/** After the fee of 0.6 %. */
const netFen = 994;

let sandbox: Sandbox;
const { advance, pay, takeFen, expectSoundLedger } = moneyTools(() => sandbox);
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});

const set = (settings: object) => sandbox.control('POST', '/shipping', settings);
/** Available and pending. */
const balance = async () => {
  const { json } = await sandbox.direct.get('/v3/merchant/fund/balance/BASIC');
  return [json.available_amount, json.pending_amount];
};

async function paid(settings: object, changes: object = {}) {
  await set(settings);
  const body = directOrder(sandbox, { amount: { total: paidFen }, ...changes });
  expect((await sandbox.direct.post('/v3/pay/transactions/jsapi', body)).status).toBe(200);
  const no = String(body.out_trade_no);
  await pay(no);
  const path = `/v3/pay/transactions/out-trade-no/${no}?mchid=${sandbox.direct.account.mchid}`;
  return { no, transactionId: (await sandbox.direct.get(path)).json.transaction_id as string };
}
const frozenOrder = (changes: object = {}) => paid({ freezes: true }, changes);

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes.
async function post(target: string, body: object): Promise<any> {
  const request = new Request(`http://127.0.0.1:8700${target}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return (await sandbox.fetch(request)).json();
}
async function ship(transactionId: string): Promise<void> {
  const { appid, appSecret: secret } = sandbox.credentials.direct;
  const { access_token } = await post('/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid,
    secret,
  });
  const { errcode } = await post(`/wxa/sec/order/upload_shipping_info?access_token=${access_token}`, {
    order_key: { order_number_type: 2, transaction_id: transactionId },
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [{ tracking_no: 'A1', express_company: 'ZTO', item_desc: '龙井' }],
    upload_time: new Date(sandbox.clock.now()).toISOString(),
    payer: { openid: 'oPayer' },
  });
  expect(errcode).toBe(0);
}
async function settle(transactionId: string): Promise<void> {
  await ship(transactionId);
  const receipt = { transaction_id: transactionId, openid: 'oPayer' };
  expect((await sandbox.control('POST', '/receipts/confirm', receipt)).status).toBe(200);
  await advance(hourMs);
}
async function refund(outTradeNo: string, fen: number, amount: object = {}) {
  const outRefundNo = `R${sandbox.no()}`;
  const answer = await sandbox.direct.post('/v3/refund/domestic/refunds', {
    out_trade_no: outTradeNo,
    out_refund_no: outRefundNo,
    amount: { refund: fen, total: paidFen, currency: 'CNY', ...amount },
  });
  return { outRefundNo, answer };
}

describe('the money of a mini-program that freezes', () => {
  it('is pending until receipt is confirmed and settled', async () => {
    const { transactionId } = await frozenOrder();
    expect(await balance()).toEqual([0, netFen]);
    await ship(transactionId);
    expect(await balance()).toEqual([0, netFen]);
    const receipt = { transaction_id: transactionId, openid: 'oPayer' };
    await sandbox.control('POST', '/receipts/confirm', receipt);
    expect(await balance()).toEqual([0, netFen]);
    await advance(hourMs);
    expect(await balance()).toEqual([netFen, 0]);
  });

  it('is available by itself 10 days after an express shipment, and not before one', async () => {
    const { transactionId } = await frozenOrder();
    await advance(30 * dayMs);
    expect(await balance()).toEqual([0, netFen]);
    await ship(transactionId);
    await advance(10 * dayMs - minuteMs);
    expect(await balance()).toEqual([0, netFen]);
    await advance(minuteMs + hourMs);
    expect(await balance()).toEqual([netFen, 0]);
  });

  it('cannot be paid out', async () => {
    await frozenOrder();
    expect((await takeFen(sandbox.direct.account.mchid, 1)).json.error).toBe('NOT_ENOUGH');
  });

  it.each([
    ['freezes is off', { freezes: false }],
    ['shipping is not managed', { managed: false, freezes: true }],
  ])('is available at once where %s', async (_, settings) => {
    await paid(settings);
    expect(await balance()).toEqual([netFen, 0]);
  });

  it('is available at once where it was paid by a QR code', async () => {
    await set({ freezes: true });
    const { payer: _, ...body } = directOrder(sandbox, { amount: { total: paidFen } });
    expect((await sandbox.direct.post('/v3/pay/transactions/native', body)).status).toBe(200);
    await pay(body.out_trade_no);
    expect(await balance()).toEqual([netFen, 0]);
  });
});

describe('a refund of a frozen order', () => {
  it('is paid from the frozen money, in parts and to the last fen', async () => {
    const { no } = await frozenOrder();
    expect(outcome((await refund(no, 500)).answer)).toEqual([200, 'PROCESSING']);
    // Half of the fee is refunded to it.
    expect(await balance()).toEqual([0, netFen - 500 + 3]);
    await advance(5 * minuteMs);
    expect(outcome((await refund(no, 500)).answer)).toEqual([200, 'PROCESSING']);
    await advance(5 * minuteMs);
    expect(await balance()).toEqual([0, 0]);
  });

  it('leaves the rest to be settled', async () => {
    const { no, transactionId } = await frozenOrder();
    await refund(no, 500);
    await settle(transactionId);
    expect(await balance()).toEqual([netFen - 500 + 3, 0]);
  });

  it('takes what is available only where the request says so', async () => {
    const { no } = await frozenOrder();
    const { answer } = await refund(no, 500, { from: [{ account: 'AVAILABLE', amount: 500 }] });
    expect(outcome(answer)).toEqual([403, 'NOT_ENOUGH']);
    const { explanation, page } = await sandbox.lastExchange();
    expect(page).toMatch(/^https:\/\//);
    expect(explanation).toContain('frozen until receipt is settled');
  });

  it.each([
    ['frozen again before the settlement', false, [0, netFen]],
    ['available after it', true, [netFen, 0]],
  ])('that is closed is %s', async (_, settled, expected) => {
    const { no, transactionId } = await frozenOrder();
    await set({ settleAfterMs: 0 });
    await ship(transactionId);
    const { outRefundNo } = await refund(no, 500);
    const receipt = { transaction_id: transactionId, openid: 'oPayer' };
    if (settled) await sandbox.control('POST', '/receipts/confirm', receipt);
    await advance(1);
    const closed = await sandbox.control('POST', `/refunds/${outRefundNo}/settle`, { result: 'CLOSED' });
    expect(closed.status).toBe(200);
    expect(await balance()).toEqual(expected);
  });
});

describe('a frozen order for profit sharing', () => {
  const sharing = { settle_info: { profit_sharing: true } };
  const finish = (transactionId: string) =>
    sandbox.direct.post('/v3/profitsharing/orders/unfreeze', {
      transaction_id: transactionId,
      out_order_no: `U${sandbox.no()}`,
      description: '解冻',
    });

  it('is shared after the settlement only', async () => {
    const { transactionId } = await frozenOrder(sharing);
    await advance(2 * minuteMs);
    const refused = await finish(transactionId);
    expect(outcome(refused)).toEqual([400, 'INVALID_REQUEST']);
    expect(refused.json.message).toContain('小程序交易被冻结');
    await settle(transactionId);
    expect(await balance()).toEqual([0, netFen]);
    expect((await finish(transactionId)).status).toBe(200);
    await advance(minuteMs);
    expect(await balance()).toEqual([netFen, 0]);
  });

  it('stays frozen until receipt when the time of sharing ends first', async () => {
    const { transactionId } = await frozenOrder(sharing);
    await advance(31 * dayMs);
    expect(await balance()).toEqual([0, netFen]);
    const amounts = await sandbox.direct.get(`/v3/profitsharing/transactions/${transactionId}/amounts`);
    expect(amounts.json.unsplit_amount).toBe(0);
    await settle(transactionId);
    expect(await balance()).toEqual([netFen, 0]);
  });
});
