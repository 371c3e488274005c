import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestClient } from '../testing/client.ts';
import { dayMs, minuteMs, moneyTools, openedCallback, outcome } from '../testing/money.ts';
import {
  combinedOrder,
  partnerOrder,
  type Receiver,
  type Sandbox,
  startReceiver,
  startSandbox,
} from '../testing/sandbox.ts';

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
const { addFen, advance, balance, pay, takeFen, expectSoundLedger } = moneyTools(() => sandbox);
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

const queried = async (no: string, client: TestClient, query = '') =>
  (await client.get(`${domestic}/${no}${query}`)).json;

describe('of a provider', () => {
  async function paidPartnerOrder() {
    const body = partnerOrder(sandbox);
    await sandbox.partner.post('/v3/pay/partner/transactions/jsapi', body);
    await pay(body.out_trade_no);
    return { no: String(body.out_trade_no), subMchid: String(body.sub_mchid) };
  }

  test('a refund names the sub-merchant in request, query and callback', async () => {
    const { no, subMchid } = await paidPartnerOrder();
    const body = request(no, 40, 100, { sub_mchid: subMchid, notify_url: receiver.url });
    expect(outcome(await sandbox.partner.post(domestic, body))).toEqual([200, 'PROCESSING']);
    expect((await queried(body.out_refund_no, sandbox.partner)).code).toBe('PARAM_ERROR');
    const query = `?sub_mchid=${subMchid}`;
    expect((await queried(body.out_refund_no, sandbox.partner, query)).status).toBe('PROCESSING');
    await settle(body.out_refund_no, 'SUCCESS');
    expect((await openedCallback(receiver, sandbox.partner)).resource).toMatchObject({
      sp_mchid: sandbox.partner.account.mchid,
      sub_mchid: subMchid,
      refund_status: 'SUCCESS',
    });
  });

  test.each<[string, (subMchid: string) => object, number, string]>([
    ['no sub_mchid', () => ({}), 400, 'PARAM_ERROR'],
    ['another sub_mchid of its own', () => ({ sub_mchid: '1900000112' }), 404, 'RESOURCE_NOT_EXISTS'],
    ['the sub_mchid of another provider', () => ({ sub_mchid: '1900000211' }), 403, 'NO_AUTH'],
  ])('%s is refused', async (_name, changes, status, code) => {
    const { no, subMchid } = await paidPartnerOrder();
    const answer = await sandbox.partner.post(domestic, request(no, 1, 100, changes(subMchid)));
    expect(outcome(answer)).toEqual([status, code]);
  });
});

describe('of an e-commerce platform', () => {
  const path = '/v3/ecommerce/refunds';

  async function paidCombined() {
    const body = combinedOrder(sandbox);
    await sandbox.ecommerce.post('/v3/combine-transactions/jsapi', body);
    await pay(body.combine_out_trade_no);
    return { no: body.combine_out_trade_no, subs: body.sub_orders };
  }

  const apply = (outTradeNo: string, subMchid: string | undefined, fen: number, changes: object = {}) => ({
    sub_mchid: subMchid,
    sp_appid: sandbox.ecommerce.account.appid,
    out_trade_no: outTradeNo,
    out_refund_no: `R${sandbox.no()}`,
    amount: { refund: fen, total: 100, currency: 'CNY' },
    ...changes,
  });

  test('each order of a combined payment is refunded by itself', async () => {
    const { no, subs } = await paidCombined();
    const body = apply(subs[0]!.out_trade_no, subs[0]!.sub_mchid, 100, { notify_url: receiver.url });
    const accepted = await sandbox.ecommerce.post(`${path}/apply`, body);
    expect(accepted.json).toEqual({
      refund_id: accepted.json.refund_id,
      out_refund_no: body.out_refund_no,
      create_time: accepted.json.create_time,
      amount: { refund: 100, payer_refund: 100, discount_refund: 0, currency: 'CNY' },
      promotion_detail: [],
      refund_account: 'REFUND_SOURCE_SUB_MERCHANT',
    });
    const { json } = await sandbox.ecommerce.get(`/v3/combine-transactions/out-trade-no/${no}`);
    const states = json.sub_orders.map((one: { trade_state: string }) => one.trade_state);
    expect(states).toEqual(['REFUND', 'SUCCESS']);
    await advance(5 * minuteMs);
    const query = `?sub_mchid=${subs[0]!.sub_mchid}`;
    const byNo = await sandbox.ecommerce.get(`${path}/out-refund-no/${body.out_refund_no}${query}`);
    const byId = await sandbox.ecommerce.get(`${path}/id/${accepted.json.refund_id}${query}`);
    expect(byNo.json).toEqual(byId.json);
    expect(byNo.json).toMatchObject({ status: 'SUCCESS', out_trade_no: subs[0]!.out_trade_no });
    const { resource } = await openedCallback(receiver, sandbox.ecommerce);
    expect(resource).toMatchObject({
      sp_mchid: sandbox.ecommerce.account.mchid,
      sub_mchid: subs[0]!.sub_mchid,
      refund_status: 'SUCCESS',
      refund_account: 'REFUND_SOURCE_SUB_MERCHANT',
    });
  });

  test('a frozen order is refunded from what is frozen', async () => {
    const { subs } = await paidCombined();
    const shared = subs[1]!;
    const before = await balance(String(shared.sub_mchid));
    const body = apply(shared.out_trade_no, shared.sub_mchid, 200, {
      amount: { refund: 200, total: 200 },
    });
    const accepted = await sandbox.ecommerce.post(`${path}/apply`, body);
    expect(accepted.status).toBe(200);
    const after = await balance(String(shared.sub_mchid));
    expect(after.frozenFen).toBe(before.frozenFen - 199);
    expect(after.availableFen).toBe(before.availableFen);
    const { json } = await sandbox.ecommerce.get(`${path}/id/${accepted.json.refund_id}`);
    expect(json.funds_account).toBe('UNAVAILABLE');
    await settle(body.out_refund_no, 'CLOSED');
    expect(await balance(String(shared.sub_mchid))).toEqual(before);
    const closed = await sandbox.ecommerce.get(`${path}/id/${accepted.json.refund_id}`);
    expect(closed.json.status).toBe('CLOSE');
  });

  test('the platform advances a refund, and the sub-merchant returns it once it can', async () => {
    const { subs } = await paidCombined();
    const { mchid } = sandbox.ecommerce.account;
    const subMchid = String(subs[0]!.sub_mchid);
    const body = apply(subs[0]!.out_trade_no, subMchid, 100, {
      refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE',
    });
    expect(outcome(await sandbox.ecommerce.post(`${path}/apply`, body))).toEqual([403, 'NOT_ENOUGH']);
    await addFen(mchid, 100);
    const accepted = await sandbox.ecommerce.post(`${path}/apply`, body);
    expect(accepted.json).toMatchObject({
      amount: { advance: 100 },
      refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE',
    });
    expect((await balance(mchid)).availableFen).toBe(0);
    const target = `${path}/${accepted.json.refund_id}/return-advance`;
    const early = await sandbox.ecommerce.post(target, { sub_mchid: subMchid });
    expect(outcome(early)).toEqual([400, 'INVALID_REQUEST']);
    await settle(body.out_refund_no, 'SUCCESS');
    const query = `${target}?sub_mchid=${subMchid}`;
    expect(outcome(await sandbox.ecommerce.get(query))).toEqual([404, 'RESOURCE_NOT_EXISTS']);
    const { availableFen } = await balance(subMchid);
    await takeFen(subMchid, availableFen);
    const waiting = await sandbox.ecommerce.post(target, { sub_mchid: subMchid });
    expect(waiting.json).toMatchObject({ result: 'PROCESSING', return_amount: 100, payee_mchid: mchid });
    await addFen(subMchid, 100);
    await advance(dayMs);
    expect((await sandbox.ecommerce.get(query)).json.result).toBe('SUCCESS');
    expect((await balance(mchid)).availableFen).toBe(100);
  });

  test('an advance that cannot be returned for 90 days has failed', async () => {
    const { subs } = await paidCombined();
    const subMchid = String(subs[0]!.sub_mchid);
    const { mchid } = sandbox.ecommerce.account;
    await addFen(mchid, 100);
    const body = apply(subs[0]!.out_trade_no, subMchid, 100, {
      refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE',
    });
    const accepted = await sandbox.ecommerce.post(`${path}/apply`, body);
    await settle(body.out_refund_no, 'SUCCESS');
    const { availableFen } = await balance(subMchid);
    await takeFen(subMchid, availableFen);
    const target = `${path}/${accepted.json.refund_id}/return-advance`;
    await sandbox.ecommerce.post(target, { sub_mchid: subMchid });
    await advance(91 * dayMs);
    expect((await sandbox.ecommerce.get(`${target}?sub_mchid=${subMchid}`)).json.result).toBe('FAILED');
  });

  test.each<[string, object, number, string]>([
    ['no sub_mchid', { sub_mchid: undefined }, 400, 'PARAM_ERROR'],
    ['no sp_appid', { sp_appid: undefined }, 400, 'PARAM_ERROR'],
    ['a foreign sp_appid', { sp_appid: 'wx0000000000000000' }, 400, 'APPID_MCHID_NOT_MATCH'],
    ['a refund_account that does not exist', { refund_account: 'PLATFORM' }, 400, 'PARAM_ERROR'],
    ['a sub-merchant of another provider', { sub_mchid: '1900000111' }, 403, 'NO_AUTH'],
  ])('%s is refused', async (_name, changes, status, code) => {
    const { subs } = await paidCombined();
    const body = apply(subs[0]!.out_trade_no, subs[0]!.sub_mchid, 1, changes);
    expect(outcome(await sandbox.ecommerce.post(`${path}/apply`, body))).toEqual([status, code]);
  });
});
