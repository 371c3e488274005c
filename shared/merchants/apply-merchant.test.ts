import { describe, expect, it } from 'vitest';
import { type FakeCall, lostAnswer } from '../wechatpay/testing/fake-transport.ts';
import { answerApplyMerchant } from './apply-merchant.ts';
import { bankCacheCollection } from './banks.ts';
import { routes } from './testing/fake-applyments.ts';
import { alice, bob, Fixture, fixtureWithForm, refusalOf } from './testing/fixture.ts';

const token = 'token-0123456789abcdef';

async function finished() {
  const { fixture, form } = await fixtureWithForm('ecommerce');
  const request = { action: 'submit', requestToken: token, form };
  const { application } = (await answerApplyMerchant(fixture.ports, alice, request)) as {
    application: { applicationId: string };
  };
  fixture.wechatPay.answer(application.applicationId, 'FINISH', { sub_mchid: '1900000109' });
  fixture.nowMs += 10_000;
  const query = { action: 'query', applicationId: application.applicationId };
  await answerApplyMerchant(fixture.ports, alice, query);
  return { fixture, applicationId: application.applicationId };
}

describe('a request', () => {
  it.each([
    ['nothing', undefined],
    ['an unknown action', { action: 'delete' }],
    ['a short token', { action: 'submit', requestToken: 'x', form: {} }],
    ['a form that is a list', { action: 'submit', requestToken: token, form: [] }],
    ['one field too many', { action: 'provinces', colour: 'red' }],
    ['an id that is an operator', { action: 'query', applicationId: { $ne: '' } }],
    ['an id that is a path', { action: 'query', applicationId: '1/2' }],
    ['a path before an id', { action: 'query', applicationId: '/2' }],
    [
      'a number of a change that is a path',
      { action: 'settlementChange', applicationId: '1', applicationNo: '1/' },
    ],
    ['a path before it', { action: 'settlementChange', applicationId: '1', applicationNo: '/1' }],
    ['a page that is too long', { action: 'banks', accountType: 'personal', limit: 201 }],
    ['a bank code with a slash', { action: 'branches', bankAliasCode: '1/2', cityCode: 1 }],
  ])('with %s is refused before anything is asked', async (_, event) => {
    const fixture = new Fixture('ecommerce');
    expect((await refusalOf(answerApplyMerchant(fixture.ports, alice, event))).code).toBe('BAD_REQUEST');
    expect(fixture.wechatPay.calls).toEqual([]);
  });

  it('tells which kind of application this deployment takes', async () => {
    const fixture = new Fixture('partner');
    expect(await answerApplyMerchant(fixture.ports, alice, { action: 'describe' })).toEqual({
      kind: 'partner',
    });
  });
});

describe('an application', () => {
  const colours = { colour: 'red' };

  it('is checked without being sent', async () => {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    const check = (of: object) => answerApplyMerchant(fixture.ports, alice, { action: 'check', form: of });
    expect(await check(form)).toEqual({ fields: [] });
    const path = 'colour';
    const texts = {
      message: expect.stringMatching(/\p{sc=Han}/u),
      messageEn: expect.stringMatching(/^[A-Z]/),
    };
    expect(await check({ ...form, ...colours })).toEqual({ fields: [{ path, ...texts }] });
    expect(fixture.wechatPay.calls).toEqual([]);
  });

  it('is corrected, and taken back', async () => {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    const answer = (request: object) => answerApplyMerchant(fixture.ports, alice, request);
    const { application } = (await answer({ action: 'submit', requestToken: token, form })) as {
      application: { applicationId: string };
    };
    const { applicationId } = application;
    fixture.wechatPay.answer(applicationId, 'REJECTED');
    fixture.nowMs += 10_000;
    const revised = { application: { applicationId, stage: 'reviewing' } };
    expect(await answer({ action: 'revise', applicationId, form })).toMatchObject(revised);
    const revoked = { application: { applicationId, stage: 'cancelled' } };
    expect(await answer({ action: 'revoke', applicationId })).toMatchObject(revoked);
  });
});

describe('areas and banks', () => {
  const requests = [
    [{ action: 'provinces' }, routes.provinces],
    [{ action: 'cities', provinceCode: 10 }, routes.cities],
    [{ action: 'banks', accountType: 'corporate' }, routes.corporateBanks],
    [{ action: 'branches', bankAliasCode: '1000009561', cityCode: 10 }, routes.branches],
  ] as const;

  it.each(requests)('of %j are asked for once a day', async (request, route) => {
    const fixture = new Fixture('ecommerce');
    const first = await answerApplyMerchant(fixture.ports, alice, request);
    fixture.nowMs += 23 * 3_600_000;
    expect(await answerApplyMerchant(fixture.ports, bob, request)).toEqual(first);
    expect(fixture.wechatPay.calls.map((call) => call.route)).toEqual([route]);
    fixture.nowMs += 2 * 3_600_000;
    await answerApplyMerchant(fixture.ports, alice, request);
    expect(fixture.wechatPay.calls.map((call) => call.route)).toEqual([route, route]);
    expect(fixture.documents.all(bankCacheCollection)).toHaveLength(1);
  });

  it.each(requests)('of %j are served old rather than not at all', async (request, route) => {
    const fixture = new Fixture('ecommerce');
    const first = await answerApplyMerchant(fixture.ports, alice, request);
    fixture.nowMs += 48 * 3_600_000;
    fixture.wechatPay.failNext(route, lostAnswer());
    expect(await answerApplyMerchant(fixture.ports, alice, request)).toEqual(first);
  });
});

it.each([
  { action: 'banks', accountType: 'personal', limit: 7 },
  { action: 'banks', accountType: 'personal', offset: 3 },
  { action: 'banks', accountType: 'personal', offset: 100_000 },
  { action: 'branches', bankAliasCode: '1000009561', cityCode: 10, offset: 1, limit: 1 },
])('keeps nothing of %j: of such pages there are as many as somebody asks for', async (request) => {
  const fixture = new Fixture('ecommerce');
  await answerApplyMerchant(fixture.ports, alice, request);
  expect(fixture.documents.all(bankCacheCollection)).toEqual([]);
});

describe('the settlement account', () => {
  const account = {
    account_type: 'ACCOUNT_TYPE_BUSINESS',
    account_bank: '工商银行',
    bank_address_code: '440305',
    account_number: '6222000011112222',
    account_name: '新名称有限公司',
  };

  it('is shown masked, to its owner only', async () => {
    const { fixture, applicationId } = await finished();
    const request = { action: 'settlement', applicationId };
    expect(await answerApplyMerchant(fixture.ports, alice, request)).toMatchObject({
      settlement: { accountNumberMasked: '62*************78', verifyResult: 'VERIFY_SUCCESS' },
    });
    const refusal = await refusalOf(answerApplyMerchant(fixture.ports, bob, request));
    expect(refusal.code).toBe('APPLICATION_NOT_FOUND');
  });

  it('is changed with number and name encrypted, and nothing of them stays here', async () => {
    const { fixture, applicationId } = await finished();
    const request = { action: 'changeSettlement', applicationId, account };
    expect(await answerApplyMerchant(fixture.ports, alice, request)).toEqual({ applicationNo: '102329389' });
    const [{ rawBody: body }] = fixture.wechatPay.callsOf(routes.modifySettlement) as [FakeCall];
    const sent = JSON.parse(body);
    expect(fixture.wechatPay.decrypt(sent.account_number)).toBe(account.account_number);
    expect(fixture.wechatPay.decrypt(sent.account_name)).toBe(account.account_name);
    const traces = [body, fixture.documents.dump(), fixture.logged.join()].join();
    expect(traces).not.toContain(account.account_number);
    expect(traces).not.toContain(account.account_name);
  });

  it('of a wrong type for the subject, or with an unknown field, is refused by field', async () => {
    const { fixture, applicationId } = await finished();
    await fixture.documents.update('applications', applicationId, {}, { form: { organization_type: '2' } });
    const wrong = { ...account, account_type: 'ACCOUNT_TYPE_PRIVATE', sub_mchid: '1' };
    const refusal = await refusalOf(
      answerApplyMerchant(fixture.ports, alice, {
        action: 'changeSettlement',
        applicationId,
        account: wrong,
      }),
    );
    expect(refusal.code).toBe('APPLICATION_INVALID');
    expect(refusal.fields.map(({ path }) => path).sort()).toEqual(['account_type', 'sub_mchid']);
    expect(fixture.wechatPay.callsOf(routes.modifySettlement)).toEqual([]);
  });

  it('does not exist before the application has finished', async () => {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    const request = { action: 'submit', requestToken: token, form };
    const { application } = (await answerApplyMerchant(fixture.ports, alice, request)) as {
      application: { applicationId: string };
    };
    const settlement = { action: 'settlement', applicationId: application.applicationId };
    expect((await refusalOf(answerApplyMerchant(fixture.ports, alice, settlement))).code).toBe(
      'APPLICATION_STATE',
    );
  });

  it('change is asked about by its number', async () => {
    const { fixture, applicationId } = await finished();
    const request = { action: 'settlementChange', applicationId, applicationNo: '102329389' };
    expect(await answerApplyMerchant(fixture.ports, alice, request)).toMatchObject({ state: 'AUDITING' });
  });
});
