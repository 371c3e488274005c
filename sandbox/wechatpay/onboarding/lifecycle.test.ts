import { constants, privateDecrypt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from './rules/check.ts';
import { type Answer, startSandbox, type TestClient, type TestSandbox } from './testing/client.ts';
import { encryptForm, validApplications } from './testing/forms.ts';
import { change } from './testing/mutate.ts';
import { companyName } from './testing/people.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

let count = 0;
const open = (client: TestClient, cipher: unknown) =>
  privateDecrypt(
    { key: client.account.privateKeyPem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(String(cipher), 'base64'),
  ).toString('utf8');

async function takesOrders(client: TestClient, subMchid: unknown): Promise<Answer> {
  const { appid, mchid } = client.account;
  return client.post('/v3/pay/partner/transactions/jsapi', {
    sp_appid: appid,
    sp_mchid: mchid,
    sub_mchid: subMchid,
    description: '一份套餐',
    out_trade_no: `ONBOARDED${++count}`,
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 100, currency: 'CNY' },
    payer: { sp_openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  });
}

const review = (id: unknown, body: Json) =>
  sandbox.control('POST', `/applications/${String(id)}/review`, body);
const seconds = (count: number) => sandbox.clock.advance(count * 1000);

describe('二级商户', () => {
  let form: Json;
  let id: unknown;
  const submit = (changed: Json) =>
    sandbox.ecommerce.post(
      '/v3/ecommerce/applyments/',
      encryptForm('ecommerce', changed, (clear) => sandbox.ecommerce.encrypt(clear)),
    );
  const query = async () => (await sandbox.ecommerce.get(`/v3/ecommerce/applyments/${String(id)}`)).body;
  const start = async (variant: string) => {
    const imageId = await sandbox.ecommerce.mediaId();
    const forms = validApplications('ecommerce', { imageId, prefix: `LIFE_${++count}` });
    form = forms.find((it) => it.variant === variant)!.form;
    id = (await submit(form)).body.applyment_id;
  };
  beforeEach(() => start('企业'));

  test('goes from checking over signing to a merchant that takes orders', async () => {
    expect(await query()).toEqual({
      applyment_state: 'CHECKING',
      applyment_state_desc: '资料校验中',
      sign_state: 'NOT_SIGNABLE',
      audit_detail: [],
      out_request_no: form.out_request_no,
      applyment_id: id,
    });
    await seconds(10);
    expect(await query()).toMatchObject({ applyment_state: 'AUDITING', sign_state: 'UNSIGNED' });
    await review(id, { decision: 'approve' });
    const signing = await query();
    expect(signing).toMatchObject({
      applyment_state: 'NEED_SIGN',
      sign_url: expect.stringContaining(`applymentId=${String(id)}`),
      sub_mchid: expect.stringMatching(/^\d{10}$/),
    });
    expect((await takesOrders(sandbox.ecommerce, signing.sub_mchid)).status).not.toBe(200);
    await sandbox.control('POST', `/applications/${String(form.out_request_no)}/sign`);
    const finished = await query();
    expect(finished).toMatchObject({
      applyment_state: 'FINISH',
      sign_state: 'SIGNED',
      sub_mchid: signing.sub_mchid,
    });
    expect(finished).not.toHaveProperty('sign_url');
    expect(await takesOrders(sandbox.ecommerce, finished.sub_mchid)).toMatchObject({
      status: 200,
      body: { prepay_id: expect.any(String) },
    });
    expect(sandbox.simulator.credentials().ecommerce.subMerchants).toContainEqual(
      expect.objectContaining({ subMchid: finished.sub_mchid }),
    );
  });

  test('both queries give the same, and strangers get nothing', async () => {
    const outNo = String(form.out_request_no);
    const byOutNo = await sandbox.ecommerce.get(`/v3/ecommerce/applyments/out-request-no/${outNo}`);
    expect(byOutNo.body).toEqual(await query());
    expect((await sandbox.ecommerce.get('/v3/ecommerce/applyments/1')).status).toBe(404);
    expect((await sandbox.partner.get(`/v3/ecommerce/applyments/${String(id)}`)).status).toBe(403);
  });

  test('rejected with reasons, it may be changed under the same number', async () => {
    await review(id, {
      decision: 'reject',
      reasons: [{ param_name: 'id_card_copy', reject_reason: '身份证照片不清晰' }],
    });
    expect(await query()).toMatchObject({
      applyment_state: 'REJECTED',
      audit_detail: [{ param_name: 'id_card_copy', reject_reason: '身份证照片不清晰' }],
    });
    const again = await submit(change(form, '/contact_info/mobile_phone', '13700137000'));
    expect(again.body).toEqual({ applyment_id: id, out_request_no: form.out_request_no });
    expect(await query()).toMatchObject({ applyment_state: 'CHECKING', audit_detail: [] });
    const shown = await sandbox.control('GET', `/applications/${String(id)}`);
    expect((shown.body.form as Json).contact_info).toMatchObject({ mobile_phone: '13700137000' });
  });

  test('an agent verifies the account by a transfer whose payer is encrypted for the merchant', async () => {
    await start('企业, beneficiaries, agent, pictures');
    await seconds(10);
    const answer = await query();
    const validation = answer.account_validation as Json;
    expect(answer).toMatchObject({
      applyment_state: 'ACCOUNT_NEED_VERIFY',
      legal_validation_url: expect.stringContaining('https://pay.weixin.qq.com/'),
    });
    expect(open(sandbox.ecommerce, validation.account_name)).toBe(companyName);
    expect(validation).toMatchObject({
      pay_amount: expect.any(Number),
      destination_account_name: '财付通支付科技有限公司',
      deadline: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    expect(validation).not.toHaveProperty('account_no');
    await review(id, { decision: 'verify-account' });
    expect(await query()).toMatchObject({ applyment_state: 'AUDITING' });
  });

  test('a person sees the card to pay from; without a transfer in ten days the form is rejected', async () => {
    await start('小微');
    await review(id, { decision: 'verify-account' });
    const validation = (await query()).account_validation as Json;
    expect(open(sandbox.ecommerce, validation.account_no)).toBe('6222020000000000001');
    await sandbox.clock.advance(10 * 86_400_000);
    expect(await query()).toMatchObject({
      applyment_state: 'REJECTED',
      audit_detail: [{ param_name: 'account_number' }],
    });
  });

  test('a finished merchant that is frozen takes no more orders', async () => {
    await review(id, { decision: 'approve' });
    await sandbox.control('POST', `/applications/${String(id)}/sign`);
    const { sub_mchid } = await query();
    await sandbox.control('POST', `/applications/${String(id)}/freeze`, {
      reasons: { merchant_name: '涉嫌违规' },
    });
    expect(await query()).toMatchObject({
      applyment_state: 'FROZEN',
      sign_state: 'NOT_SIGNABLE',
      audit_detail: [{ param_name: 'merchant_name', reject_reason: '涉嫌违规' }],
    });
    expect((await takesOrders(sandbox.ecommerce, sub_mchid)).status).toBe(403);
    expect((await submit(form)).status).toBe(200);
    expect((await submit(change(form, '/merchant_shortname', '别的'))).status).toBe(400);
  });

  test('a cancelled number begins a new application', async () => {
    await sandbox.control('POST', `/applications/${String(id)}/cancel`);
    expect(await query()).toMatchObject({ applyment_state: 'CANCELED' });
    const again = await submit(form);
    expect(again.status).toBe(200);
    expect(again.body.applyment_id).not.toBe(id);
  });

  test('that its provider revokes is cancelled; a finished one is not', async () => {
    const revoke = (applymentId: unknown) =>
      sandbox.ecommerce.post(`/v3/ecommerce/applyments/${String(applymentId)}/revoke`, {});
    expect((await revoke(id)).status).toBe(204);
    expect(await query()).toMatchObject({ applyment_state: 'CANCELED' });
    await start('企业');
    await review(id, { decision: 'approve' });
    await sandbox.control('POST', `/applications/${String(id)}/sign`);
    expect((await revoke(id)).body.code).toBe('INVALID_REQUEST');
  });

  test('an act that the state does not allow is refused and says what is possible', async () => {
    const early = await sandbox.control('POST', `/applications/${String(id)}/sign`);
    expect(early).toMatchObject({ status: 409, body: { error: 'WRONG_STATE' } });
    expect(String(early.body.message)).toContain('approve');
    expect((await review(id, { decision: 'praise' })).status).toBe(400);
    expect((await review(id, { decision: 'reject', reasons: [{ param_name: 'x' }] })).status).toBe(400);
    expect((await review('nobody', { decision: 'approve' })).status).toBe(404);
    expect(await query()).toMatchObject({ applyment_state: 'CHECKING' });
  });

  test('moves on by itself in a sandbox that was restored in the middle of a step', async () => {
    const snapshot = JSON.parse(JSON.stringify(sandbox.simulator.snapshot())) as unknown;
    const other = await startSandbox();
    await other.simulator.restore(snapshot);
    await other.clock.advance(15_000);
    const published = other.bus.since(0).map(({ data }) => data as { applymentId?: number; state?: string });
    expect(published).toContainEqual(expect.objectContaining({ applymentId: id, state: 'AUDITING' }));
    await other.simulator.close();
  });

  test('tells the bus each state, without personal data', () => {
    const events = sandbox.bus.since(0).filter((event) => event.type === 'application');
    expect(events).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ what: 'state', state: 'FINISH' }) }),
    );
    expect(JSON.stringify(events)).not.toMatch(/张三丰|4403051990/);
  });
});

describe('特约商户', () => {
  let form: Json;
  let id: unknown;
  const submit = (changed: Json) =>
    sandbox.partner.post(
      '/v3/applyment4sub/applyment/',
      encryptForm('applyment4sub', changed, (clear) => sandbox.partner.encrypt(clear)),
    );
  const query = async () =>
    (await sandbox.partner.get(`/v3/applyment4sub/applyment/applyment_id/${String(id)}`)).body;
  const start = async (variant: string) => {
    const imageId = await sandbox.partner.mediaId();
    const forms = validApplications('applyment4sub', { imageId, prefix: `LIFE_${++count}` });
    form = forms.find((it) => it.variant === variant)!.form;
    id = (await submit(form)).body.applyment_id;
  };
  beforeEach(() => start('企业'));

  test('goes from auditing over signing to a merchant that takes orders', async () => {
    expect(await query()).toEqual({
      business_code: form.business_code,
      applyment_id: id,
      sign_url: expect.stringContaining(`applymentId=${String(id)}`),
      applyment_state: 'APPLYMENT_STATE_AUDITING',
      applyment_state_msg: '审核中',
      audit_detail: [],
    });
    await review(id, { decision: 'approve' });
    const signing = await query();
    expect(signing).toMatchObject({
      applyment_state: 'APPLYMENT_STATE_TO_BE_SIGNED',
      sub_mchid: expect.stringMatching(/^\d{10}$/),
    });
    await sandbox.control('POST', `/applications/${String(id)}/sign`);
    expect(await query()).toMatchObject({ applyment_state: 'APPLYMENT_STATE_SIGNING' });
    expect((await takesOrders(sandbox.partner, signing.sub_mchid)).status).not.toBe(200);
    await seconds(10);
    expect((await takesOrders(sandbox.partner, signing.sub_mchid)).status).toBe(200);
    expect(await query()).toMatchObject({
      applyment_state: 'APPLYMENT_STATE_FINISHED',
      sub_mchid: signing.sub_mchid,
    });
    expect((await takesOrders(sandbox.ecommerce, signing.sub_mchid)).status).not.toBe(200);
  });

  test('binds the appids of its form to the merchant', async () => {
    await review(id, { decision: 'approve' });
    await sandbox.control('POST', `/applications/${String(id)}/sign`);
    await seconds(10);
    const { sub_mchid } = await query();
    expect(sandbox.simulator.credentials().partner.subMerchants).toContainEqual(
      expect.objectContaining({ subMchid: sub_mchid, name: '张三餐饮店', appids: ['wx1234567890123456'] }),
    );
  });

  test('rejected with reasons, it names the fields in Chinese too and may be changed', async () => {
    await review(id, { decision: 'reject', reasons: { id_card_name: '与营业执照不一致' } });
    expect(await query()).toMatchObject({
      applyment_state: 'APPLYMENT_STATE_REJECTED',
      audit_detail: [{ field: 'id_card_name', field_name: '身份证姓名', reject_reason: '与营业执照不一致' }],
    });
    expect((await submit(form)).body).toEqual({ applyment_id: id });
    expect(await query()).toMatchObject({ applyment_state: 'APPLYMENT_STATE_AUDITING' });
  });

  test('政府机关/事业单位 without a letter verify their account after the review', async () => {
    await start('事业单位, agent in place of the legal person');
    await review(id, { decision: 'approve' });
    expect(await query()).toMatchObject({ applyment_state: 'APPLYMENT_STATE_TO_BE_CONFIRMED' });
    await review(id, { decision: 'verify-account' });
    expect(await query()).toMatchObject({ applyment_state: 'APPLYMENT_STATE_TO_BE_SIGNED' });
  });

  test('an application that fell back to editing is submitted again', async () => {
    await review(id, { decision: 'edit' });
    expect(await query()).toMatchObject({ applyment_state: 'APPLYMENT_STATE_EDITTING' });
    expect((await submit(form)).body).toEqual({ applyment_id: id });
    expect(await query()).toMatchObject({ applyment_state: 'APPLYMENT_STATE_AUDITING' });
  });

  test('an unknown number is reported in the words and the status of the real one', async () => {
    const answer = await sandbox.partner.get('/v3/applyment4sub/applyment/business_code/nothing');
    expect(answer).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR', message: '未能找到申请单' } });
  });

  test('the reviewer sees all applications and what can be done', async () => {
    const { body } = await sandbox.control('GET', '/applications');
    expect(body.applications).toContainEqual(
      expect.objectContaining({
        applymentId: String(id),
        kind: 'applyment4sub',
        stateName: '审核中',
        acts: expect.arrayContaining(['approve', 'reject']),
      }),
    );
  });
});
