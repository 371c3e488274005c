/** How far an application is, in words; the same for both kinds. */
import type { ApplicationStage } from '../../shared/contract/index.ts';
import { type Pair, say } from '../i18n/index';
import type { Tone } from './orders';

const stages: Readonly<
  Record<ApplicationStage, { readonly name: Pair; readonly tone: Tone; readonly next: Pair }>
> = {
  reviewing: {
    name: ['审核中', 'In review'],
    tone: 'wait',
    next: [
      '微信支付正在审核资料，一般需要 1 到 2 个工作日。',
      'WeChat Pay is reviewing it, usually within two working days.',
    ],
  },
  'verify-account': {
    name: ['待账户验证', 'Verify the account'],
    tone: 'wait',
    next: [
      '请按下面的信息汇一笔款，证明账户属于你。',
      'Please make the transfer below to prove the account is yours.',
    ],
  },
  rejected: {
    name: ['已驳回', 'Sent back'],
    tone: 'bad',
    next: ['有内容需要修改，改好后可以再次提交。', 'Some fields need changes. You can submit again.'],
  },
  confirm: {
    name: ['待确认', 'To be confirmed'],
    tone: 'wait',
    next: ['请超级管理员用微信扫码确认联系信息。', 'The administrator must scan the code to confirm.'],
  },
  sign: {
    name: ['待签约', 'To be signed'],
    tone: 'wait',
    next: ['请超级管理员用微信扫码，签署协议。', 'The administrator must scan the code to sign.'],
  },
  finished: {
    name: ['已开通', 'Active'],
    tone: 'good',
    next: ['可以收款了。', 'You can take payments now.'],
  },
  frozen: {
    name: ['已冻结', 'Frozen'],
    tone: 'bad',
    next: [
      '微信支付冻结了这个商户，请联系平台客服。',
      'WeChat Pay has frozen this merchant. Please contact us.',
    ],
  },
  cancelled: {
    name: ['已作废', 'Cancelled'],
    tone: 'plain',
    next: ['这份申请已作废，可以重新申请。', 'This application is void. You can apply again.'],
  },
};

export function stageText(stage: ApplicationStage): { name: string; tone: Tone; next: string } {
  const { name, tone, next } = stages[stage];
  return { name: say(name), tone, next: say(next) };
}
