import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox, type TestSandbox } from './testing/client.ts';
import { encryptForm, validApplications } from './testing/forms.ts';

let sandbox: TestSandbox;
let path: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  const client = sandbox.partner;
  const imageId = await client.mediaId();
  const { form } = validApplications('applyment4sub', { imageId, prefix: 'SETTLE' })[0]!;
  const sent = encryptForm('applyment4sub', form, (clear) => client.encrypt(clear));
  const { body } = await client.post('/v3/applyment4sub/applyment/', sent);
  const id = String(body.applyment_id);
  await sandbox.control('POST', `/applications/${id}/review`, { decision: 'approve' });
  await sandbox.control('POST', `/applications/${id}/sign`);
  await sandbox.clock.advance(10_000);
  const { body: finished } = await client.get(`/v3/applyment4sub/applyment/applyment_id/${id}`);
  path = `/v3/apply4sub/sub_merchants/${String(finished.sub_mchid)}`;
});
afterAll(() => sandbox.simulator.close());

const modify = (edits: Record<string, unknown> = {}, serial?: string | null) =>
  sandbox.partner.post(
    `${path}/modify-settlement`,
    {
      account_type: 'ACCOUNT_TYPE_PRIVATE',
      account_bank: '工商银行',
      bank_address_code: '440300',
      account_number: sandbox.partner.encrypt('6222021234567890123'),
      ...edits,
    },
    serial,
  );
const settlement = async () => (await sandbox.partner.get(`${path}/settlement`)).body;

test('the account of the form is there, masked', async () => {
  expect(await settlement()).toEqual({
    account_type: 'ACCOUNT_TYPE_PRIVATE',
    account_bank: '招商银行',
    account_number: '62************01',
    verify_result: 'VERIFY_SUCCESS',
  });
  const other = await sandbox.partner.get(
    `${path}/settlement?account_number_rule=ACCOUNT_NUMBER_RULE_MASK_V2`,
  );
  expect(other.body.account_number).toBe('622588******0001');
});

test.each([
  ['in clear', { account_number: '6222021234567890123' }, '/account_number'],
  ['of a bank that does not exist', { account_bank: '火星银行' }, '/account_bank'],
  ['of another bank without its branch', { account_bank: '其他银行' }, '/bank_name'],
  ['of an unknown type', { account_type: '75' }, '/account_type'],
  ['with an unknown field', { mobile: '1' }, '/mobile'],
])('a change to an account %s is refused', async (_, edits, field) => {
  expect(await modify(edits)).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', detail: { field } },
  });
});

test('a change without Wechatpay-Serial is refused', async () => {
  expect((await modify({}, null)).body.message).toContain('Wechatpay-Serial');
});

test('a change is looked at first, then in force; only one at a time and five a day', async () => {
  const { body, status } = await modify();
  expect(status).toBe(200);
  const application = `${path}/application/${String(body.application_no)}`;
  expect((await sandbox.partner.get(application)).body).toEqual({
    account_name: '张**',
    account_type: 'ACCOUNT_TYPE_PRIVATE',
    account_bank: '工商银行',
    account_number: '62***************23',
    verify_result: 'AUDITING',
  });
  expect(await modify()).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  expect(await settlement()).toMatchObject({ account_bank: '招商银行' });
  await sandbox.clock.advance(10_000);
  expect((await sandbox.partner.get(application)).body).toMatchObject({
    verify_result: 'AUDIT_SUCCESS',
    verify_finish_time: expect.stringMatching(/\+08:00$/),
  });
  expect(await settlement()).toMatchObject({
    account_bank: '工商银行',
    account_number: '62***************23',
  });
});

test('an account in another name fails, and the old one stays', async () => {
  const { body } = await modify({ account_name: sandbox.partner.encrypt('李四'), account_bank: '建设银行' });
  await sandbox.clock.advance(10_000);
  const answer = await sandbox.partner.get(`${path}/application/${String(body.application_no)}`);
  expect(answer.body).toMatchObject({
    verify_result: 'AUDIT_FAIL',
    verify_fail_reason: '银行卡户名或卡号有误',
  });
  expect(await settlement()).toMatchObject({ account_bank: '工商银行' });
});

test('the sixth change of a day is refused, the first of the next day is not', async () => {
  await sandbox.clock.advance(86_400_000);
  for (let at = 0; at < 5; at++) {
    expect((await modify()).status, `change ${at + 1}`).toBe(200);
    await sandbox.clock.advance(10_000);
  }
  expect((await modify()).body.message).toBe('该商户当天修改结算账户次数已达上限，请第二天再发起修改');
  await sandbox.clock.advance(86_400_000);
  expect((await modify()).status).toBe(200);
});

test('another provider has no business with it; the merchants of the beginning have an account', async () => {
  expect((await sandbox.ecommerce.get(`${path}/settlement`)).status).toBe(403);
  const [first] = sandbox.simulator.credentials().ecommerce.subMerchants;
  const answer = await sandbox.ecommerce.get(`/v3/apply4sub/sub_merchants/${first!.subMchid}/settlement`);
  expect(answer).toMatchObject({ status: 200, body: { verify_result: 'VERIFY_SUCCESS' } });
});
