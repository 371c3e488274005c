import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';
import type { PushedMessage } from '../types.ts';

let sandbox: Sandbox;
let pushed: PushedMessage[];
let token: string;

beforeEach(async () => {
  pushed = [];
  sandbox = await startSandbox({ onPush: (message) => void pushed.push(message) });
  token = (await stableToken()).access_token;
});
afterEach(() => sandbox.close());

const base = 'http://127.0.0.1:8700';
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes.
async function post(target: string, body: unknown): Promise<any> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await sandbox.fetch(new Request(base + target, { method: 'POST', body: text }));
  expect(answer.status).toBe(200);
  return answer.json();
}
const stableToken = (more: object = {}) => {
  const { appid, appSecret: secret } = sandbox.credentials.direct;
  return post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret, ...more });
};
const call = (api: string, body: unknown) => post(`/wxa/sec/order/${api}?access_token=${token}`, body);

async function paid(): Promise<{ no: string; transactionId: string }> {
  const body = directOrder(sandbox);
  const no = String(body.out_trade_no);
  await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
  const { json } = await sandbox.control('POST', `/orders/${no}/pay`, {});
  return { no, transactionId: json.order.orders[0].transactionId };
}

const uploadOf = (transactionId: string, more: object = {}) => ({
  order_key: { order_number_type: 2, transaction_id: transactionId },
  logistics_type: 1,
  delivery_mode: 1,
  shipping_list: [{ tracking_no: 'A1', express_company: 'ZTO', item_desc: '龙井' }],
  upload_time: new Date(sandbox.clock.now()).toISOString(),
  payer: { openid: 'oPayer' },
  ...more,
});
const upload = async (transactionId: string, more: object = {}) =>
  (await call('upload_shipping_info', uploadOf(transactionId, more))).errcode;
const later = (ms = 1000) => ({ upload_time: new Date(sandbox.clock.now() + ms).toISOString() });
const stateOf = async (transactionId: string) =>
  (await call('get_order', { transaction_id: transactionId })).order.order_state;

describe('an access token', () => {
  it('is the same until shortly before its end, and the old one stays good meanwhile', async () => {
    expect((await stableToken()).access_token).toBe(token);
    await sandbox.clock.advance(7_000_000);
    const fresh = (await stableToken()).access_token;
    expect(fresh).not.toBe(token);
    const { transactionId } = await paid();
    expect(await stateOf(transactionId)).toBe(1);
    await sandbox.clock.advance(200_000);
    expect((await call('get_order', { transaction_id: transactionId })).errcode).toBe(42001);
    token = fresh;
    expect(await stateOf(transactionId)).toBe(1);
    await stableToken({ force_refresh: true });
    expect((await call('get_order', { transaction_id: transactionId })).errcode).toBe(40001);
  });

  it.each([
    [{ secret: 'x' }, 40125],
    [{ appid: 'wx0000000000000000' }, 40013],
    [{ grant_type: 'other' }, 40002],
  ])('is not given for %j', async (more, errcode) => {
    expect(await stableToken(more)).toMatchObject({ errcode, errmsg: expect.stringContaining('rid: ') });
  });

  it('is needed, in the URL', async () => {
    expect(await post('/wxa/sec/order/get_order', { access_token: token })).toMatchObject({ errcode: 41001 });
  });

  it('is not in the record of the exchanges, and neither is the AppSecret', async () => {
    const { transactionId } = await paid();
    await stateOf(transactionId);
    const { json } = await sandbox.control('GET', '/exchanges?limit=50');
    const text = JSON.stringify(json);
    expect(text).toContain('查询订单发货状态');
    expect(text).not.toContain(token);
    expect(text).not.toContain(sandbox.credentials.direct.appSecret);
  });
});

describe('an upload', () => {
  it.each<[string, object | string, number]>([
    ['a list that is an object', { shipping_list: { item_desc: '茶' } }, 47001],
    ['a mode in words', { delivery_mode: 'UNIFIED_DELIVERY' }, 47001],
    ['no payer', { payer: undefined }, 47001],
    ['another payer', { payer: { openid: 'oOther' } }, 10060031],
    ['no list', { shipping_list: undefined }, 268485228],
    [
      'two parcels of a unified delivery',
      { shipping_list: [{ item_desc: 'a' }, { item_desc: 'b' }] },
      268485228,
    ],
    ['no tracking number', { shipping_list: [{ express_company: 'ZTO', item_desc: '茶' }] }, 268485226],
    ['no courier', { shipping_list: [{ tracking_no: 'A1', item_desc: '茶' }] }, 268485227],
    ['no description', { shipping_list: [{ tracking_no: 'A1', express_company: 'ZTO' }] }, 10060008],
    [
      'a local delivery in two modes',
      { logistics_type: 2, delivery_mode: 2, is_all_delivered: true },
      10060006,
    ],
    ['a split delivery that does not say whether it is all', { delivery_mode: 2 }, 10060007],
    ['logistics that do not exist', { logistics_type: 5 }, 10060005],
    ['a mode that does not exist', { delivery_mode: 3 }, 268485224],
    ['a time that is not RFC 3339', { upload_time: '2023-09-22 12:15:57+08:00' }, 268485216],
    ['a number of no type', { order_key: { order_number_type: 3 } }, 268485194],
    ['no transaction_id', { order_key: { order_number_type: 2 } }, 268485195],
    ['no mchid', { order_key: { order_number_type: 1, out_trade_no: 'a' } }, 268485196],
    ['an unknown payment', { order_key: { order_number_type: 2, transaction_id: '42' } }, 10060001],
  ])('is refused with %s', async (_, more, errcode) => {
    const { transactionId } = await paid();
    expect(await upload(transactionId, more as object)).toBe(errcode);
    expect(await stateOf(transactionId)).toBe(1);
  });

  it('is taken once, once more with other parcels, and not a third time', async () => {
    const { transactionId } = await paid();
    const other = (no: string) => ({
      shipping_list: [{ tracking_no: no, express_company: 'ZTO', item_desc: '龙井' }],
    });
    expect(await upload(transactionId)).toBe(0);
    expect(await upload(transactionId, later())).toBe(10060023);
    expect(await upload(transactionId, { ...other('B2'), ...later(-5000) })).toBe(10060023);
    expect(await upload(transactionId, { ...other('B2'), ...later() })).toBe(0);
    expect(await upload(transactionId, { ...other('C3'), ...later(2000) })).toBe(10060003);
  });

  it('is not taken after the money went back', async () => {
    const { no, transactionId } = await paid();
    await sandbox.direct.post('/v3/refund/domestic/refunds', {
      out_trade_no: no,
      out_refund_no: `R${no}`,
      amount: { refund: 100, total: 100, currency: 'CNY' },
    });
    await sandbox.clock.advance(600_000);
    expect(await upload(transactionId)).toBe(10060004);
    expect(await stateOf(transactionId)).toBe(5);
  });
});

it('is received automatically, settled, and reported by events', async () => {
  const { no, transactionId } = await paid();
  await upload(transactionId);
  expect(await stateOf(transactionId)).toBe(2);
  await sandbox.clock.advance(10 * 86_400_000 + 1000);
  token = (await stableToken()).access_token;
  expect(await stateOf(transactionId)).toBe(3);
  await sandbox.clock.advance(120_000);
  expect(await stateOf(transactionId)).toBe(6);
  await sandbox.clock.advance(3_600_000);
  expect(await stateOf(transactionId)).toBe(4);
  expect(pushed).toMatchObject([
    {
      Event: 'trade_manage_order_settlement',
      merchant_trade_no: no,
      estimated_settlement_time: expect.any(Number),
    },
    {
      Event: 'trade_manage_order_settlement',
      confirm_receive_method: 1,
      settlement_time: expect.any(Number),
    },
  ]);
});

it('confirms receipt for the payer of a shipped order only', async () => {
  const { transactionId } = await paid();
  const confirm = (openid: string) =>
    sandbox.control('POST', '/receipts/confirm', { transaction_id: transactionId, openid });
  expect((await confirm('oPayer')).json.error).toBe('NOT_TO_CONFIRM');
  const unknown = await sandbox.control('POST', '/receipts/confirm', { transaction_id: 'T1', openid: 'o' });
  expect([unknown.json.en, unknown.json.zh]).toEqual([
    'The order cannot be shown: no payment has the transaction_id T1.',
    '获取用户订单失败：没有 transaction_id 为 T1 的支付单',
  ]);
  await upload(transactionId);
  expect((await confirm('oOther')).json.error).toBe('OPENID_MISMATCH');
  expect((await confirm('oPayer')).status).toBe(200);
  expect(await stateOf(transactionId)).toBe(3);
});

it('lists orders by state and page', async () => {
  const first = await paid();
  const second = await paid();
  await upload(second.transactionId);
  const numbers = async (body: object) => {
    const { order_list, has_more, last_index } = await call('get_order_list', body);
    return {
      has_more,
      last_index,
      numbers: order_list.map((each: { merchant_trade_no: string }) => each.merchant_trade_no),
    };
  };
  expect(await numbers({ order_state: 2 })).toMatchObject({ numbers: [second.no], has_more: false });
  const page = await numbers({ page_size: 1 });
  expect(page).toMatchObject({ numbers: [first.no], has_more: true });
  expect(await numbers({ page_size: 1, last_index: page.last_index })).toMatchObject({
    numbers: [second.no],
  });
});

describe('a special order (特殊发货报备)', () => {
  const dayS = 86_400;
  const nowS = () => Math.floor(sandbox.clock.now() / 1000);
  const report = async (body: object) => (await call('opspecialorder', body)).errcode;
  const special = async () => (await sandbox.control('GET', '/shipping')).json;

  it('is reported by either number, as a presale order or as a test order', async () => {
    const [first, second] = [await paid(), await paid()];
    const delay_to = nowS() + 20 * dayS;
    expect(await report({ order_id: first.transactionId, type: 1, delay_to })).toBe(0);
    expect(await report({ order_id: second.no, type: 2 })).toBe(0);
    expect((await special()).specials).toEqual([
      { transactionId: first.transactionId, type: 1, delayToMs: delay_to * 1000 },
      { transactionId: second.transactionId, type: 2 },
    ]);
    expect(await stateOf(first.transactionId), 'it still is to be shipped').toBe(1);
  });

  it.each<[string, object, number]>([
    ['no type', {}, 268546000],
    ['a type that does not exist', { type: 3 }, 268546000],
    ['a type in words', { type: 'presale' }, 47001],
    ['no time', { type: 1 }, 268546001],
    ['a time within 15 days', { type: 1, delay: 15 * dayS - 60 }, 268546001],
    ['a time after 330 days', { type: 1, delay: 330 * dayS + 60 }, 268546001],
    ['a time in milliseconds', { type: 1, delay_to: 1_900_000_000_000 }, 268546001],
    ['an unknown number', { type: 2, order_id: '42' }, 268546002],
    ['no number', { type: 2, order_id: undefined }, 268546002],
  ])('is refused with %s', async (_, { delay, ...more }: { delay?: number }, errcode) => {
    const { transactionId } = await paid();
    const time = delay === undefined ? {} : { delay_to: nowS() + delay };
    expect(await report({ order_id: transactionId, ...time, ...more })).toBe(errcode);
    expect((await special()).specials).toEqual([]);
  });

  it('is refused once the order is shipped', async () => {
    const { no, transactionId } = await paid();
    await upload(transactionId);
    expect(await report({ order_id: no, type: 2 })).toBe(268546002);
  });
});

it('refuses a message to nobody in the words of its code', async () => {
  const message = { template_id: 'T', data: {} };
  const refused = await post(`/cgi-bin/message/subscribe/send?access_token=${token}`, message);
  expect(refused).toMatchObject({ errcode: 40003, errmsg: expect.stringMatching(/^invalid openid rid: /) });
});

describe('the page that messages about shipments open', () => {
  it('is set for the mini-program, and unset by an empty path', async () => {
    const { appid } = sandbox.credentials.direct;
    const paths = async () => (await sandbox.control('GET', '/shipping')).json.messagePaths;
    expect(await call('set_msg_jump_path', { path: 'pages/order/index' })).toEqual({
      errcode: 0,
      errmsg: 'ok',
    });
    expect(await paths()).toEqual([{ appid, path: 'pages/order/index' }]);
    expect((await call('set_msg_jump_path', {})).errcode).toBe(47001);
    expect((await call('set_msg_jump_path', { path: '' })).errcode).toBe(0);
    expect(await paths()).toEqual([{ appid, path: '' }]);
  });
});
