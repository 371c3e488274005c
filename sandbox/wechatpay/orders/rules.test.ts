import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, TestClient } from '../testing/client.ts';
import { combinedOrder, directOrder, partnerOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const direct = '/v3/pay/transactions/jsapi';
const partner = '/v3/pay/partner/transactions/jsapi';
const combine = '/v3/combine-transactions/jsapi';

const placeDirect = (changes: Record<string, unknown>) =>
  sandbox.direct.post(direct, directOrder(sandbox, changes));
const internalCode = (answer: Answer) => Number(answer.headers.get('request-id')!.split('-').at(-1));

describe('fields are refused with the official detail', () => {
  test.each<[string, Record<string, unknown>, string, unknown, string]>([
    ['short', { out_trade_no: 'ab' }, '/out_trade_no', 2, '字节数 2，小于最小值 6'],
    ['long', { out_trade_no: 'a'.repeat(33) }, '/out_trade_no', 33, '字节数 33，大于最大值 32'],
    ['pattern', { out_trade_no: '订单号1' }, '/out_trade_no', '订单号1', '字符串必须匹配正则表达式'],
    ['description', { description: '长'.repeat(128) }, '/description', 128, '字符数 128，大于最大值 127'],
    ['attach', { attach: '长'.repeat(43) }, '/attach', 129, '字节数 129，大于最大值 128'],
    ['float', { amount: { total: 0.5 } }, '/amount/total', 0.5, '64 位有符号整数'],
    ['text amount', { amount: { total: '1' } }, '/amount/total', '1', '64 位有符号整数'],
    ['zero', { amount: { total: 0 } }, '/amount/total', 0, '值低于最小值 1'],
    ['currency', { amount: { total: 1, currency: 'USD' } }, '/amount/currency', 'USD', '枚举值'],
    ['missing', { payer: {} }, '/payer/openid', null, '必填项'],
    [
      'query in notify_url',
      { notify_url: 'https://a.cn/n?x=1' },
      '/notify_url',
      'https://a.cn/n?x=1',
      '正则',
    ],
    ['type', { limit_pay: 'no_credit' }, '/limit_pay', 'no_credit', '数组'],
    ['in a list', { limit_pay: ['no_credit', 'x'] }, '/limit_pay/1', 'x', '枚举值'],
    ['zone', { time_expire: '2035-01-01T00:00:00' }, '/time_expire', '2035-01-01T00:00:00', 'RFC 3339'],
  ])('%s', async (_name, changes, field, value, issue) => {
    const answer = await placeDirect(changes);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'PARAM_ERROR', detail: { field, value, location: 'body' } });
    expect(`${answer.json.detail.issue}${answer.json.message}`).toContain(issue);
    expect(internalCode(answer)).toBe(268435461);
  });

  test('unknown fields are all named', async () => {
    const answer = await placeDirect({ trade_type: 'JSAPI', payer: { openid: 'o', nick: 'x' } });
    expect(answer.json).toMatchObject({
      code: 'PARAM_ERROR',
      message: '请求中含有未在API文档中定义的参数',
      detail: { value: ['/body/payer/nick', '/body/trade_type'] },
    });
    expect(internalCode(answer)).toBe(270924358);
  });

  test('a field named like a part of every object is unknown too', async () => {
    const body = JSON.stringify(directOrder(sandbox)).replace('{', '{"constructor":1,');
    expect((await sandbox.direct.send('POST', direct, body)).json.code).toBe('PARAM_ERROR');
  });

  test('the longest values that are allowed pass', async () => {
    const answer = await placeDirect({
      out_trade_no: 'Az0_-|*'.repeat(5).slice(0, 32),
      description: '长'.repeat(127),
      attach: 'a'.repeat(128),
    });
    expect(answer.status).toBe(200);
  });
});

describe('permissions', () => {
  test('an appid that is not bound', async () => {
    const answer = await placeDirect({ appid: 'wx0000000000000000' });
    expect([answer.status, answer.json.code, internalCode(answer)]).toEqual([
      400,
      'APPID_MCHID_NOT_MATCH',
      268445527,
    ]);
  });
  test('another mchid in the body than in Authorization', async () => {
    const answer = await placeDirect({ mchid: '1900000101' });
    expect(answer.json).toMatchObject({
      code: 'PARAM_ERROR',
      message: 'http header中的mchid与post payload中的mchid不匹配',
    });
  });
  test.each<[string, () => string, number, string, number]>([
    ['unknown sub_mchid', () => '1999999999', 400, 'MCH_NOT_EXISTS', 0],
    [
      'of another provider',
      () => sandbox.credentials.ecommerce.subMerchants[0]!.subMchid,
      403,
      'NO_AUTH',
      268443701,
    ],
  ])('a sub-merchant: %s', async (_name, subMchid, status, code, internal) => {
    const answer = await sandbox.partner.post(partner, partnerOrder(sandbox, { sub_mchid: subMchid() }));
    expect([answer.status, answer.json.code, internalCode(answer)]).toEqual([status, code, internal]);
  });
  test('a frozen sub-merchant cannot collect until it is freed', async () => {
    const { subMchid } = sandbox.credentials.partner.subMerchants[1]!;
    const place = () => sandbox.partner.post(partner, partnerOrder(sandbox, { sub_mchid: subMchid }));
    const freeze = (frozen: boolean) => sandbox.control('POST', `/sub-merchants/${subMchid}`, { frozen });
    await freeze(true);
    const refused = await place();
    expect([refused.status, refused.json.code, internalCode(refused)]).toEqual([
      403,
      'RULE_LIMIT',
      268448010,
    ]);
    await freeze(false);
    expect((await place()).status).toBe(200);
  });
  test.each([[{}], [{ sp_openid: 'a', sub_openid: 'b' }]])('payer %j of a partner order', async (payer) => {
    const answer = await sandbox.partner.post(partner, partnerOrder(sandbox, { payer }));
    expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
  });
  test('sub_openid needs the sub-merchant’s own appid', async () => {
    const { subMchid, appids } = sandbox.credentials.partner.subMerchants[0]!;
    const place = (changes: object) =>
      sandbox.partner.post(
        partner,
        partnerOrder(sandbox, { sub_mchid: subMchid, payer: { sub_openid: 'o' }, ...changes }),
      );
    expect((await place({})).json.detail.field).toBe('/sub_appid');
    expect((await place({ sub_appid: 'wx0000000000000000' })).json.code).toBe('APPID_MCHID_NOT_MATCH');
    expect((await place({ sub_appid: appids[0] })).status).toBe(200);
  });
});

describe('the same number again', () => {
  test('with the same parameters, in any order of keys, gives the same prepay_id', async () => {
    const body = directOrder(sandbox);
    const first = await sandbox.direct.post(direct, body);
    const second = await sandbox.direct.post(direct, Object.fromEntries(Object.entries(body).reverse()));
    expect(second.json.prepay_id).toBe(first.json.prepay_id);
  });
  test('with other parameters is refused, and the record says which', async () => {
    const body = directOrder(sandbox);
    await sandbox.direct.post(direct, body);
    const answer = await sandbox.direct.post(direct, { ...body, amount: { total: 101, currency: 'CNY' } });
    expect([answer.status, answer.json.code, internalCode(answer)]).toEqual([
      400,
      'INVALID_REQUEST',
      268498688,
    ]);
    expect((await sandbox.lastExchange()).explanation).toContain('amount');
  });
  test('after payment is ORDERPAID, for placing and for closing', async () => {
    const body = directOrder(sandbox);
    await sandbox.direct.post(direct, body);
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    const again = await sandbox.direct.post(direct, body);
    expect([again.json.code, internalCode(again)]).toEqual(['ORDERPAID', 268449538]);
    const close = `/v3/pay/transactions/out-trade-no/${body.out_trade_no}/close`;
    const closed = await sandbox.direct.post(close, { mchid: body.mchid });
    expect([closed.status, closed.json.code]).toEqual([400, 'ORDERPAID']);
  });
});

describe('unknown orders', () => {
  const cases: [string, (s: Sandbox) => TestClient, (s: Sandbox) => string][] = [
    [
      'direct',
      (s) => s.direct,
      (s) => `/v3/pay/transactions/out-trade-no/NOSUCH1?mchid=${s.direct.account.mchid}`,
    ],
    [
      'direct, by id',
      (s) => s.direct,
      (s) => `/v3/pay/transactions/id/4200000001?mchid=${s.direct.account.mchid}`,
    ],
    [
      'partner',
      (s) => s.partner,
      (s) =>
        `/v3/pay/partner/transactions/out-trade-no/NOSUCH1?sp_mchid=${s.partner.account.mchid}&sub_mchid=1900000111`,
    ],
    ['combined', (s) => s.ecommerce, () => '/v3/combine-transactions/out-trade-no/NOSUCH1'],
  ];
  test.each(cases)('%s', async (_name, client, target) => {
    const answer = await client(sandbox).get(target(sandbox));
    expect([answer.status, answer.json.code, internalCode(answer)]).toEqual([
      404,
      'ORDER_NOT_EXIST',
      268512771,
    ]);
  });
  test('a query without mchid names the parameter', async () => {
    const answer = await sandbox.direct.get('/v3/pay/transactions/out-trade-no/NOSUCH1');
    expect(answer.json).toMatchObject({
      code: 'PARAM_ERROR',
      detail: { field: '/mchid', location: 'query' },
    });
  });
});

describe('combined payments', () => {
  test('a number may be in it only once, and in no other payment', async () => {
    const body = combinedOrder(sandbox);
    const [first] = body.sub_orders;
    const twice = await sandbox.ecommerce.post(combine, { ...body, sub_orders: [first, first] });
    expect([twice.status, twice.json.code]).toEqual([403, 'OUT_TRADE_NO_USED']);
    expect((await sandbox.ecommerce.post(combine, body)).status).toBe(200);
    const other = { ...body, combine_out_trade_no: sandbox.no() };
    expect((await sandbox.ecommerce.post(combine, other)).json.code).toBe('OUT_TRADE_NO_USED');
  });
  test('closes only whole', async () => {
    const body = combinedOrder(sandbox);
    await sandbox.ecommerce.post(combine, body);
    const close = `/v3/combine-transactions/out-trade-no/${body.combine_out_trade_no}/close`;
    const subs = body.sub_orders.map(({ mchid, out_trade_no, sub_mchid }) => ({
      mchid,
      out_trade_no,
      sub_mchid,
    }));
    const { combine_appid } = body;
    const part = await sandbox.ecommerce.post(close, { combine_appid, sub_orders: subs.slice(1) });
    expect([part.status, part.json.code]).toEqual([400, 'INVALID_REQUEST']);
    expect((await sandbox.ecommerce.post(close, { combine_appid, sub_orders: subs })).status).toBe(204);
    const target = `/v3/combine-transactions/out-trade-no/${body.combine_out_trade_no}`;
    const { sub_orders } = (await sandbox.ecommerce.get(target)).json;
    expect(sub_orders.map((sub: { trade_state: string }) => sub.trade_state)).toEqual(['CLOSED', 'CLOSED']);
  });
  test('a direct merchant combines 2 to 10 orders', async () => {
    const { appid, mchid } = sandbox.direct.account;
    const { notify_url, combine_payer_info } = combinedOrder(sandbox);
    const sub = () => ({
      mchid,
      attach: 'x',
      description: 'x',
      out_trade_no: sandbox.no(),
      amount: { total_amount: 1, currency: 'CNY' },
    });
    const place = (count: number) =>
      sandbox.direct.post(combine, {
        combine_appid: appid,
        combine_mchid: mchid,
        combine_out_trade_no: sandbox.no(),
        notify_url,
        combine_payer_info,
        sub_orders: Array.from({ length: count }, sub),
      });
    expect((await place(1)).json.detail).toMatchObject({ field: '/sub_orders', value: 1 });
    expect((await place(11)).json.detail).toMatchObject({ field: '/sub_orders', value: 11 });
    expect((await place(2)).status).toBe(200);
  });
});
