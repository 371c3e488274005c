import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../wechatpay/applyment/check.ts';
import { lostAnswer, refusal } from '../wechatpay/testing/fake-transport.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { hasDueApplications } from './due.ts';
import { pollApplications } from './poll.ts';
import { queryApplications } from './query.ts';
import { reviseApplication } from './revise.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';
import { submitApplication } from './submit.ts';
import { alice, bob, refusalOf, type World, worldWithForm } from './testing/world.ts';

const token = 'token-0123456789abcdef';

async function submitted(kind: ProviderKind) {
  const { world, form } = await worldWithForm(kind);
  const view = await submitApplication(world.ports, alice, token, form);
  return { world, form, id: view.applicationId };
}

async function queried(world: World, id: string, state: string, more: object = {}) {
  world.wechatPay.answer(id, state, more);
  world.nowMs += 10_000;
  const [view] = await queryApplications(world.ports, alice, id);
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
    const { world, id } = await submitted(kind);
    expect(await queried(world, id, state)).toMatchObject({ state, stage });
  });

  it('that is new to us changes nothing and is logged', async () => {
    const { world, id } = await submitted('ecommerce');
    expect(await queried(world, id, 'BRAND_NEW')).toMatchObject({ state: 'CHECKING' });
    expect(world.logged.join()).toContain('application_state_unknown');
  });
});

describe('a finished application', () => {
  it.each([
    ['ecommerce', 'FINISH', 'ecommerce'],
    ['partner', 'APPLYMENT_STATE_FINISHED', 'partner'],
  ] as const)('of %s becomes a seller, once', async (kind, state, account) => {
    const { world, id } = await submitted(kind);
    const view = await queried(world, id, state, { sub_mchid: '1900000109' });
    expect(view).toMatchObject({ subMchid: '1900000109', sellerId: '1900000109' });
    await queried(world, id, state, { sub_mchid: '1900000109' });
    expect(world.documents.all<SellerRecord>(sellersCollection)).toMatchObject([
      { _id: '1900000109', state: 'ACTIVE', account, ownerOpenid: alice, applicationId: id },
    ]);
  });

  it('freezes its seller, and brings it back when WeChat Pay does', async () => {
    const { world, id } = await submitted('ecommerce');
    const seller = () => world.documents.all<SellerRecord>(sellersCollection)[0]?.state;
    await queried(world, id, 'FINISH', { sub_mchid: '1900000109' });
    await queried(world, id, 'FROZEN', { sub_mchid: '1900000109' });
    expect(seller()).toBe('FROZEN');
    await queried(world, id, 'FINISH', { sub_mchid: '1900000109' });
    expect(seller()).toBe('ACTIVE');
  });

  it('leaves a seller that the operator froze frozen', async () => {
    const { world, id } = await submitted('ecommerce');
    await queried(world, id, 'FINISH', { sub_mchid: '1900000109' });
    await world.documents.update(sellersCollection, '1900000109', {}, { state: 'FROZEN' });
    await queried(world, id, 'FINISH', { sub_mchid: '1900000109' });
    expect(world.documents.all<SellerRecord>(sellersCollection)[0]?.state).toBe('FROZEN');
  });
});

describe('a rejected application', () => {
  it('tells per field where it is in the form, and gives the form back without what is sensitive', async () => {
    const { world, id } = await submitted('ecommerce');
    const view = await queried(world, id, 'REJECTED', {
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
    const { world, form, id } = await submitted('ecommerce');
    world.nowMs += 10_000;
    expect((await refusalOf(reviseApplication(world.ports, alice, id, form))).code).toBe('APPLICATION_STATE');
    world.wechatPay.answer(id, 'REJECTED');
    world.nowMs += 10_000;
    const view = await reviseApplication(world.ports, alice, id, form);
    expect(view).toMatchObject({ applicationId: id, stage: 'reviewing' });
    expect(world.wechatPay.submitted[1]!.out_request_no).toBe(id);
  });

  it('goes back to rejected when WeChat Pay refuses the revision', async () => {
    const { world, form, id } = await submitted('ecommerce');
    await queried(world, id, 'REJECTED');
    world.wechatPay.failNext(world.wechatPay.submitRoute, refusal('PARAM_ERROR'));
    await refusalOf(reviseApplication(world.ports, alice, id, form));
    const doc = await world.documents.get<ApplicationDocument>(applicationsCollection, id);
    expect(doc).toMatchObject({ state: 'REJECTED', stage: 'rejected' });
  });

  it('is found rejected still when the revision never arrived', async () => {
    const { world, form, id } = await submitted('ecommerce');
    await queried(world, id, 'REJECTED');
    world.wechatPay.failNext(world.wechatPay.submitRoute, lostAnswer());
    await refusalOf(reviseApplication(world.ports, alice, id, form));
    world.nowMs += 60_000;
    expect((await queryApplications(world.ports, alice, id))[0]).toMatchObject({ state: 'REJECTED' });
  });
});

describe('the transfer that proves an account', () => {
  it('is shown with the payer’s name and number opened and masked', async () => {
    const { world, id } = await submitted('ecommerce');
    const view = await queried(world, id, 'ACCOUNT_NEED_VERIFY', {
      legal_validation_url: 'https://pay.weixin.qq.com/public/apply4ec_sign/s?x=1',
      account_validation: {
        account_name: world.wechatPay.encryptForMerchant('张三丰'),
        account_no: world.wechatPay.encryptForMerchant('6222000011112222'),
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
    expect(world.documents.dump()).not.toContain('张三丰');
    expect(JSON.stringify(view)).not.toContain('6222000011112222');
  });
});

describe('asking about applications', () => {
  it('shows a person only their own', async () => {
    const { world, id } = await submitted('ecommerce');
    expect((await refusalOf(queryApplications(world.ports, bob, id))).code).toBe('APPLICATION_NOT_FOUND');
    expect(await queryApplications(world.ports, bob)).toEqual([]);
    expect(await queryApplications(world.ports, alice)).toHaveLength(1);
  });

  it('does not ask WeChat Pay again within five seconds', async () => {
    const { world, id } = await submitted('ecommerce');
    await queried(world, id, 'AUDITING');
    const calls = world.wechatPay.calls.length;
    await queryApplications(world.ports, alice, id);
    expect(world.wechatPay.calls).toHaveLength(calls);
  });

  it('shows the last known state when WeChat Pay does not answer', async () => {
    const { world, id } = await submitted('ecommerce');
    world.wechatPay.failNext(world.wechatPay.queryRoute, lostAnswer());
    world.nowMs += 10_000;
    expect((await queryApplications(world.ports, alice, id))[0]).toMatchObject({ state: 'CHECKING' });
  });
});

describe('polling', () => {
  const hasTime = () => true;

  it('brings an application to its end when nobody is looking', async () => {
    const { world, id } = await submitted('ecommerce');
    world.wechatPay.answer(id, 'FINISH', { sub_mchid: '1900000109' });
    world.nowMs += 61_000;
    expect(await pollApplications(world.ports, hasTime)).toEqual({ polled: 1, changed: 1, failed: 0 });
    expect(world.documents.all(sellersCollection)).toHaveLength(1);
  });

  it('waits longer the longer nothing changes, and never asks about a cancelled one', async () => {
    const { world, id } = await submitted('ecommerce');
    const gaps: number[] = [];
    for (let round = 0; round < 8; round++) {
      const doc = await world.documents.get<ApplicationDocument>(applicationsCollection, id);
      gaps.push(doc!.nextPollAtMs! - world.nowMs);
      world.nowMs = doc!.nextPollAtMs!;
      await pollApplications(world.ports, hasTime);
    }
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps.at(-1)).toBe(30 * 60_000);
    world.wechatPay.answer(id, 'CANCELED');
    world.nowMs += 3_600_000;
    await pollApplications(world.ports, hasTime);
    world.nowMs += 1e10;
    expect((await pollApplications(world.ports, hasTime)).polled).toBe(0);
  });

  it('asks once when two timers run at the same moment', async () => {
    const { world } = await submitted('ecommerce');
    world.nowMs += 61_000;
    const runs = await Promise.all([
      pollApplications(world.ports, hasTime),
      pollApplications(world.ports, hasTime),
    ]);
    expect(runs.reduce((sum, { polled }) => sum + polled, 0)).toBe(1);
  });

  it('goes on after one that fails, and comes back to it later', async () => {
    const { world, id } = await submitted('ecommerce');
    world.nowMs += 61_000;
    world.wechatPay.failNext(world.wechatPay.queryRoute, lostAnswer());
    expect(await pollApplications(world.ports, hasTime)).toMatchObject({ polled: 1, failed: 1 });
    world.wechatPay.answer(id, 'NEED_SIGN', { sign_url: 'https://pay.weixin.qq.com/s' });
    world.nowMs += 600_000;
    expect(await pollApplications(world.ports, hasTime)).toMatchObject({ changed: 1 });
  });

  it('is not stopped by applications of another account, which are reported and never asked about', async () => {
    const { world, id } = await submitted('ecommerce');
    const doc = (await world.documents.get<ApplicationDocument>(applicationsCollection, id))!;
    for (let index = 0; index < 30; index++) {
      const other = index % 2 ? { kind: 'partner' as const } : {};
      const mchid = index % 2 ? '1900000001' : '1900000099';
      const turn = { nextPollAtMs: world.nowMs - index };
      await world.documents.insertIfAbsent(applicationsCollection, {
        ...doc,
        ...other,
        ...turn,
        _id: `${mchid}_${index}`,
      });
    }
    world.wechatPay.answer(id, 'FINISH', { sub_mchid: '1900000109' });
    world.nowMs += 61_000;
    expect(await pollApplications(world.ports, hasTime)).toEqual({ polled: 1, changed: 1, failed: 0 });
    expect(
      world.logged.filter((line) => line.startsWith('error application_of_another_account')),
    ).toHaveLength(30);
    expect(await hasDueApplications(world.ports)).toBe(false);
    const others = world.documents.all<ApplicationDocument>(applicationsCollection);
    expect(others.filter(({ stage }) => stage === 'rejected')).toEqual([]);
  });

  it('goes on after an application that cannot even be claimed, and names it', async () => {
    const { world, id } = await submitted('ecommerce');
    const doc = (await world.documents.get<ApplicationDocument>(applicationsCollection, id))!;
    const bad = { ...doc, _id: '1900000001_bad', nextPollAtMs: world.nowMs };
    await world.documents.insertIfAbsent(applicationsCollection, bad);
    const update = world.documents.update.bind(world.documents);
    world.documents.update = (collection, key, where, set) =>
      key === bad._id && 'version' in set
        ? Promise.reject(new Error('broken'))
        : update(collection, key, where, set);
    world.wechatPay.answer(id, 'FINISH', { sub_mchid: '1900000109' });
    world.nowMs += 61_000;
    expect(await pollApplications(world.ports, hasTime)).toMatchObject({ polled: 1, changed: 1 });
    expect(world.logged.some((line) => line.startsWith('error') && line.includes(bad._id))).toBe(true);
    expect(await hasDueApplications(world.ports)).toBe(false);
  });

  it('resolves an application whose function died after storing it', async () => {
    const { world, form } = await worldWithForm('ecommerce');
    world.wechatPay.on(world.wechatPay.submitRoute, () => {
      throw new Error('instance is gone');
    });
    await expect(submitApplication(world.ports, alice, token, form)).rejects.toThrow('gone');
    world.nowMs += 61_000;
    await pollApplications(world.ports, hasTime);
    expect((await queryApplications(world.ports, alice))[0]).toMatchObject({ stage: 'rejected' });
  });

  it('begins nothing when its time is up', async () => {
    const { world } = await submitted('ecommerce');
    world.nowMs += 61_000;
    expect((await pollApplications(world.ports, () => false)).polled).toBe(0);
  });
});
