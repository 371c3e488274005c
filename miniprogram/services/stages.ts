/** How far an application is, in words; the same for both kinds. */
import type { ApplicationStage, ApplicationView } from '../../shared/contract/index.ts';
import { type Pair, say } from '../i18n/index';
import type { Tone } from './orders';

interface StageText {
  readonly name: Pair;
  readonly tone: Tone;
  readonly next: Pair;
}

const stages: Readonly<Record<ApplicationStage, StageText>> = {
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
    name: ['已驳回', 'Rejected'],
    tone: 'bad',
    next: ['有内容需要修改，改好后可以再次提交。', 'Some fields need changes. You can submit again.'],
  },
  confirm: {
    name: ['待账户验证', 'Verify the account'],
    tone: 'wait',
    next: [
      '请超级管理员用微信扫码，按页面指引完成账户验证。',
      'The administrator must scan the code and verify the account there.',
    ],
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
      '微信支付冻结了这份申请，不能收款。请联系平台客服。',
      'WeChat Pay has frozen this application: no payments can be taken. Please contact us.',
    ],
  },
  cancelled: {
    name: ['已作废', 'Cancelled'],
    tone: 'plain',
    next: ['这份申请已作废，可以重新申请。', 'This application is void. You can apply again.'],
  },
};

/** 开通权限中: signed, and nothing to do but wait. https://pay.weixin.qq.com/doc/v3/partner/4012697052 */
const opening: StageText = {
  name: ['开通中', 'Being opened'],
  tone: 'wait',
  next: ['已签约，微信支付正在开通权限，请稍候。', 'It is signed, and WeChat Pay is opening the account.'],
};

type Reached = Pick<ApplicationView, 'stage' | 'state'>;

export const isOpening = ({ state }: Reached): boolean => state === 'APPLYMENT_STATE_SIGNING';

export function stageText(reached: Reached): { name: string; tone: Tone; next: string } {
  const { name, tone, next } = isOpening(reached) ? opening : stages[reached.stage];
  return { name: say(name), tone, next: say(next) };
}

/** Whether a user with these applications may begin another one: none is under way or waits for a correction. */
export function canApply(applications: readonly Pick<ApplicationView, 'stage'>[]): boolean {
  return applications.every(({ stage }) => ['finished', 'cancelled', 'frozen'].includes(stage));
}
