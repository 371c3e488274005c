/** An application as the progress page shows it. */
import type { ApplicationStage, ApplicationView } from '../../../shared/contract/index.ts';
import { say, texts } from '../../i18n/index';
import { inTheirWords, placeErrors } from '../../services/apply/form';
import type { ApplicationForm, Values } from '../../services/apply/types';
import { dateTime } from '../../utils/time';

const t = texts({
  submitted: ['提交申请', 'Submitted'],
  reviewed: ['微信支付审核', 'Reviewed by WeChat Pay'],
  verified: ['账户验证', 'Account verified'],
  signed: ['确认并签约', 'Confirmed and signed'],
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
});

export interface Mile {
  readonly label: string;
  readonly state: 'done' | 'now' | 'bad' | 'todo';
  readonly note: string;
  readonly last: boolean;
}

/** How many milestones are complete, by stage; the next one is the current one. */
const behind: Readonly<Record<ApplicationStage, number>> = {
  reviewing: 1,
  rejected: 1,
  'verify-account': 2,
  confirm: 2,
  sign: 2,
  finished: 4,
  frozen: 3,
  cancelled: 1,
};

/** Each step that is done with its time; none for those to come. */
export function timelineOf(application: ApplicationView): Mile[] {
  const { stage, updatedAtMs } = application;
  const finishedAtMs = reachedAtMs(application, ['finished']);
  const verifies = stage === 'verify-account';
  const steps = [
    { label: t.submitted, atMs: submittedAtMs(application) },
    { label: t.reviewed, atMs: reachedAtMs(application, verifies ? [stage] : afterReview) },
    ...(verifies ? [{ label: t.verified, atMs: undefined }] : []),
    { label: t.signed, atMs: finishedAtMs },
    { label: t.finished, atMs: finishedAtMs },
  ];
  const done = stage === 'finished' ? steps.length : behind[stage];
  const isBad = stage === 'rejected' || stage === 'frozen' || stage === 'cancelled';
  return steps.map(({ label, atMs }, index) => {
    const state = index < done ? 'done' : index > done ? 'todo' : isBad ? 'bad' : 'now';
    const shownMs = state === 'done' ? atMs : state === 'bad' ? updatedAtMs : undefined;
    return {
      ...{ label, state },
      note: shownMs === undefined ? '' : dateTime(shownMs),
      last: index === steps.length - 1,
    };
  });
}

/** The stages that an application comes to after its review. */
const afterReview: readonly ApplicationStage[] = ['confirm', 'sign', 'finished'];

/** The first time that it came to one of these since it was last submitted. */
function reachedAtMs(application: ApplicationView, wanted: readonly ApplicationStage[]): number | undefined {
  const { stages = [] } = application;
  return stages.slice(lastRejection(application) + 1).find(({ stage }) => wanted.includes(stage))?.atMs;
}

/** A rejected application is submitted again under the same number. */
function submittedAtMs(application: ApplicationView): number {
  const rejected = lastRejection(application);
  return (rejected >= 0 ? application.stages?.[rejected + 1]?.atMs : undefined) ?? application.createdAtMs;
}

function lastRejection({ stages = [] }: ApplicationView): number {
  return stages.map(({ stage }) => stage).lastIndexOf('rejected');
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
