import { constants, publicEncrypt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, minuteMs, moneyTools, openedCallback, outcome } from '../testing/money.ts';
import { type Receiver, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

const padding = constants.RSA_PKCS1_OAEP_PADDING;
const settle = { settle_info: { profit_sharing: true } };

let sandbox: Sandbox;
let receiver: Receiver;
const { advance, balance, expectSoundLedger, paidOrder, takeFen } = moneyTools(() => sandbox);
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(async () => {
  receiver.callbacks.length = 0;
  sandbox = await startSandbox({ keyMode: 'public-key' });
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});
afterAll(() => receiver.close());

const other = '1900000101';
const otherName = '沙箱普通服务商';
const named = () => ({ headers: { 'wechatpay-serial': sandbox.direct.account.publicKeyId } });
const encrypted = (clear: string) =>
  publicEncrypt({ key: sandbox.direct.account.publicKeyPem, padding }, Buffer.from(clear)).toString('base64');
const transactionOf = async (no: string) =>
  (await sandbox.control('GET', `/orders/${no}`)).json.order.orders[0].transactionId as string;

/** A paid order of 1,000 fen (fee 6) for sharing, a minute old. */
async function sharedOrder(): Promise<{ no: string; transactionId: string }> {
  const no = await paidOrder(1_000, settle);
  await advance(minuteMs);
  return { no, transactionId: await transactionOf(no) };
}

describe('of a direct merchant', () => {
  const appid = () => sandbox.direct.account.appid;
  const addReceiver = (changes: object = {}) =>
    sandbox.direct.post(
      '/v3/profitsharing/receivers/add',
      {
        appid: appid(),
        type: 'MERCHANT_ID',
        account: other,
        name: encrypted(otherName),
        relation_type: 'PARTNER',
        ...changes,
      },
      named(),
    );
  const addPerson = () =>
    addReceiver({ type: 'PERSONAL_OPENID', account: 'oStaff', name: undefined, relation_type: 'STAFF' });
  const toMerchant = (amount: number) => ({
    type: 'MERCHANT_ID',
    account: other,
    amount,
    description: '分给合作方',
  });
  const toPerson = (amount: number) => ({
    type: 'PERSONAL_OPENID',
    account: 'oStaff',
    amount,
    description: '分给店员',
  });
  const returnOf = (outOrderNo: string, changes: object) =>
    sandbox.direct.post('/v3/profitsharing/return-orders', {
      out_order_no: outOrderNo,
      out_return_no: `B${sandbox.no()}`,
      return_mchid: other,
      amount: 150,
      description: '退款回退',
      ...changes,
    });
  const shareBody = (transactionId: string, receivers: object[], unfreeze = false) => ({
    appid: appid(),
    transaction_id: transactionId,
    out_order_no: `S${sandbox.no()}`,
    receivers,
    unfreeze_unsplit: unfreeze,
  });
  const share = (body: object) => sandbox.direct.post('/v3/profitsharing/orders', body);
  const query = async (no: string, transactionId: string) =>
    (await sandbox.direct.get(`/v3/profitsharing/orders/${no}?transaction_id=${transactionId}`)).json;
  const unsplit = async (transactionId: string) =>
    (await sandbox.direct.get(`/v3/profitsharing/transactions/${transactionId}/amounts`)).json.unsplit_amount;
  const unfreeze = (transactionId: string, no: string) =>
    sandbox.direct.post('/v3/profitsharing/orders/unfreeze', {
      transaction_id: transactionId,
      out_order_no: no,
      description: '解冻',
    });

  test('an order is shared with a merchant and a person, and the rest is freed', async () => {
    await addReceiver();
    await addPerson();
    const { transactionId } = await sharedOrder();
    expect(await unsplit(transactionId)).toBe(994);
    const body = shareBody(transactionId, [toMerchant(200), toPerson(100)], true);
    const accepted = await share(body);
    expect(accepted.json).toMatchObject({ state: 'PROCESSING', transaction_id: transactionId });
    expect(accepted.json.receivers.map((one: { result: string }) => one.result)).toEqual([
      'PENDING',
      'PENDING',
    ]);
    await advance(minuteMs);
    const done = await query(body.out_order_no, transactionId);
    expect(done.state).toBe('FINISHED');
    expect(done.receivers.map((one: { result: string }) => one.result)).toEqual(['SUCCESS', 'SUCCESS']);
    expect((await balance(other)).availableFen).toBe(200);
    expect(await balance(sandbox.direct.account.mchid)).toMatchObject({ availableFen: 694, frozenFen: 0 });
    expect(await unsplit(transactionId)).toBe(0);
  });

  test('the same number with the same parameters is the same; with others it is refused', async () => {
    await addReceiver();
    const { transactionId } = await sharedOrder();
    const body = shareBody(transactionId, [toMerchant(100)]);
    const first = await share(body);
    expect((await share(body)).json).toEqual(first.json);
    const changed = { ...body, receivers: [toMerchant(101)] };
    expect(outcome(await share(changed))).toEqual([400, 'INVALID_REQUEST']);
    await advance(minuteMs);
    expect((await balance(other)).availableFen).toBe(100);
  });

  test('each receiver’s result counts: FINISHED is not success', async () => {
    await addReceiver();
    await addPerson();
    await sandbox.control('POST', '/sharing/oStaff', { failReason: 'RECEIVER_REAL_NAME_NOT_VERIFIED' });
    const { transactionId } = await sharedOrder();
    const body = shareBody(transactionId, [toMerchant(200), toPerson(100)]);
    await share(body);
    await advance(minuteMs);
    const done = await query(body.out_order_no, transactionId);
    expect(done.state).toBe('FINISHED');
    expect(done.receivers[1]).toMatchObject({
      result: 'CLOSED',
      fail_reason: 'RECEIVER_REAL_NAME_NOT_VERIFIED',
    });
    expect(await unsplit(transactionId)).toBe(794);
    await sandbox.control('POST', '/sharing/oStaff', { failReason: null });
    const again = shareBody(transactionId, [toPerson(100)]);
    await share(again);
    await advance(minuteMs);
    expect((await query(again.out_order_no, transactionId)).receivers[0].result).toBe('SUCCESS');
  });

  test('nothing is shared in the first minute, nor while a request is being processed', async () => {
    await addReceiver();
    const no = await paidOrder(1_000, settle);
    const transactionId = await transactionOf(no);
    const body = shareBody(transactionId, [toMerchant(100)]);
    const early = await share(body);
    expect(early.json).toMatchObject({
      code: 'INVALID_REQUEST',
      message: '订单处理中，暂时无法分账，请稍后再试',
    });
    await advance(minuteMs);
    expect((await share(body)).status).toBe(200);
    const second = shareBody(transactionId, [toMerchant(100)]);
    expect((await share(second)).json.message).toBe('订单处理中，暂时无法分账，请稍后再试');
    await advance(minuteMs);
    expect((await share(second)).status).toBe(200);
  });

  test('30 % at most, over all requests; another ratio can be agreed', async () => {
    await addReceiver();
    const { transactionId } = await sharedOrder();
    await share(shareBody(transactionId, [toMerchant(250)]));
    await advance(minuteMs);
    const more = shareBody(transactionId, [toMerchant(51)]);
    expect(outcome(await share(more))).toEqual([403, 'RULE_LIMIT']);
    expect((await share(shareBody(transactionId, [toMerchant(50)]))).status).toBe(200);
    await advance(minuteMs);
    await sandbox.control('POST', `/sharing/${sandbox.direct.account.mchid}`, { maxRatio: 10_000 });
    expect((await share(more)).status).toBe(200);
    await advance(minuteMs);
    expect(outcome(await share(shareBody(transactionId, [toMerchant(644)])))).toEqual([403, 'NOT_ENOUGH']);
  });

  test('finishing needs a number of its own: one that was used answers and does nothing', async () => {
    await addReceiver();
    const { transactionId } = await sharedOrder();
    const body = shareBody(transactionId, [toMerchant(100)]);
    await share(body);
    await advance(minuteMs);
    const reused = await unfreeze(transactionId, body.out_order_no);
    expect([reused.status, reused.json.state]).toEqual([200, 'FINISHED']);
    await advance(minuteMs);
    expect(await unsplit(transactionId)).toBe(894);
    expect((await unfreeze(transactionId, 'FINISH1')).json.state).toBe('PROCESSING');
    await advance(minuteMs);
    expect(await unsplit(transactionId)).toBe(0);
    expect((await query('FINISH1', transactionId)).receivers).toEqual([
      expect.objectContaining({ amount: 894, result: 'SUCCESS', account: sandbox.direct.account.mchid }),
    ]);
    expect(outcome(await unfreeze(transactionId, 'FINISH2'))).toEqual([400, 'INVALID_REQUEST']);
    expect(outcome(await share(shareBody(transactionId, [toMerchant(1)])))).toEqual([400, 'INVALID_REQUEST']);
  });

  test('what is not shared is unfrozen automatically after 30 days', async () => {
    const { transactionId } = await sharedOrder();
    await advance(30 * dayMs - 2 * minuteMs);
    expect(await unsplit(transactionId)).toBe(994);
    await advance(2 * minuteMs);
    expect(await unsplit(transactionId)).toBe(0);
    expect((await balance(sandbox.direct.account.mchid)).availableFen).toBe(994);
  });

  test('a merchant gives its share back, up to what it received, if it agreed and has the money', async () => {
    await addReceiver();
    await addPerson();
    const { transactionId } = await sharedOrder();
    const body = shareBody(transactionId, [toMerchant(200), toPerson(100)]);
    await share(body);
    const giveBack = (changes: object = {}) => returnOf(body.out_order_no, changes);
    expect(outcome(await giveBack())).toEqual([400, 'INVALID_REQUEST']);
    await advance(minuteMs);
    await sandbox.control('POST', `/sharing/${other}`, { returnConsent: false });
    expect(outcome(await giveBack())).toEqual([403, 'NO_AUTH']);
    await sandbox.control('POST', `/sharing/${other}`, { returnConsent: true });
    const done = await giveBack({ out_return_no: 'BACK1' });
    expect(done.json).toMatchObject({ result: 'SUCCESS', amount: 150, return_mchid: other });
    expect((await giveBack({ out_return_no: 'BACK1' })).json).toEqual(done.json);
    expect(outcome(await giveBack({ out_return_no: 'BACK1', amount: 1 }))).toEqual([400, 'INVALID_REQUEST']);
    const path = `/v3/profitsharing/return-orders/BACK1?out_order_no=${body.out_order_no}`;
    expect((await sandbox.direct.get(path)).json).toEqual(done.json);
    expect(await balance(sandbox.direct.account.mchid)).toMatchObject({ availableFen: 150, frozenFen: 694 });
    expect(outcome(await giveBack({ amount: 51 }))).toEqual([400, 'INVALID_REQUEST']);
    expect(outcome(await giveBack({ return_mchid: 'oStaff', amount: 1 }))).toEqual([400, 'INVALID_REQUEST']);
    await takeFen(other, 50);
    expect((await giveBack({ amount: 50 })).json).toMatchObject({
      result: 'FAILED',
      fail_reason: 'BALANCE_NOT_ENOUGH',
    });
  });

  test('a refund comes from what is frozen; more needs sharing to be finished first', async () => {
    await addReceiver();
    const { no, transactionId } = await sharedOrder();
    await share(shareBody(transactionId, [toMerchant(300)]));
    await advance(minuteMs);
    const refund = (fen: number, outRefundNo: string) =>
      sandbox.direct.post('/v3/refund/domestic/refunds', {
        out_trade_no: no,
        out_refund_no: outRefundNo,
        amount: { refund: fen, total: 1_000, currency: 'CNY' },
      });
    expect(outcome(await refund(800, 'R1'))).toEqual([403, 'NOT_ENOUGH']);
    expect((await refund(600, 'R2')).json.funds_account).toBe('UNAVAILABLE');
    await advance(minuteMs);
    await unfreeze(transactionId, 'FINISH');
    await advance(minuteMs);
    expect(outcome(await refund(400, 'R3'))).toEqual([403, 'NOT_ENOUGH']);
    await sandbox.control('POST', `/merchants/${sandbox.direct.account.mchid}/balance`, { addFen: 300 });
    expect((await refund(400, 'R3')).json.funds_account).toBe('AVAILABLE');
  });

  test.each<[string, (transactionId: string) => object, number, string]>([
    ['a receiver that was not added', (id) => shareBody(id, [toPerson(1)]), 400, 'INVALID_REQUEST'],
    ['no receivers', (id) => shareBody(id, []), 400, 'PARAM_ERROR'],
    ['51 receivers', (id) => shareBody(id, Array(51).fill(toMerchant(1))), 400, 'PARAM_ERROR'],
    ['an amount of nothing', (id) => shareBody(id, [toMerchant(0)]), 400, 'PARAM_ERROR'],
    ['an unknown transaction', () => shareBody('42000000', [toMerchant(1)]), 404, 'RESOURCE_NOT_EXISTS'],
  ])('%s is refused', async (_name, body, status, code) => {
    await addReceiver();
    const { transactionId } = await sharedOrder();
    expect(outcome(await share(body(transactionId)))).toEqual([status, code]);
  });

  test('an order that was not placed for sharing is refused, and so is a receiver once it was deleted', async () => {
    await addReceiver();
    const plain = await paidOrder(1_000);
    await advance(minuteMs);
    const refused = await share(shareBody(await transactionOf(plain), [toMerchant(1)]));
    expect(refused.json.message).toBe('非分账订单不支持分账');
    const { transactionId } = await sharedOrder();
    const identity = { appid: appid(), type: 'MERCHANT_ID', account: other };
    expect((await sandbox.direct.post('/v3/profitsharing/receivers/delete', identity)).json).toEqual({
      type: 'MERCHANT_ID',
      account: other,
    });
    expect(outcome(await share(shareBody(transactionId, [toMerchant(1)])))).toEqual([400, 'INVALID_REQUEST']);
  });

  test('a receiver that was never added, or was deleted before, cannot be deleted', async () => {
    const identity = { appid: appid(), type: 'MERCHANT_ID', account: other };
    const remove = async () =>
      outcome(await sandbox.direct.post('/v3/profitsharing/receivers/delete', identity));
    expect(await remove()).toEqual([400, 'INVALID_REQUEST']);
    await addReceiver();
    expect([await remove(), await remove()]).toEqual([
      [200, undefined],
      [400, 'INVALID_REQUEST'],
    ]);
  });

  test.each<[string, object]>([
    ['no name of a merchant', { name: undefined }],
    ['a merchant that does not exist', { account: '1999999999' }],
    ['a relation that does not exist', { relation_type: 'FRIEND' }],
    ['a relation of its own without a name', { relation_type: 'CUSTOM' }],
    ['a name in clear', { name: otherName }],
  ])('adding a receiver with %s is refused', async (_name, changes) => {
    expect((await addReceiver(changes)).status).toBe(400);
  });

  test('adding a merchant under another name is refused', async () => {
    expect(outcome(await addReceiver({ name: encrypted('别的商户') }))).toEqual([400, 'INVALID_REQUEST']);
  });

  test.each([
    ['as merchants receive it', {}, ['TRANSACTION.SUCCESS', 'TRANSACTION.SUCCESS']],
    ['as the pages name it', { namedEvents: true }, ['PROFITSHARING.SUCCESS', 'PROFITSHARING.RETURN']],
  ])('only the receiver is called back about a share and its return, %s', async (_, settings, types) => {
    await addReceiver();
    await sandbox.control('POST', `/sharing/${other}`, { notifyUrl: receiver.url, ...settings });
    const { transactionId } = await sharedOrder();
    const body = shareBody(transactionId, [toMerchant(200)]);
    await share(body);
    await advance(minuteMs);
    const shared = await openedCallback(receiver, sandbox.partner);
    expect(shared.notification).toMatchObject({
      event_type: types[0],
      resource: { original_type: 'profitsharing' },
    });
    const { mchid } = sandbox.direct.account;
    expect(shared.resource).toMatchObject({
      ...{ mchid, transaction_id: transactionId, out_order_no: body.out_order_no },
      receiver: { type: 'MERCHANT_ID', account: other, amount: 200 },
    });
    receiver.callbacks.length = 0;
    await returnOf(body.out_order_no, { amount: 50, out_return_no: 'BACK2' });
    await advance(1000);
    const back = await openedCallback(receiver, sandbox.partner);
    expect(back.notification.event_type).toBe(types[1]);
    expect(back.resource).toMatchObject({
      ...{ mchid, transaction_id: transactionId, out_order_no: 'BACK2' },
      receiver: { account: other, amount: 50 },
    });
  });
});
