import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../core/account.ts';
import { exclusiveLeaseMs } from '../core/lease.ts';
import { lostAnswer, refusal } from '../wechatpay/testing/fake-transport.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { hasDueApplications } from './due.ts';
import { pollApplications } from './poll.ts';
import { queryApplications } from './query.ts';
import { reviseApplication } from './revise.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';
import { submitApplication } from './submit.ts';
import { alice, bob, type Fixture, fixtureWithForm, refusalOf } from './testing/fixture.ts';

const token = 'token-0123456789abcdef';

async function submitted(kind: ProviderKind) {
  const { fixture, form } = await fixtureWithForm(kind);
  const view = await submitApplication(fixture.ports, alice, token, form);
  return { fixture, form, id: view.applicationId };
}

async function queried(fixture: Fixture, id: string, state: string, more: object = {}) {
  fixture.wechatPay.answer(id, state, more);
  fixture.nowMs += 10_000;
  const [view] = await queryApplications(fixture.ports, alice, id);
  return view!;
}

describe('every official state', () => {
  it.each([
    ['ecommerce', 'CHECKING', 'reviewing'],
    ['ecommerce', 'ACCOUNT_NEED_VERIFY', 'verify-account'],
    ['ecommerce', 'AUDITING', 'reviewing'],
    ['ecommerce', 'REJECTED', 'rejected'],
    ['ecommerce', 'NEED_SIGN', 'sign'],
    ['ecommerce', 'FINISH', 'finished'],
    ['ecommerce', 'FROZEN', 'frozen'],
    ['ecommerce', 'CANCELED', 'cancelled'],
    ['partner', 'APPLYMENT_STATE_EDITTING', 'rejected'],
    ['partner', 'APPLYMENT_STATE_AUDITING', 'reviewing'],
    ['partner', 'APPLYMENT_STATE_REJECTED', 'rejected'],
    ['partner', 'APPLYMENT_STATE_TO_BE_CONFIRMED', 'confirm'],
    ['partner', 'APPLYMENT_STATE_TO_BE_SIGNED', 'sign'],
    ['partner', 'APPLYMENT_STATE_SIGNING', 'reviewing'],
    ['partner', 'APPLYMENT_STATE_FINISHED', 'finished'],
    ['partner', 'APPLYMENT_STATE_CANCELED', 'cancelled'],
  ] as const)('of %s: %s is shown as %s', async (kind, state, stage) => {
    const { fixture, id } = await submitted(kind);
    expect(await queried(fixture, id, state)).toMatchObject({ state, stage });
  });

  it('is kept with the time when it was reached', async () => {
    const { fixture, id } = await submitted('ecommerce');
    await queried(fixture, id, 'AUDITING');
    const signMs = fixture.nowMs + 10_000;
    await queried(fixture, id, 'NEED_SIGN');
    expect((await queried(fixture, id, 'NEED_SIGN')).stages).toEqual([{ stage: 'sign', atMs: signMs }]);
    const { stages } = await queried(fixture, id, 'FINISH');
    expect(stages?.map(({ stage }) => stage)).toEqual(['sign', 'finished']);
  });

  it('that is new to us changes nothing and is logged', async () => {
    const { fixture, id } = await submitted('ecommerce');
    expect(await queried(fixture, id, 'BRAND_NEW')).toMatchObject({ state: 'CHECKING' });
    expect(fixture.logged.join()).toContain('application_state_unknown');
  });
});

describe('a finished application', () => {
  it.each([
    ['ecommerce', 'FINISH', 'ecommerce'],
    ['partner', 'APPLYMENT_STATE_FINISHED', 'partner'],
  ] as const)('of %s becomes a seller, once', async (kind, state, account) => {
    const { fixture, id } = await submitted(kind);
    const view = await queried(fixture, id, state, { sub_mchid: '1900000109' });
    expect(view).toMatchObject({ subMchid: '1900000109', sellerId: '1900000109' });
    await queried(fixture, id, state, { sub_mchid: '1900000109' });
    expect(fixture.documents.all<SellerRecord>(sellersCollection)).toMatchObject([
      { _id: '1900000109', state: 'ACTIVE', account, ownerOpenid: alice, applicationId: id },
    ]);
  });

  it('freezes its seller, and activates it again when WeChat Pay does', async () => {
    const { fixture, id } = await submitted('ecommerce');
    const seller = () => fixture.documents.all<SellerRecord>(sellersCollection)[0]?.state;
    await queried(fixture, id, 'FINISH', { sub_mchid: '1900000109' });
    await queried(fixture, id, 'FROZEN', { sub_mchid: '1900000109' });
    expect(seller()).toBe('FROZEN');
    await queried(fixture, id, 'FINISH', { sub_mchid: '1900000109' });
    expect(seller()).toBe('ACTIVE');
  });

  it('leaves a seller that the operator froze frozen', async () => {
    const { fixture, id } = await submitted('ecommerce');
    await queried(fixture, id, 'FINISH', { sub_mchid: '1900000109' });
    await fixture.documents.update(sellersCollection, '1900000109', {}, { state: 'FROZEN' });
    await queried(fixture, id, 'FINISH', { sub_mchid: '1900000109' });
    expect(fixture.documents.all<SellerRecord>(sellersCollection)[0]?.state).toBe('FROZEN');
  });
});

describe('a rejected application', () => {
  it('tells per field where it is in the form, and gives the form back without what is sensitive', async () => {
    const { fixture, id } = await submitted('ecommerce');
    const view = await queried(fixture, id, 'REJECTED', {
      audit_detail: [
        { param_name: 'id_card_copy', reject_reason: '身份证背面识别失败' },
        { param_name: 'something_else', reject_reason: '别的' },
      ],
    });
    expect(view.rejections).toMatchObject([
      { path: 'id_card_info.id_card_copy', message: '身份证背面识别失败' },
      { path: 'something_else', message: '别的' },
    ]);
    expect(view.rejections?.[0]?.messageEn).toContain('WeChat Pay rejected this');
    expect(view.form).toMatchObject({ organization_type: '4' });
    expect(view.form).not.toHaveProperty('contact_info.mobile_phone');
  });

  it('can be revised under the same number, and only then', async () => {
    const { fixture, form, id } = await submitted('ecommerce');
    fixture.nowMs += 10_000;
    expect((await refusalOf(reviseApplication(fixture.ports, alice, id, form))).code).toBe(
      'APPLICATION_STATE',
    );
    fixture.wechatPay.answer(id, 'REJECTED');
    fixture.nowMs += 10_000;
    const view = await reviseApplication(fixture.ports, alice, id, form);
    expect(view).toMatchObject({ applicationId: id, stage: 'reviewing' });
    expect(fixture.wechatPay.submitted[1]!.out_request_no).toBe(id);
  });

  it('goes back to rejected when WeChat Pay refuses the revision', async () => {
    const { fixture, form, id } = await submitted('ecommerce');
    await queried(fixture, id, 'REJECTED');
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, refusal('PARAM_ERROR'));
    await refusalOf(reviseApplication(fixture.ports, alice, id, form));
    const doc = await fixture.documents.get<ApplicationDocument>(applicationsCollection, id);
    expect(doc).toMatchObject({ state: 'REJECTED', stage: 'rejected' });
  });

  it('is found rejected still when the revision never arrived', async () => {
    const { fixture, form, id } = await submitted('ecommerce');
    await queried(fixture, id, 'REJECTED');
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, lostAnswer());
    await refusalOf(reviseApplication(fixture.ports, alice, id, form));
    fixture.nowMs += 60_000;
    expect((await queryApplications(fixture.ports, alice, id))[0]).toMatchObject({ state: 'REJECTED' });
  });
});

describe('the transfer that proves an account', () => {
  it('is shown with the payer’s name and number opened and masked', async () => {
    const { fixture, id } = await submitted('ecommerce');
    const view = await queried(fixture, id, 'ACCOUNT_NEED_VERIFY', {
      legal_validation_url: 'https://pay.weixin.qq.com/public/apply4ec_sign/s?x=1',
      account_validation: {
        account_name: fixture.wechatPay.encryptForMerchant('张三丰'),
        account_no: fixture.wechatPay.encryptForMerchant('6222000011112222'),
        pay_amount: 124,
        destination_account_number: '7222223333322332',
        destination_account_name: '财付通支付科技有限公司',
        destination_account_bank: '招商银行威盛大厦支行',
        city: '深圳',
        remark: '入驻账户验证',
        deadline: '2026-12-10 17:09:01',
      },
    });
    expect(view.accountValidation).toMatchObject({
      accountNameMasked: '张**',
      accountNoMasked: '…2222',
      payAmountFen: 124,
      destinationAccountNumber: '7222223333322332',
    });
    expect(view.legalValidationUrl).toContain('apply4ec_sign');
    expect(fixture.documents.dump()).not.toContain('张三丰');
    expect(JSON.stringify(view)).not.toContain('6222000011112222');
  });
});

describe('asking about applications', () => {
  it('shows a person only their own', async () => {
    const { fixture, id } = await submitted('ecommerce');
    expect((await refusalOf(queryApplications(fixture.ports, bob, id))).code).toBe('APPLICATION_NOT_FOUND');
    expect(await queryApplications(fixture.ports, bob)).toEqual([]);
    expect(await queryApplications(fixture.ports, alice)).toHaveLength(1);
  });

  it('does not ask WeChat Pay again within five seconds', async () => {
    const { fixture, id } = await submitted('ecommerce');
    await queried(fixture, id, 'AUDITING');
    const calls = fixture.wechatPay.calls.length;
    await queryApplications(fixture.ports, alice, id);
    expect(fixture.wechatPay.calls).toHaveLength(calls);
  });

  it('shows the last known state when WeChat Pay does not answer', async () => {
    const { fixture, id } = await submitted('ecommerce');
    fixture.wechatPay.failNext(fixture.wechatPay.queryRoute, lostAnswer());
    fixture.nowMs += 10_000;
    expect((await queryApplications(fixture.ports, alice, id))[0]).toMatchObject({ state: 'CHECKING' });
  });
});

describe('polling', () => {
  const hasTime = () => true;

  it('finishes an application whose page is closed', async () => {
    const { fixture, id } = await submitted('ecommerce');
    fixture.wechatPay.answer(id, 'FINISH', { sub_mchid: '1900000109' });
    fixture.nowMs += 61_000;
    expect(await pollApplications(fixture.ports, hasTime)).toEqual({ polled: 1, changed: 1, failed: 0 });
    expect(fixture.documents.all(sellersCollection)).toHaveLength(1);
  });

  it('waits longer the longer nothing changes, and never asks about a cancelled one', async () => {
    const { fixture, id } = await submitted('ecommerce');
    const gaps: number[] = [];
    for (let round = 0; round < 8; round++) {
      const doc = await fixture.documents.get<ApplicationDocument>(applicationsCollection, id);
      gaps.push(doc!.nextPollAtMs! - fixture.nowMs);
      fixture.nowMs = doc!.nextPollAtMs!;
      await pollApplications(fixture.ports, hasTime);
    }
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps.at(-1)).toBe(30 * 60_000);
    fixture.wechatPay.answer(id, 'CANCELED');
    fixture.nowMs += 3_600_000;
    await pollApplications(fixture.ports, hasTime);
    fixture.nowMs += 1e10;
    expect((await pollApplications(fixture.ports, hasTime)).polled).toBe(0);
  });

  it('asks once when two timers run at the same moment', async () => {
    const { fixture } = await submitted('ecommerce');
    fixture.nowMs += 61_000;
    const runs = await Promise.all([
      pollApplications(fixture.ports, hasTime),
      pollApplications(fixture.ports, hasTime),
    ]);
    expect(runs.reduce((sum, { polled }) => sum + polled, 0)).toBe(1);
  });

  it('goes on after one that fails, and comes back to it later', async () => {
    const { fixture, id } = await submitted('ecommerce');
    fixture.nowMs += 61_000;
    fixture.wechatPay.failNext(fixture.wechatPay.queryRoute, lostAnswer());
    expect(await pollApplications(fixture.ports, hasTime)).toMatchObject({ polled: 1, failed: 1 });
    fixture.wechatPay.answer(id, 'NEED_SIGN', { sign_url: 'https://pay.weixin.qq.com/s' });
    fixture.nowMs += 600_000;
    expect(await pollApplications(fixture.ports, hasTime)).toMatchObject({ changed: 1 });
  });

  it('is not stopped by applications of another account, which are reported and never queried', async () => {
    const { fixture, id } = await submitted('ecommerce');
    const doc = (await fixture.documents.get<ApplicationDocument>(applicationsCollection, id))!;
    for (let index = 0; index < 30; index++) {
      const other = index % 2 ? { kind: 'partner' as const } : {};
      const mchid = index % 2 ? '1900000001' : '1900000099';
      const turn = { nextPollAtMs: fixture.nowMs - index };
      await fixture.documents.insertIfAbsent(applicationsCollection, {
        ...doc,
        ...other,
        ...turn,
        _id: `${mchid}_${index}`,
      });
    }
    fixture.wechatPay.answer(id, 'FINISH', { sub_mchid: '1900000109' });
    fixture.nowMs += 61_000;
    expect(await pollApplications(fixture.ports, hasTime)).toEqual({ polled: 1, changed: 1, failed: 0 });
    expect(
      fixture.logged.filter((line) => line.startsWith('error application_of_another_account')),
    ).toHaveLength(30);
    expect(await hasDueApplications(fixture.ports)).toBe(false);
    const others = fixture.documents.all<ApplicationDocument>(applicationsCollection);
    expect(others.filter(({ stage }) => stage === 'rejected')).toEqual([]);
  });

  it('goes on after an application that cannot even be claimed, and names it', async () => {
    const { fixture, id } = await submitted('ecommerce');
    const doc = (await fixture.documents.get<ApplicationDocument>(applicationsCollection, id))!;
    const bad = { ...doc, _id: '1900000001_bad', nextPollAtMs: fixture.nowMs };
    await fixture.documents.insertIfAbsent(applicationsCollection, bad);
    const update = fixture.documents.update.bind(fixture.documents);
    fixture.documents.update = (collection, key, where, set) =>
      key === bad._id && 'version' in set
        ? Promise.reject(new Error('broken'))
        : update(collection, key, where, set);
    fixture.wechatPay.answer(id, 'FINISH', { sub_mchid: '1900000109' });
    fixture.nowMs += 61_000;
    expect(await pollApplications(fixture.ports, hasTime)).toMatchObject({ polled: 1, changed: 1 });
    expect(fixture.logged.some((line) => line.startsWith('error') && line.includes(bad._id))).toBe(true);
    expect(await hasDueApplications(fixture.ports)).toBe(false);
  });

  it('resolves an application whose function died after storing it', async () => {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    fixture.wechatPay.on(fixture.wechatPay.submitRoute, () => {
      throw new Error('instance is gone');
    });
    await expect(submitApplication(fixture.ports, alice, token, form)).rejects.toThrow('gone');
    fixture.nowMs += exclusiveLeaseMs + 1;
    await pollApplications(fixture.ports, hasTime);
    expect((await queryApplications(fixture.ports, alice))[0]).toMatchObject({ stage: 'rejected' });
  });

  it('begins nothing when its time is up', async () => {
    const { fixture } = await submitted('ecommerce');
    fixture.nowMs += 61_000;
    expect((await pollApplications(fixture.ports, () => false)).polled).toBe(0);
  });
});
