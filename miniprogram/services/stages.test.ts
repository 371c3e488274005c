import { afterEach, describe, expect, test, vi } from 'vitest';
import { canApply, stageText } from './stages';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(['zh_CN', 'en'] as const)('in %s', (language) => {
  test.each([
    {
      state: 'ACCOUNT_NEED_VERIFY',
      stage: 'verify-account',
      zh_CN: ['待账户验证', '请按下面的信息汇一笔款，证明账户属于你。'],
      en: ['Verify the account', 'Please make the transfer below to prove the account is yours.'],
    },
    {
      state: 'APPLYMENT_STATE_TO_BE_CONFIRMED',
      stage: 'confirm',
      zh_CN: ['待账户验证', '请超级管理员用微信扫码，按页面指引完成账户验证。'],
      en: ['Verify the account', 'The administrator must scan the code and verify the account there.'],
    },
    {
      state: 'NEED_SIGN',
      stage: 'sign',
      zh_CN: ['待签约', '请超级管理员用微信扫码，签署协议。'],
      en: ['To be signed', 'The administrator must scan the code to sign.'],
    },
    {
      state: 'APPLYMENT_STATE_SIGNING',
      stage: 'reviewing',
      zh_CN: ['开通中', '已签约，微信支付正在开通权限，请稍候。'],
      en: ['Being opened', 'It is signed, and WeChat Pay is opening the account.'],
    },
    {
      state: 'FROZEN',
      stage: 'frozen',
      zh_CN: ['已冻结', '微信支付冻结了这份申请，不能收款。请联系平台客服。'],
      en: ['Frozen', 'WeChat Pay has frozen this application: no payments can be taken. Please contact us.'],
    },
    {
      state: 'CANCELED',
      stage: 'cancelled',
      zh_CN: ['已作废', '这份申请已作废，可以重新申请。'],
      en: ['Cancelled', 'This application is void. You can apply again.'],
    },
  ] as const)('$state is named, with the next step', ({ state, stage, ...words }) => {
    vi.stubGlobal('wx', { getAppBaseInfo: () => ({ language }) });
    const { name, next } = stageText({ state, stage });
    expect([name, next]).toEqual(words[language]);
  });
});

test('another application may be begun when none is under way', () => {
  expect(canApply([])).toBe(true);
  expect(canApply([{ stage: 'cancelled' }, { stage: 'frozen' }, { stage: 'finished' }])).toBe(true);
  expect(canApply([{ stage: 'cancelled' }, { stage: 'rejected' }])).toBe(false);
});
