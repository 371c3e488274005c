import { sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  directOrder,
  partnerOrder,
  type Receiver,
  type Sandbox,
  startReceiver,
  startSandbox,
} from '../testing/sandbox.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeEach(async () => {
  sandbox = await startSandbox({ baseUrl: () => 'http://127.0.0.1:8700' });
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const scene = { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } };

/** A direct order without a payer. */
function order(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { payer: _nobody, ...rest } = directOrder(sandbox, { notify_url: receiver.url, ...changes });
  return rest;
}

async function query(no: unknown) {
  const { mchid } = sandbox.direct.account;
  return (await sandbox.direct.get(`/v3/pay/transactions/out-trade-no/${no}?mchid=${mchid}`)).json;
}

describe('Native', () => {
  test('answers a code_url, which a phone scans, and whoever scans pays', async () => {
    const body = order();
    const { status, json } = await sandbox.direct.post('/v3/pay/transactions/native', body);
    expect([status, Object.keys(json)]).toEqual([200, ['code_url']]);
    expect(json.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=[0-9A-Za-z]{7}zz$/);
    const scanned = await sandbox.control('POST', '/scan', { codeUrl: json.code_url });
    expect(scanned.json.order.outTradeNo).toBe(body.out_trade_no);
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, { openid: 'oScanner' });
    await expect.poll(() => receiver.callbacks.length).toBe(1);
    expect(await query(body.out_trade_no)).toMatchObject({
      trade_state: 'SUCCESS',
      trade_type: 'NATIVE',
      payer: { openid: 'oScanner' },
    });
  });

  test('a code is over after two hours, and the same request gives a new one', async () => {
    const body = order();
    const first = await sandbox.direct.post('/v3/pay/transactions/native', body);
    await sandbox.clock.advance(2 * 3_600_000);
    const late = await sandbox.control('POST', '/scan', { codeUrl: first.json.code_url });
    expect([late.status, late.json.error]).toEqual([409, 'CODE_EXPIRED']);
    const second = await sandbox.direct.post('/v3/pay/transactions/native', body);
    expect(second.json.code_url).not.toBe(first.json.code_url);
    expect((await sandbox.control('POST', '/scan', { codeUrl: second.json.code_url })).status).toBe(200);
  });

  test('a number that was placed in another way is refused', async () => {
    const body = order();
    await sandbox.direct.post('/v3/pay/transactions/native', body);
    const again = await sandbox.direct.post('/v3/pay/transactions/app', body);
    expect([again.status, again.json.code]).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('H5', () => {
  test('needs h5_info, and answers a link to the cashier that is good for five minutes', async () => {
    const refused = await sandbox.direct.post('/v3/pay/transactions/h5', order());
    expect([refused.status, refused.json.detail.field]).toEqual([400, '/scene_info']);
    const body = order({ scene_info: scene });
    const { json } = await sandbox.direct.post('/v3/pay/transactions/h5', body);
    const link = new URL(json.h5_url);
    expect(link.origin + link.pathname).toBe('http://127.0.0.1:8700/_sandbox/cashier');
    const page = await sandbox.fetch(
      new Request(link, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } }),
    );
    expect(page.headers.get('content-type')).toContain('text/html');
    const prepay = `/prepays/${link.searchParams.get('prepay_id')}`;
    expect((await sandbox.control('GET', prepay)).json.order.outTradeNo).toBe(body.out_trade_no);
    await sandbox.clock.advance(5 * 60_000);
    expect((await sandbox.control('GET', prepay)).json.error).toBe('CODE_EXPIRED');
  });

  test('no other page may call what the cashier calls', async () => {
    const request = new Request('http://127.0.0.1:8700/_sandbox/orders', {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    });
    expect((await sandbox.fetch(request)).status).toBe(403);
  });
});

describe('APP', () => {
  test('answers a prepay_id, and WeChat checks what the app hands over', async () => {
    const { appid, mchid, privateKeyPem } = sandbox.direct.account;
    const { json } = await sandbox.direct.post('/v3/pay/transactions/app', order());
    const given = { appid, partnerid: mchid, prepayid: json.prepay_id, package: 'Sign=WXPay' };
    const parts = { noncestr: 'n', timestamp: '1700000000' };
    const message = `${appid}\n${parts.timestamp}\n${parts.noncestr}\n${given.prepayid}\n`;
    const signature = sign('sha256', Buffer.from(message), privateKeyPem).toString('base64');
    const opened = await sandbox.control('POST', '/app-cashier', { ...given, ...parts, sign: signature });
    expect([opened.status, opened.json.order?.tradeType]).toEqual([200, 'APP']);
    const wrong = await sandbox.control('POST', '/app-cashier', {
      ...given,
      ...parts,
      timestamp: '1',
      sign: signature,
    });
    expect(wrong.json.error).toBe('SIGN_ERROR');
    const missing = await sandbox.control('POST', '/app-cashier', { ...given, sign: signature });
    expect(missing.json.message).toContain('"noncestr" must be a text');
  });
});

describe('a payment code', () => {
  const path = '/v3/pay/transactions/codepay';
  const till = { store_info: { id: '0001' } };
  async function show(given: object = {}): Promise<string> {
    return (await sandbox.control('POST', '/payment-codes', given)).json.authCode;
  }
  function codeOrder(authCode: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
    const { notify_url: _none, payer: _nobody, ...rest } = directOrder(sandbox, changes);
    return { ...rest, payer: { auth_code: authCode }, scene_info: till };
  }
  const reverse = (no: unknown) => {
    const { appid, mchid } = sandbox.direct.account;
    return sandbox.direct.post(`/v3/pay/transactions/out-trade-no/${no}/reverse`, { appid, mchid });
  };
  const sumFen = async () => (await sandbox.control('GET', '/ledger')).json.sumFen;

  test('pays at once; the same number again was paid already', async () => {
    const body = codeOrder(await show({ openid: 'oBuyer' }));
    const paid = await sandbox.direct.post(path, body);
    expect([paid.status, paid.json.trade_state, paid.json.trade_type, paid.json.payer]).toEqual([
      200,
      'SUCCESS',
      'MICROPAY',
      { openid: 'oBuyer' },
    ]);
    const again = await sandbox.direct.post(path, body);
    expect([again.status, again.json.code]).toEqual([400, 'ORDERPAID']);
  });

  test('is good once, and for a minute', async () => {
    const used = await show();
    await sandbox.direct.post(path, codeOrder(used));
    expect((await sandbox.direct.post(path, codeOrder(used))).json.code).toBe('INVALID_REQUEST');
    const old = await show();
    await sandbox.clock.advance(60_000);
    expect((await sandbox.direct.post(path, codeOrder(old))).json.message).toContain('过期');
    expect((await sandbox.direct.post(path, codeOrder('999'))).status).toBe(400);
  });

  test('one that needs a password is USERPAYING until it is given', async () => {
    const body = codeOrder(await show({ password: true }));
    expect((await sandbox.direct.post(path, body)).json.code).toBe('USERPAYING');
    expect((await query(body.out_trade_no)).trade_state).toBe('USERPAYING');
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    expect((await query(body.out_trade_no)).trade_state).toBe('SUCCESS');
  });

  test('a reversal ends what was not paid, and gives back what was, fee and all', async () => {
    const waiting = codeOrder(await show({ password: true }));
    await sandbox.direct.post(path, waiting);
    expect((await reverse(waiting.out_trade_no)).status).toBe(200);
    expect((await query(waiting.out_trade_no)).trade_state).toBe('REVOKED');
    const refused = await sandbox.control('POST', `/orders/${waiting.out_trade_no}/pay`, {});
    expect(refused.json.error).toBe('ORDER_REVOKED');
    const paid = codeOrder(await show({ openid: 'oBuyer' }), { amount: { total: 1000 } });
    await sandbox.direct.post(path, paid);
    const { mchid } = sandbox.direct.account;
    expect((await reverse(paid.out_trade_no)).json).toMatchObject({ mchid, out_trade_no: paid.out_trade_no });
    const { accounts } = (await sandbox.control('GET', '/ledger')).json;
    expect([accounts[`merchant ${mchid}`], accounts['payer oBuyer'], await sumFen()]).toEqual([0, 0, 0]);
    expect((await reverse(paid.out_trade_no)).status).toBe(200);
  });

  test('only payments by code are reversed', async () => {
    const body = order();
    await sandbox.direct.post('/v3/pay/transactions/native', body);
    expect((await reverse(body.out_trade_no)).json.message).toBe('支付场景不适用');
  });
});

describe('providers and combined payments', () => {
  test.each([
    ['native', 'code_url'],
    ['app', 'prepay_id'],
    ['h5', 'h5_url'],
  ])('a provider places %s orders', async (way, answered) => {
    const { payer: _nobody, ...body } = partnerOrder(sandbox, {
      scene_info: scene,
      notify_url: receiver.url,
    });
    const plain = way === 'h5' ? body : { ...body, scene_info: undefined };
    const { status, json } = await sandbox.partner.post(`/v3/pay/partner/transactions/${way}`, plain);
    expect([status, Object.keys(json)]).toEqual([200, [answered]]);
    const paid = await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, { openid: 'oSomebody' });
    expect(paid.json.order.payer).toEqual({ spOpenid: 'oSomebody' });
  });

  test('a combined payment by code_url is paid whole', async () => {
    const { appid, mchid } = sandbox.direct.account;
    const [one, other] = [sandbox.no(), sandbox.no()];
    const sub = (no: string) => ({
      mchid,
      attach: 'a',
      description: 'd',
      out_trade_no: no,
      amount: { total_amount: 100, currency: 'CNY' },
    });
    const no = sandbox.no();
    const { json } = await sandbox.direct.post('/v3/combine-transactions/native', {
      combine_appid: appid,
      combine_mchid: mchid,
      combine_out_trade_no: no,
      sub_orders: [sub(one), sub(other)],
      notify_url: receiver.url,
    });
    expect((await sandbox.control('POST', '/scan', { codeUrl: json.code_url })).json.order.outTradeNo).toBe(
      no,
    );
    await sandbox.control('POST', `/orders/${no}/pay`, {});
    const found = await sandbox.direct.get(`/v3/combine-transactions/out-trade-no/${no}`);
    expect(found.json.sub_orders.map((one: { trade_state: string }) => one.trade_state)).toEqual([
      'SUCCESS',
      'SUCCESS',
    ]);
    expect(found.json.sub_orders[0].trade_type).toBe('NATIVE');
  });
});
