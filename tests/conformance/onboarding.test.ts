/** Applications of every subject type, from the shop's own code through its own client to the simulator and back. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import type { ApplicationView } from '../../shared/contract/index.ts';
import { answerApplyMerchant } from '../../shared/merchants/apply-merchant.ts';
import { queryApplyment, submitApplyment } from '../../shared/merchants/applyment.ts';
import { pollApplications } from '../../shared/merchants/poll.ts';
import { sellersCollection } from '../../shared/merchants/sellers.ts';
import { subjectTypes } from '../../shared/wechatpay/applyment/forms/applyment4sub.ts';
import { organizationTypes } from '../../shared/wechatpay/applyment/forms/ecommerce.ts';
import { applyment4subFormOf } from '../../shared/wechatpay/applyment/testing/applyment4sub.ts';
import { ecommerceFormOf } from '../../shared/wechatpay/applyment/testing/ecommerce.ts';
import { withRealParts } from './form-parts.ts';
import { type Kind, type Provider, providerOf } from './provider.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ transportTime: 'virtual' });
  // 小微进件 is a permission that a provider applies for.
  await sandbox.control('POST', '/applications/permissions', { micro: true });
});
afterAll(() => sandbox.close());

const applicant = (number: number) => `oApplicant${String(number).padStart(18, '0')}`;
let applicants = 0;

async function submit(provider: Provider, form: Record<string, unknown>) {
  const openid = applicant(++applicants);
  const ready = await withRealParts(sandbox, provider, openid, form);
  const request = { action: 'submit', requestToken: `token-${openid}`, form: ready };
  const { application } = (await answerApplyMerchant(provider.ports, openid, request)) as {
    application: ApplicationView;
  };
  return { openid, application, form: ready };
}

async function query(provider: Provider, openid: string, applicationId: string): Promise<ApplicationView> {
  await sandbox.clock.advance(12_000);
  const request = { action: 'query', applicationId };
  const { applications } = (await answerApplyMerchant(provider.ports, openid, request)) as {
    applications: ApplicationView[];
  };
  return applications[0]!;
}

const cases: [Kind, string, fc.Arbitrary<Record<string, unknown>>][] = [
  ...organizationTypes.map((subject): [Kind, string, fc.Arbitrary<Record<string, unknown>>] => [
    'ecommerce',
    subject,
    ecommerceFormOf(subject),
  ]),
  ...subjectTypes.map((subject): [Kind, string, fc.Arbitrary<Record<string, unknown>>] => [
    'partner',
    subject,
    applyment4subFormOf(subject),
  ]),
];

describe.each(cases)('a %s application of subject %s', (kind, _, arbitrary) => {
  it('is accepted, seen in clear by WeChat Pay, and becomes a seller once approved and signed', async () => {
    for (const form of fc.sample(arbitrary, { numRuns: 2, seed: 11 })) {
      const provider = providerOf(sandbox, kind);
      const { openid, application, form: sent } = await submit(provider, form);
      const id = application.applicationId;
      const seen = await sandbox.control('GET', `/applications/${id}`);
      expect(seen.json.form).toMatchObject(sent);
      await approveAndSign(kind, id);
      const view = await query(provider, openid, id);
      expect(view).toMatchObject({ stage: 'finished', sellerId: view.subMchid });
      expect(provider.ports.documents.all(sellersCollection)).toMatchObject([
        { ownerOpenid: openid, state: 'ACTIVE', account: kind },
      ]);
    }
  });
});

async function approveAndSign(kind: Kind, id: string): Promise<void> {
  const review = await sandbox.control('POST', `/applications/${id}/review`, { decision: 'approve' });
  expect(review.status).toBe(200);
  if (kind === 'partner' && /CONFIRMED/.test(review.json.state)) {
    await sandbox.control('POST', `/applications/${id}/review`, { decision: 'approve' });
  }
  expect((await sandbox.control('POST', `/applications/${id}/sign`)).status).toBe(200);
}

const sampleOf = (kind: Kind) =>
  fc.sample(kind === 'ecommerce' ? ecommerceFormOf('4') : applyment4subFormOf('SUBJECT_TYPE_INDIVIDUAL'), {
    numRuns: 1,
    seed: 3,
  })[0]!;

describe.each(['ecommerce', 'partner'] as const)('a %s application', (kind) => {
  it('that is rejected says where in the form, is revised under the same number, and goes on', async () => {
    const provider = providerOf(sandbox, kind);
    const { openid, application, form } = await submit(provider, sampleOf(kind));
    const id = application.applicationId;
    const reasons = [{ param_name: 'account_number', reject_reason: '银行账号有误' }];
    await sandbox.control('POST', `/applications/${id}/review`, { decision: 'reject', reasons });
    const rejected = await query(provider, openid, id);
    const block = kind === 'ecommerce' ? 'account_info' : 'bank_account_info';
    expect(rejected).toMatchObject({
      stage: 'rejected',
      rejections: [{ path: `${block}.account_number`, message: '银行账号有误' }],
    });
    const request = { action: 'revise', applicationId: id, form };
    const { application: revised } = (await answerApplyMerchant(provider.ports, openid, request)) as {
      application: ApplicationView;
    };
    expect(revised).toMatchObject({ applicationId: id, stage: 'reviewing' });
    await approveAndSign(kind, id);
    expect((await query(provider, openid, id)).stage).toBe('finished');
  });

  it('is found by the timer when no page is open', async () => {
    const provider = providerOf(sandbox, kind);
    const { application } = await submit(provider, sampleOf(kind));
    await approveAndSign(kind, application.applicationId);
    await sandbox.clock.advance(120_000);
    const summary = await pollApplications(provider.ports, () => true);
    expect(summary).toEqual({ polled: 1, changed: 1, failed: 0 });
    expect(provider.ports.documents.all(sellersCollection)).toHaveLength(1);
  });

  it('whose answer is lost is the same application when it is sent again', async () => {
    const provider = providerOf(sandbox, kind);
    const openid = applicant(++applicants);
    const form = await withRealParts(sandbox, provider, openid, sampleOf(kind));
    const { account } = provider.ports;
    const id = `${account.client.account.mchid}_lost`;
    const first = await submitApplyment(account, id, form);
    // Its sensitive fields are encrypted again.
    expect(await submitApplyment(account, id, form)).toEqual(first);
  });

  it('that WeChat Pay does not know is undefined, not an error', async () => {
    const { account } = providerOf(sandbox, kind).ports;
    expect(await queryApplyment(account, `${account.client.account.mchid}_nobody`)).toBeUndefined();
  });

  it('with one wrong field is refused by WeChat Pay with PARAM_ERROR at that field', async () => {
    const provider = providerOf(sandbox, kind);
    const openid = applicant(++applicants);
    const form = await withRealParts(sandbox, provider, openid, sampleOf(kind));
    const contact = { ...(form.contact_info as object), mobile_phone: '12345' };
    const { account } = provider.ports;
    const wrong = { ...form, contact_info: contact };
    const id = `${account.client.account.mchid}_wrong`;
    await expect(submitApplyment(account, id, wrong)).rejects.toMatchObject({
      kind: 'refused',
      code: 'PARAM_ERROR',
      field: expect.stringContaining('mobile_phone'),
    });
  });

  it('has a settlement account that can be seen and changed once it has finished', async () => {
    const provider = providerOf(sandbox, kind);
    const { openid, application } = await submit(provider, sampleOf(kind));
    const applicationId = application.applicationId;
    await approveAndSign(kind, applicationId);
    await query(provider, openid, applicationId);
    const ask = (request: Record<string, unknown>) =>
      answerApplyMerchant(provider.ports, openid, { applicationId, ...request });
    expect(await ask({ action: 'settlement' })).toMatchObject({
      settlement: { accountNumberMasked: expect.stringContaining('*') },
    });
    const account = {
      account_type: 'ACCOUNT_TYPE_PRIVATE',
      account_bank: '工商银行',
      bank_address_code: '440300',
      account_number: '6222020000000000009',
    };
    const { applicationNo } = (await ask({ action: 'changeSettlement', account })) as {
      applicationNo: string;
    };
    expect(await ask({ action: 'settlementChange', applicationNo })).toMatchObject({ state: 'AUDITING' });
  });

  it('can be filled in from the lists of areas, banks and branches', async () => {
    const { ports } = providerOf(sandbox, kind);
    const ask = (request: Record<string, unknown>): Promise<unknown> =>
      answerApplyMerchant(ports, applicant(1), request);
    const { provinces } = (await ask({ action: 'provinces' })) as { provinces: { code: number }[] };
    const { cities } = (await ask({ action: 'cities', provinceCode: provinces[0]!.code })) as {
      cities: { code: number }[];
    };
    const { banks } = (await ask({ action: 'banks', accountType: 'corporate' })) as {
      banks: { needsBranch: boolean; bankAliasCode: string }[];
    };
    const bankAliasCode = banks.find(({ needsBranch }) => needsBranch)!.bankAliasCode;
    const branches = await ask({ action: 'branches', bankAliasCode, cityCode: cities[0]!.code });
    expect(branches).toMatchObject({ total: expect.any(Number) });
  });
});

describe('the transfer that proves the account of a 二级商户', () => {
  it('arrives encrypted for the platform’s own key, and is shown masked', async () => {
    const provider = providerOf(sandbox, 'ecommerce');
    const { openid, application } = await submit(provider, sampleOf('ecommerce'));
    const id = application.applicationId;
    await sandbox.control('POST', `/applications/${id}/review`, { decision: 'verify-account' });
    const view = await query(provider, openid, id);
    expect(view.stage).toBe('verify-account');
    expect(view.accountValidation?.accountNameMasked).toMatch(/^.\*+$/);
    expect(view.accountValidation?.payAmountFen).toBeGreaterThan(0);
  });
});
