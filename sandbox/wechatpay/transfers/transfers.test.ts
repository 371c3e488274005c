import { constants, createPrivateKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, minuteMs, moneyTools, openedCallback, outcome } from '../testing/money.ts';
import { type Receiver, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

const bills = '/v3/fund-app/mch-transfer/transfer-bills';
const padding = constants.RSA_PKCS1_OAEP_PADDING;

let sandbox: Sandbox;
let receiver: Receiver;
const { addFen, advance, balance, expectSoundLedger, takeFen } = moneyTools(() => sandbox);
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  receiver.callbacks.length = 0;
  await addFen(mchid(), 1_000_000);
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});
afterAll(() => receiver.close());

const mchid = () => sandbox.direct.account.mchid;
const billNo = () => `B${sandbox.no()}`;
const named = () => ({ headers: { 'wechatpay-serial': sandbox.direct.account.publicKeyId } });
const encrypted = (clear: string) =>
  publicEncrypt({ key: sandbox.direct.account.publicKeyPem, padding }, Buffer.from(clear)).toString('base64');

function transfer(changes: Record<string, unknown> = {}) {
  return {
    appid: sandbox.direct.account.appid,
    out_bill_no: billNo(),
    openid: 'oPayee',
    transfer_amount: 500,
    transfer_remark: '推广佣金',
    transfer_scene_id: '1005',
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '三月佣金' },
    ],
    ...changes,
  };
}

const post = (body: object) => sandbox.direct.post(bills, body, named());
const query = async (no: unknown) => (await sandbox.direct.get(`${bills}/out-bill-no/${no}`)).json;
const confirm = (no: unknown, body: object = {}) => sandbox.control('POST', `/transfers/${no}/confirm`, body);
const cancel = (no: unknown) => sandbox.direct.send('POST', `${bills}/out-bill-no/${no}/cancel`, '');
const payeeFen = async () => (await sandbox.control('GET', '/ledger')).json.accounts['payer oPayee'] ?? 0;

describe('a transfer', () => {
  test('waits for the payee, who opens and confirms it; then it is paid and called back', async () => {
    const body = transfer({ notify_url: receiver.url });
    const applied = await post(body);
    expect([applied.status, applied.json]).toEqual([
      200,
      {
        out_bill_no: body.out_bill_no,
        transfer_bill_no: expect.stringMatching(/^1330000\d{33}$/),
        create_time: expect.any(String),
        state: 'WAIT_USER_CONFIRM',
        package_info: expect.any(String),
      },
    ]);
    const before = await payeeFen();
    expect((await balance(mchid())).availableFen).toBe(1_000_000 - 500);
    const opened = await sandbox.control('POST', '/transfers/open', {
      mchId: mchid(),
      appId: body.appid,
      package: applied.json.package_info,
    });
    expect(opened.json.transfer).toMatchObject({ outBillNo: body.out_bill_no, amountFen: 500 });
    expect((await confirm(body.out_bill_no, { openid: 'oPayee' })).status).toBe(200);
    expect(await payeeFen()).toBe(before + 500);
    const { notification, resource } = await openedCallback(receiver, sandbox.direct);
    expect(notification.event_type).toBe('MCHTRANSFER.BILL.FINISHED');
    const listed = await sandbox.control('GET', `/notifications?outTradeNo=${body.out_bill_no}`);
    expect(listed.json.notifications).toMatchObject([{ id: notification.id }]);
    expect(resource).toMatchObject({
      out_bill_no: body.out_bill_no,
      state: 'SUCCESS',
      mch_id: mchid(),
      transfer_amount: 500,
      openid: 'oPayee',
    });
    const queried = await query(body.out_bill_no);
    expect(queried).toMatchObject({ state: 'SUCCESS', transfer_remark: '推广佣金', mch_id: mchid() });
    const byId = await sandbox.direct.get(`${bills}/transfer-bill-no/${applied.json.transfer_bill_no}`);
    expect(byId.json).toEqual(queried);
  });

  test('with the same number and parameters is the same; with others it is refused', async () => {
    const body = transfer();
    const first = await post(body);
    expect((await post(body)).json).toEqual(first.json);
    expect((await balance(mchid())).availableFen).toBe(1_000_000 - 500);
    expect(outcome(await post({ ...body, transfer_amount: 501 }))).toEqual([400, 'INVALID_REQUEST']);
    expect((await sandbox.lastExchange()).explanation).toContain('transfer_amount');
  });

  test('is the same also when the name was encrypted anew, which gives other bytes each time', async () => {
    const body = transfer({ transfer_amount: 200_000 });
    const first = await post({ ...body, user_name: encrypted('王小明') });
    const again = await post({ ...body, user_name: encrypted('王小明') });
    expect(again.json.transfer_bill_no).toBe(first.json.transfer_bill_no);
    expect(outcome(await post({ ...body, user_name: encrypted('李雷') }))).toEqual([400, 'INVALID_REQUEST']);
  });

  test('of 2,000 yuan needs the payee’s name, which comes back encrypted for the merchant', async () => {
    const body = transfer({ transfer_amount: 200_000 });
    const refused = await post(body);
    expect(refused.json).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/user_name' } });
    expect((await post({ ...body, transfer_amount: 199_999 })).status).toBe(200);
    const other = { ...transfer({ transfer_amount: 200_000 }), user_name: encrypted('王小明') };
    expect((await post(other)).status).toBe(200);
    const { user_name } = await query(other.out_bill_no);
    const key = createPrivateKey(sandbox.direct.account.privateKeyPem);
    const clear = privateDecrypt({ key, padding }, Buffer.from(user_name, 'base64')).toString('utf8');
    expect(clear).toBe('王小明');
    const { json } = await sandbox.control('GET', `/transfers/${other.out_bill_no}`);
    expect(JSON.stringify(json)).not.toContain('王小明');
  });

  test('that nobody confirms has failed after 24 hours, and the money is back', async () => {
    const body = transfer({ notify_url: receiver.url });
    await post(body);
    await advance(dayMs - minuteMs);
    expect((await query(body.out_bill_no)).state).toBe('WAIT_USER_CONFIRM');
    await advance(minuteMs);
    expect(await query(body.out_bill_no)).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' });
    expect((await openedCallback(receiver, sandbox.direct)).resource.state).toBe('FAIL');
    expect((await balance(mchid())).availableFen).toBe(1_000_000);
    expect(outcome(await cancel(body.out_bill_no))).toEqual([400, 'INVALID_REQUEST']);
  });

  test('can be cancelled until it is confirmed, which takes a moment', async () => {
    const body = transfer({ notify_url: receiver.url });
    const applied = await post(body);
    expect((await cancel(body.out_bill_no)).json).toMatchObject({ state: 'CANCELING' });
    expect((await confirm(body.out_bill_no)).json.error).toBe('WRONG_STATE');
    expect((await post(body)).json).not.toHaveProperty('package_info');
    await advance(minuteMs);
    expect((await query(body.out_bill_no)).state).toBe('CANCELLED');
    expect((await openedCallback(receiver, sandbox.direct)).resource.state).toBe('CANCELLED');
    expect((await cancel(body.out_bill_no)).json).toMatchObject({ state: 'CANCELLED' });
    expect((await balance(mchid())).availableFen).toBe(1_000_000);
    const open = { mchId: mchid(), appId: body.appid, package: applied.json.package_info };
    expect((await sandbox.control('POST', '/transfers/open', open)).status).toBe(409);
    const paid = transfer();
    await post(paid);
    await confirm(paid.out_bill_no);
    expect(outcome(await cancel(paid.out_bill_no))).toEqual([400, 'INVALID_REQUEST']);
  });

  test('may fail when it is confirmed, with WeChat Pay’s reason', async () => {
    const body = transfer();
    await post(body);
    await confirm(body.out_bill_no, { result: 'FAIL', failReason: 'NAME_NOT_CORRECT' });
    expect(await query(body.out_bill_no)).toMatchObject({ state: 'FAIL', fail_reason: 'NAME_NOT_CORRECT' });
    expect((await balance(mchid())).availableFen).toBe(1_000_000);
  });

  test('is found for 30 days, and not by others', async () => {
    const body = transfer();
    const { json } = await post(body);
    expect(outcome(await sandbox.direct.get(`${bills}/out-bill-no/NOSUCH`))).toEqual([404, 'NOT_FOUND']);
    await advance(30 * dayMs - minuteMs);
    expect((await query(body.out_bill_no)).state).toBe('FAIL');
    await advance(2 * minuteMs);
    expect((await query(body.out_bill_no)).code).toBe('NOT_FOUND');
    const byId = await sandbox.direct.get(`${bills}/transfer-bill-no/${json.transfer_bill_no}`);
    expect(outcome(byId)).toEqual([404, 'NOT_FOUND']);
  });

  test('without enough money is NOT_ENOUGH, and accepted after a top-up', async () => {
    const body = transfer({ transfer_amount: 150_000 });
    await takeFen(mchid(), 900_000);
    expect(outcome(await post(body))).toEqual([403, 'NOT_ENOUGH']);
    await addFen(mchid(), 50_000);
    expect((await post(body)).json.state).toBe('WAIT_USER_CONFIRM');
  });
});

describe('is refused', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['less than 0.1 yuan', { transfer_amount: 9 }, 'PARAM_ERROR'],
    ['a number with other characters', { out_bill_no: 'B-1' }, 'PARAM_ERROR'],
    ['a remark of 33 characters', { transfer_remark: '佣'.repeat(33) }, 'PARAM_ERROR'],
    ['no report of the scene', { transfer_scene_report_infos: [] }, 'PARAM_ERROR'],
    [
      'another report than the scene needs',
      { transfer_scene_report_infos: [{ info_type: '活动名称', info_content: 'x' }] },
      'INVALID_REQUEST',
    ],
    ['a perception of another scene', { user_recv_perception: '佣金报酬' }, 'INVALID_REQUEST'],
    ['a scene that does not exist', { transfer_scene_id: '9' }, 'INVALID_REQUEST'],
    ['a foreign appid', { appid: 'wx0000000000000000' }, 'INVALID_REQUEST'],
    ['a name in clear', { user_name: '王小明' }, 'PARAM_ERROR'],
    ['an unknown field', { payer: 'x' }, 'PARAM_ERROR'],
  ])('%s', async (_name, changes, code) => {
    expect(outcome(await post(transfer(changes)))).toEqual([400, code]);
  });

  test('a name below 0.3 yuan', async () => {
    const body = transfer({ transfer_amount: 29, user_name: encrypted('王小明') });
    expect(outcome(await post(body))).toEqual([400, 'PARAM_ERROR']);
  });

  test('a provider, who has transfer APIs of its own', async () => {
    expect(outcome(await sandbox.partner.post(bills, transfer()))).toEqual([403, 'NO_AUTH']);
  });

  test('a confirmation with another package, merchant or person', async () => {
    const body = transfer();
    const { json } = await post(body);
    const good = { mchId: mchid(), appId: body.appid, package: json.package_info };
    for (const wrong of [{ package: 'x' }, { mchId: '1' }, { appId: 'wx1' }, { package: undefined }]) {
      expect((await sandbox.control('POST', '/transfers/open', { ...good, ...wrong })).status).toBe(400);
    }
    expect((await confirm(body.out_bill_no, { openid: 'oOther' })).json.error).toBe('OPENID_MISMATCH');
    expect((await query(body.out_bill_no)).state).toBe('WAIT_USER_CONFIRM');
  });
});

describe('with an authorisation', () => {
  const path = '/v3/fund-app/mch-transfer/user-confirm-authorization';
  const decide = (no: string, agrees: boolean) =>
    sandbox.control('POST', `/transfer-authorizations/${no}/decide`, { agrees });
  const apply = async (no: string) =>
    sandbox.direct.post(path, {
      out_authorization_no: no,
      appid: sandbox.direct.account.appid,
      openid: 'oPayee',
      transfer_scene_id: '1005',
      user_display_name: '推广员',
      authorization_notify_url: receiver.url,
    });
  const authorized = (no: string, changes: Record<string, unknown> = {}) => {
    const { openid: _openid, ...body } = transfer({ out_authorization_no: no, ...changes });
    return sandbox.direct.post(`${bills}/transfer`, body, named());
  };

  test('the payee agrees once, then money arrives without being confirmed', async () => {
    const no = billNo();
    expect((await apply(no)).json).toMatchObject({ state: 'WAIT_USER_CONFIRM', out_authorization_no: no });
    expect(outcome(await authorized(no))).toEqual([400, 'INVALID_REQUEST']);
    await decide(no, true);
    const { notification, resource } = await openedCallback(receiver, sandbox.direct);
    expect(notification.event_type).toBe('MCHTRANSFER.AUTHORIZATION.CONFIRMED');
    expect(resource).toMatchObject({ out_authorization_no: no, state: 'TAKING_EFFECT' });
    const before = await payeeFen();
    const accepted = await authorized(no);
    expect(accepted.json).toMatchObject({ state: 'ACCEPTED', openid: 'oPayee' });
    await advance(minuteMs);
    expect((await query(accepted.json.out_bill_no)).state).toBe('SUCCESS');
    expect(await payeeFen()).toBe(before + 500);
  });

  test('a transfer that it allows may still fail before it is paid, but is not confirmed', async () => {
    const no = billNo();
    await apply(no);
    await decide(no, true);
    const { json } = await authorized(no);
    expect((await balance(mchid())).availableFen).toBe(1_000_000 - 500);
    expect((await confirm(json.out_bill_no)).json.error).toBe('WRONG_STATE');
    expect((await confirm(json.out_bill_no, { result: 'FAIL' })).status).toBe(200);
    await advance(minuteMs);
    const failed = { state: 'FAIL', fail_reason: 'PAYEE_ACCOUNT_ABNORMAL' };
    expect(await query(json.out_bill_no)).toMatchObject(failed);
    expect((await balance(mchid())).availableFen).toBe(1_000_000);
    expect((await confirm(json.out_bill_no, { result: 'FAIL' })).json.error).toBe('WRONG_STATE');
  });

  test('it holds for its scene only, and until either side ends it', async () => {
    const no = billNo();
    await apply(no);
    await decide(no, true);
    const other = await authorized(no, {
      transfer_scene_id: '1009',
      transfer_scene_report_infos: [{ info_type: '采购商品名称', info_content: 'x' }],
    });
    expect(outcome(other)).toEqual([400, 'INVALID_REQUEST']);
    const closed = await sandbox.direct.send('POST', `${path}/out-authorization-no/${no}/close`, '');
    expect(closed.json).toMatchObject({
      state: 'CLOSED',
      close_info: { close_reason: 'CLOSE_VIA_MCH_API' },
    });
    const { notification, resource } = await openedCallback(receiver, sandbox.direct, 2);
    expect(notification.event_type).toBe('MCHTRANSFER.AUTHORIZATION.CLOSED');
    expect(resource).toMatchObject({ out_authorization_no: no, state: 'CLOSED' });
    expect(outcome(await authorized(no))).toEqual([400, 'INVALID_REQUEST']);
    expect((await decide(no, true)).status).toBe(409);
  });

  test('one that nobody answers is closed after 24 hours', async () => {
    const no = billNo();
    await apply(no);
    await advance(dayMs);
    const { json } = await sandbox.direct.get(`${path}/out-authorization-no/${no}`);
    expect(json).toMatchObject({
      state: 'CLOSED',
      close_info: { close_reason: 'USER_OVERDUE_UNCONFIRMED' },
    });
    expect(outcome(await sandbox.direct.get(`${path}/out-authorization-no/NOSUCH`))).toEqual([
      404,
      'NOT_FOUND',
    ]);
  });
});
