import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestClient } from '../testing/client.ts';
import { dayMs, minuteMs, moneyTools, outcome } from '../testing/money.ts';
import { combinedOrder, partnerOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

const settle = { settle_info: { profit_sharing: true } };

let sandbox: Sandbox;
const { advance, balance, expectSoundLedger, pay } = moneyTools(() => sandbox);
beforeEach(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});

const transactionOf = async (no: string) =>
  (await sandbox.control('GET', `/orders/${no}`)).json.order.orders[0].transactionId as string;

test('a partner shares for its sub-merchant, whose ratio it can ask for', async () => {
  const { partner } = sandbox;
  const body = partnerOrder(sandbox, { amount: { total: 1_000 }, ...settle });
  await partner.post('/v3/pay/partner/transactions/jsapi', body);
  await pay(body.out_trade_no);
  await advance(minuteMs);
  const { sub_mchid } = body;
  const common = { sub_mchid, appid: partner.account.appid };
  const add = { ...common, type: 'PERSONAL_OPENID', account: 'oStaff', relation_type: 'STAFF' };
  expect((await partner.post('/v3/profitsharing/receivers/add', add)).status).toBe(200);
  const config = await partner.get(`/v3/profitsharing/merchant-configs/${sub_mchid}`);
  expect(config.json).toEqual({ sub_mchid, max_ratio: 3_000 });
  const share = {
    ...common,
    transaction_id: await transactionOf(String(body.out_trade_no)),
    out_order_no: 'SHARE1',
    receivers: [{ type: 'PERSONAL_OPENID', account: 'oStaff', amount: 300, description: 'x' }],
    unfreeze_unsplit: true,
  };
  expect((await partner.post('/v3/profitsharing/orders', share)).json.sub_mchid).toBe(sub_mchid);
  await advance(minuteMs);
  expect(await balance(String(sub_mchid))).toMatchObject({ availableFen: 694, frozenFen: 0 });
  expect(outcome(await sandbox.ecommerce.post('/v3/profitsharing/orders', share))).toEqual([403, 'NO_AUTH']);
});

describe('of an e-commerce platform', () => {
  const base = '/v3/ecommerce/profitsharing';

  async function paidCombined(client: TestClient) {
    const body = combinedOrder(sandbox);
    await client.post('/v3/combine-transactions/jsapi', body);
    await pay(body.combine_out_trade_no);
    const { json } = await sandbox.control('GET', `/orders/${body.combine_out_trade_no}`);
    const order = json.order.orders.find((one: { profitSharing: boolean }) => one.profitSharing);
    return { subMchid: order.subMchid as string, transactionId: order.transactionId as string };
  }

  test('the platform is a receiver already; shares come back without being asked; the rest is finished', async () => {
    const { ecommerce } = sandbox;
    const platform = ecommerce.account.mchid;
    const { subMchid, transactionId } = await paidCombined(ecommerce);
    const share = {
      sub_mchid: subMchid,
      transaction_id: transactionId,
      out_order_no: 'P1',
      receivers: [{ type: 'MERCHANT_ID', receiver_account: platform, amount: 60, description: '平台服务费' }],
      finish: false,
    };
    expect(outcome(await ecommerce.post(`${base}/orders`, share))).toEqual([400, 'INVALID_REQUEST']);
    await advance(30_000);
    const accepted = await ecommerce.post(`${base}/orders`, share);
    expect(accepted.json).toMatchObject({ status: 'PROCESSING', sub_mchid: subMchid });
    await advance(minuteMs);
    const query = `?sub_mchid=${subMchid}&transaction_id=${transactionId}&out_order_no=P1`;
    expect((await ecommerce.get(`${base}/orders${query}`)).json).toMatchObject({
      status: 'FINISHED',
      receivers: [{ result: 'SUCCESS', receiver_mchid: platform, amount: 60 }],
    });
    await sandbox.control('POST', `/sharing/${platform}`, { returnConsent: false });
    const back = await ecommerce.post(`${base}/returnorders`, {
      sub_mchid: subMchid,
      out_order_no: 'P1',
      out_return_no: 'PB1',
      return_mchid: platform,
      amount: 20,
      description: '回退',
    });
    expect(back.json).toMatchObject({ result: 'SUCCESS', amount: 20 });
    const read = `?sub_mchid=${subMchid}&out_order_no=P1&out_return_no=PB1`;
    expect((await ecommerce.get(`${base}/returnorders${read}`)).json).toEqual(back.json);
    const finish = {
      sub_mchid: subMchid,
      transaction_id: transactionId,
      out_order_no: 'PF',
      description: '完结',
    };
    expect((await ecommerce.post(`${base}/finish-order`, finish)).json).toMatchObject({
      sub_mchid: subMchid,
      order_id: expect.any(String),
    });
    await advance(minuteMs);
    const rest = await ecommerce.get(`${base}/orders/${transactionId}/amounts`);
    expect(rest.json).toEqual({ transaction_id: transactionId, unsplit_amount: 0 });
    expect((await balance(platform)).availableFen).toBe(40);
    expect(await balance(subMchid)).toMatchObject({ availableFen: 199 - 60 + 20, frozenFen: 0 });
  });

  test('other receivers are added for all its sub-merchants; the frozen time is 180 days', async () => {
    const { ecommerce } = sandbox;
    const add = {
      appid: ecommerce.account.appid,
      type: 'PERSONAL_OPENID',
      account: 'oCourier',
      relation_type: 'OTHERS',
    };
    expect((await ecommerce.post(`${base}/receivers/add`, add)).json).toEqual({
      type: 'PERSONAL_OPENID',
      account: 'oCourier',
    });
    const { subMchid, transactionId } = await paidCombined(ecommerce);
    await advance(minuteMs);
    const share = {
      sub_mchid: subMchid,
      transaction_id: transactionId,
      out_order_no: 'P1',
      receivers: [
        { type: 'PERSONAL_OPENID', receiver_account: 'oCourier', amount: 10, description: '配送费' },
      ],
      finish: false,
    };
    expect((await ecommerce.post(`${base}/orders`, share)).status).toBe(200);
    await advance(179 * dayMs);
    expect((await balance(subMchid)).frozenFen).toBe(189);
    await advance(dayMs);
    expect(await balance(subMchid)).toMatchObject({ availableFen: 189, frozenFen: 0 });
  });
});
