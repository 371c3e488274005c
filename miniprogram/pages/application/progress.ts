/** An application as the progress page shows it. */
import type { ApplicationStage, ApplicationView } from '../../../shared/contract/index.ts';
import { say, texts } from '../../i18n/index';
import { inTheirWords, placeErrors } from '../../services/apply/form';
import type { ApplicationForm, Values } from '../../services/apply/types';
import { isOpening } from '../../services/stages';
import { dateTime } from '../../utils/time';

const t = texts({
  submitted: ['提交申请', 'Submitted'],
  reviewed: ['微信支付审核', 'Review by WeChat Pay'],
  verified: ['账户验证', 'Account verification'],
  signed: ['签约', 'Signing'],
  finished: ['开通收款', 'Active'],
  whole: ['申请资料', 'The application'],
  payer: ['付款账户户名', 'Pay from (name)'],
  payerNo: ['付款账号', 'Pay from (account)'],
  payee: ['收款户名', 'Pay to'],
  payeeNo: ['收款账号', 'Account'],
  payeeBank: ['收款银行', 'Bank'],
  payeeCity: ['开户城市', 'City'],
  remark: ['汇款备注', 'Remark'],
  deadline: ['截止时间', 'Before'],
  scanToSign: ['签署协议', 'Sign the contract'],
  scanToVerify: ['验证账户', 'Verify the account'],
  scanInstead: ['或由法人扫码验证', 'Or verify without a transfer'],
  administrator: [
    '请超级管理员用微信扫码，或长按识别',
    'The administrator scans it in WeChat, or holds a finger on it',
  ],
  legalPerson: [
    '请商户法人用微信扫码，或长按识别',
    'The legal representative scans it in WeChat, or holds a finger on it',
  ],
});

export interface Mile {
  readonly label: string;
  readonly state: 'done' | 'now' | 'bad' | 'todo';
  readonly note: string;
  readonly last: boolean;
}

type Step = 'submitted' | 'verified' | 'reviewed' | 'signed' | 'finished';

/** The step that an application is at; `finished` is past the last one. */
const currentStep: Readonly<Record<Reached, Step | undefined>> = {
  reviewing: 'reviewed',
  rejected: 'reviewed',
  'verify-account': 'verified',
  confirm: 'verified',
  sign: 'signed',
  opening: 'finished',
  finished: undefined,
};

/** Every stage but those that end an application, which may come at any step. */
type Reached = Exclude<ApplicationStage, 'frozen' | 'cancelled'> | 'opening';

/** Each step that is done with its time; none for those to come. */
export function timelineOf(application: ApplicationView): Mile[] {
  const { stage, updatedAtMs } = application;
  const steps = stepsOf(application);
  const current = currentStep[reachedBy(application)];
  const isEnded = stage === 'frozen' || stage === 'cancelled';
  // What ends a finished application ends that it takes payments.
  const done = current ? steps.indexOf(current) : isEnded ? steps.length - 1 : steps.length;
  return steps.map((step, index) => {
    const turn = isEnded || stage === 'rejected' ? 'bad' : 'now';
    const state = index < done ? 'done' : index > done ? 'todo' : turn;
    const shownMs =
      state === 'done' ? doneAtMs(application, step) : state === 'bad' ? updatedAtMs : undefined;
    return {
      ...{ label: t[step], state },
      note: shownMs === undefined ? '' : dateTime(shownMs),
      last: index === steps.length - 1,
    };
  });
}

/** 电商收付通 verifies the account before its review (资料校验中, 待账户验证, 审核中), 特约商户进件 after it. */
function stepsOf(application: ApplicationView): Step[] {
  const verifies = [application, ...currentRound(application)].some(({ stage }) => isVerification(stage));
  if (!verifies) return ['submitted', 'reviewed', 'signed', 'finished'];
  return application.kind === 'ecommerce'
    ? ['submitted', 'verified', 'reviewed', 'signed', 'finished']
    : ['submitted', 'reviewed', 'verified', 'signed', 'finished'];
}

/** The stage that it is at, or was at when it ended. */
function reachedBy(application: ApplicationView): Reached {
  const { stage, stages = [], sellerId } = application;
  if (isOpening(application)) return 'opening';
  if (stage !== 'frozen' && stage !== 'cancelled') return stage;
  const before = stages
    .map((change) => change.stage)
    .filter((each) => each !== 'frozen' && each !== 'cancelled');
  return before.at(-1) ?? (sellerId ? 'finished' : 'reviewing');
}

function doneAtMs(application: ApplicationView, step: Step): number | undefined {
  if (step === 'submitted') return submittedAtMs(application);
  const round = currentRound(application);
  const changeAfter = (is: (stage: ApplicationStage) => boolean) =>
    round[round.findIndex(({ stage }) => is(stage)) + 1]?.atMs;
  if (step === 'verified') return changeAfter(isVerification);
  if (step === 'signed' && round.some(({ stage }) => isSigning(stage))) return changeAfter(isSigning);
  const reaches = step === 'reviewed' ? afterReview[application.kind] : afterSigning;
  return round.find(({ stage }) => reaches.includes(stage))?.atMs;
}

const isSigning = (stage: ApplicationStage) => stage === 'sign';

const isVerification = (stage: ApplicationStage) => stage === 'verify-account' || stage === 'confirm';

/** The stages that an application comes to after its review. */
const afterReview: Readonly<Record<ApplicationView['kind'], readonly ApplicationStage[]>> = {
  ecommerce: ['sign', 'finished'],
  partner: ['confirm', 'sign', 'finished'],
};

const afterSigning: readonly ApplicationStage[] = ['finished'];

/** The changes since it was last submitted. */
function currentRound(application: ApplicationView): NonNullable<ApplicationView['stages']> {
  return (application.stages ?? []).slice(lastRejection(application) + 1);
}

/** A rejected application is submitted again under the same number. */
function submittedAtMs(application: ApplicationView): number {
  const rejected = lastRejection(application);
  return (rejected >= 0 ? application.stages?.[rejected + 1]?.atMs : undefined) ?? application.createdAtMs;
}

function lastRejection({ stages = [] }: ApplicationView): number {
  return stages.map(({ stage }) => stage).lastIndexOf('rejected');
}

export interface Scan {
  readonly title: string;
  readonly hint: string;
  readonly url: string;
}

/**
 * The code that somebody scans next: 签约链接 is for the administrator, 法人验证链接 of 电商收付通 replaces the transfer.
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/applyment/get-state-by-out-request-no.html
 */
export function scanOf({ stage, signUrl, legalValidationUrl }: ApplicationView): Scan | null {
  if (stage === 'sign' && signUrl) return { title: t.scanToSign, hint: t.administrator, url: signUrl };
  if (stage === 'confirm' && signUrl) return { title: t.scanToVerify, hint: t.administrator, url: signUrl };
  if (stage !== 'verify-account' || !legalValidationUrl) return null;
  return { title: t.scanInstead, hint: t.legalPerson, url: legalValidationUrl };
}

/** The reasons, each with the name of its field as the form calls it. */
export function reasonsOf(
  application: ApplicationView,
  form: ApplicationForm,
  values: Values,
): { readonly label: string; readonly reason: string }[] {
  return inTheirWords(application.rejections ?? []).map((rejection) => {
    const { byKey } = placeErrors(form, values, [rejection]);
    const key = Object.keys(byKey)[0];
    const fields = form.steps.flatMap((step) => step.fields);
    const field =
      fields.find((each) => each.key === (key ?? rejection.path)) ??
      fields.find((each) => rejection.path !== '' && each.key.endsWith(`.${rejection.path}`));
    return {
      label: field ? say(field.label) : t.whole,
      reason: say([rejection.message, rejection.messageEn]),
    };
  });
}

/** 汇款验证: what to transfer, from where, to where. */
export function transferOf(
  application: ApplicationView,
): { readonly label: string; readonly value: string }[] {
  const transfer = application.accountValidation;
  if (!transfer || application.stage !== 'verify-account') return [];
  const rows: [string, string | undefined][] = [
    [t.payer, transfer.accountNameMasked],
    [t.payerNo, transfer.accountNoMasked],
    [t.payee, transfer.destinationAccountName],
    [t.payeeNo, transfer.destinationAccountNumber],
    [t.payeeBank, transfer.destinationAccountBank],
    [t.payeeCity, transfer.city],
    [t.remark, transfer.remark],
    [t.deadline, transfer.deadline],
  ];
  return rows.flatMap(([label, value]) => (value ? [{ label, value, copyable: !isMasked(value) }] : []));
}

/** A masked number or name is for reading, not for typing into a bank's form. */
function isMasked(value: string): boolean {
  return /[*…]/.test(value);
}
