import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isSignedBy, openResource, signText, signTextWithJsrsasign } from './testing/client.ts';
import {
  combinedOrder,
  directOrder,
  partnerOrder,
  type Sandbox,
  startReceiver,
  startSandbox,
} from './testing/sandbox.ts';

let sandbox: Sandbox;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.callbacks.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

test('the client of these tests signs like another library, byte for byte', () => {
  const { privateKeyPem } = sandbox.direct.account;
  for (const text of [
    '',
    'GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n',
    '内容\n',
  ]) {
    expect(signText(privateKeyPem, text)).toBe(signTextWithJsrsasign(privateKeyPem, text));
  }
});

async function payAndReceive(no: unknown) {
  const paid = await sandbox.control('POST', `/orders/${no}/pay`, { openid: 'oPayer' });
  expect(paid.status).toBe(200);
  await expect.poll(() => receiver.callbacks.length).toBe(1);
  return receiver.callbacks[0]!;
}

test('a direct order is placed, paid, reported by a signed and encrypted callback, and found as paid', async () => {
  const { direct } = sandbox;
  const body = directOrder(sandbox, { notify_url: receiver.url, attach: '备注' });
  const placed = await direct.post('/v3/pay/transactions/jsapi', body);
  expect(placed.status).toBe(200);
  expect(placed.json.prepay_id).toMatch(/^wx\d{14}\w{20}$/);
  expect(isSignedBy(direct.account.publicKeyPem, placed.headers, placed.text)).toBe(true);

  const target = `/v3/pay/transactions/out-trade-no/${body.out_trade_no}?mchid=${direct.account.mchid}`;
  expect((await direct.get(target)).json).toEqual({
    appid: direct.account.appid,
    mchid: direct.account.mchid,
    out_trade_no: body.out_trade_no,
    trade_state: 'NOTPAY',
    trade_state_desc: '订单未支付',
    amount: { payer_currency: 'CNY', total: 100 },
    promotion_detail: [],
    scene_info: { device_id: '' },
  });

  const callback = await payAndReceive(body.out_trade_no);
  expect(isSignedBy(direct.account.publicKeyPem, callback.headers, callback.body)).toBe(true);
  const notification = JSON.parse(callback.body);
  expect(notification).toMatchObject({
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
  });
  const transaction = JSON.parse(openResource(direct.account.apiV3Key, notification.resource));
  expect(transaction).toEqual({
    appid: direct.account.appid,
    mchid: direct.account.mchid,
    out_trade_no: body.out_trade_no,
    transaction_id: expect.stringMatching(/^4200\d{24}$/),
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    success_time: expect.stringMatching(/\+08:00$/),
    attach: '备注',
    promotion_detail: [],
    payer: { openid: 'oPayer' },
    amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
  });
  expect((await direct.get(target)).json).toEqual(transaction);
  const byId = `/v3/pay/transactions/id/${transaction.transaction_id}?mchid=${direct.account.mchid}`;
  expect((await direct.get(byId)).json).toEqual(transaction);
});

test('a partner order names both merchants, and its payer by sp_openid', async () => {
  const { partner } = sandbox;
  const body = partnerOrder(sandbox, { notify_url: receiver.url });
  expect((await partner.post('/v3/pay/partner/transactions/jsapi', body)).status).toBe(200);
  const callback = await payAndReceive(body.out_trade_no);
  const transaction = JSON.parse(openResource(partner.account.apiV3Key, JSON.parse(callback.body).resource));
  expect(transaction).toMatchObject({
    sp_mchid: partner.account.mchid,
    sub_mchid: body.sub_mchid,
    attach: '',
    promotion_detail: [],
    payer: { sp_openid: 'oPayer' },
  });
  const query = `?sp_mchid=${partner.account.mchid}&sub_mchid=${body.sub_mchid}`;
  const no = `/v3/pay/partner/transactions/out-trade-no/${body.out_trade_no}${query}`;
  expect((await partner.get(no)).json).toEqual(transaction);
  const id = `/v3/pay/partner/transactions/id/${transaction.transaction_id}${query}`;
  expect((await partner.get(id)).json).toEqual(transaction);
});

test('a combined payment is paid in one go, and one callback reports all its orders', async () => {
  const { ecommerce } = sandbox;
  const body = combinedOrder(sandbox, { notify_url: receiver.url });
  expect((await ecommerce.post('/v3/combine-transactions/jsapi', body)).status).toBe(200);
  const target = `/v3/combine-transactions/out-trade-no/${body.combine_out_trade_no}`;
  const before = (await ecommerce.get(target)).json;
  expect(before.sub_orders.map((sub: { trade_state: string }) => sub.trade_state)).toEqual([
    'NOTPAY',
    'NOTPAY',
  ]);
  const callback = await payAndReceive(body.combine_out_trade_no);
  const reported = JSON.parse(openResource(ecommerce.account.apiV3Key, JSON.parse(callback.body).resource));
  expect(reported.sub_orders).toHaveLength(2);
  expect(reported.sub_orders[1]).toMatchObject({
    trade_state: 'SUCCESS',
    out_trade_no: body.sub_orders[1]!.out_trade_no,
    amount: { total_amount: 200, payer_amount: 200 },
  });
  expect((await ecommerce.get(target)).json).toEqual(reported);
  const ledger = (await sandbox.control('GET', '/ledger')).json;
  expect(ledger.accounts[`frozen ${body.sub_orders[1]!.sub_mchid}`]).toBe(199);
  expect(ledger.accounts.fees).toBe(4);
  expect(ledger.sumFen).toBe(0);
});

test('an order can be closed once or twice, after which it can neither be paid nor placed again', async () => {
  const { direct } = sandbox;
  const body = directOrder(sandbox);
  await direct.post('/v3/pay/transactions/jsapi', body);
  const close = `/v3/pay/transactions/out-trade-no/${body.out_trade_no}/close`;
  for (const _ of [1, 2]) {
    const closed = await direct.post(close, { mchid: direct.account.mchid });
    expect([closed.status, closed.text]).toEqual([204, '']);
    expect(isSignedBy(direct.account.publicKeyPem, closed.headers, '')).toBe(true);
  }
  expect((await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {})).status).toBe(409);
  const again = await direct.post('/v3/pay/transactions/jsapi', body);
  expect([again.status, again.json.code]).toEqual([400, 'ORDER_CLOSED']);
});

test('a payment that failed leaves the order payable', async () => {
  const body = directOrder(sandbox, { notify_url: receiver.url });
  await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
  const failed = await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, { result: 'PAYERROR' });
  expect(failed.json.order).toMatchObject({ state: 'PAYERROR', failures: 1 });
  expect(receiver.callbacks).toHaveLength(0);
  await payAndReceive(body.out_trade_no);
});
