/** The state machine of an application: the transitions, who triggers them, and the effects of each state. */
import type { SimulatorContext } from '../context.ts';
import { isOrganWithoutLetter, needsAccountCheck, registerMerchant } from './merchant.ts';
import { type Application, type ApplicationKind, applicationsOf, type Rejection } from './store.ts';

const secondMs = 1000;
const dayMs = 86_400_000;

/** How long the automatic steps take: short enough to watch; the clock can also be moved forward. */
export const autoStepMs = 10 * secondMs;
/** 汇款截止时间. */
const transferWithinMs = 10 * dayMs;

export const stateNames: Readonly<Record<ApplicationKind, Readonly<Record<string, string>>>> = {
  ecommerce: {
    CHECKING: '资料校验中',
    ACCOUNT_NEED_VERIFY: '待账户验证',
    AUDITING: '审核中',
    REJECTED: '已驳回',
    NEED_SIGN: '待签约',
    FINISH: '完成',
    FROZEN: '已冻结',
    CANCELED: '已作废',
  },
  applyment4sub: {
    APPLYMENT_STATE_EDITTING: '编辑中',
    APPLYMENT_STATE_AUDITING: '审核中',
    APPLYMENT_STATE_REJECTED: '已驳回',
    APPLYMENT_STATE_TO_BE_CONFIRMED: '待账户验证',
    APPLYMENT_STATE_TO_BE_SIGNED: '待签约',
    APPLYMENT_STATE_SIGNING: '开通权限中',
    APPLYMENT_STATE_FINISHED: '已完成',
    APPLYMENT_STATE_CANCELED: '已作废',
  },
};

/** What a reviewer or a signer does. */
export type Act = 'approve' | 'reject' | 'verify-account' | 'edit' | 'sign' | 'freeze' | 'cancel';

type Target = string | ((application: Application) => string);

const rejectable = { reject: 'REJECTED', cancel: 'CANCELED', freeze: 'FROZEN' } as const;
const rejectable4sub = { reject: 'APPLYMENT_STATE_REJECTED', cancel: 'APPLYMENT_STATE_CANCELED' } as const;

/** `freeze` on a finished 特约商户 freezes the merchant; its application has no such state. */
const transitions: Readonly<Record<string, Partial<Readonly<Record<Act, Target>>>>> = {
  CHECKING: { ...rejectable, approve: 'NEED_SIGN', 'verify-account': 'ACCOUNT_NEED_VERIFY' },
  // A second "verify-account" means that the transfer has arrived.
  ACCOUNT_NEED_VERIFY: { ...rejectable, approve: 'NEED_SIGN', 'verify-account': 'AUDITING' },
  AUDITING: { ...rejectable, approve: 'NEED_SIGN', 'verify-account': 'ACCOUNT_NEED_VERIFY' },
  NEED_SIGN: { ...rejectable, sign: 'FINISH' },
  REJECTED: { cancel: 'CANCELED', freeze: 'FROZEN' },
  FINISH: { freeze: 'FROZEN' },
  FROZEN: {},
  CANCELED: {},
  APPLYMENT_STATE_EDITTING: { cancel: 'APPLYMENT_STATE_CANCELED' },
  APPLYMENT_STATE_AUDITING: {
    ...rejectable4sub,
    // 政府机关、事业单位未上传单位证明函，则审核通过后，需汇款验证
    approve: (application) =>
      isOrganWithoutLetter(application) ? 'APPLYMENT_STATE_TO_BE_CONFIRMED' : 'APPLYMENT_STATE_TO_BE_SIGNED',
    'verify-account': 'APPLYMENT_STATE_TO_BE_CONFIRMED',
    edit: 'APPLYMENT_STATE_EDITTING',
  },
  APPLYMENT_STATE_TO_BE_CONFIRMED: {
    ...rejectable4sub,
    approve: 'APPLYMENT_STATE_TO_BE_SIGNED',
    'verify-account': 'APPLYMENT_STATE_TO_BE_SIGNED',
  },
  APPLYMENT_STATE_TO_BE_SIGNED: { ...rejectable4sub, sign: 'APPLYMENT_STATE_SIGNING' },
  APPLYMENT_STATE_REJECTED: { cancel: 'APPLYMENT_STATE_CANCELED' },
  APPLYMENT_STATE_SIGNING: {},
  APPLYMENT_STATE_FINISHED: {},
  APPLYMENT_STATE_CANCELED: {},
};

/** The actions that are possible now. */
export const actsOf = (application: Application): string[] => Object.keys(transitions[application.state]!);

export const firstState = { ecommerce: 'CHECKING', applyment4sub: 'APPLYMENT_STATE_AUDITING' } as const;

/** States in which the same number may be submitted again, overwriting the form. */
export const isRevisable = (state: string): boolean =>
  ['REJECTED', 'APPLYMENT_STATE_REJECTED', 'APPLYMENT_STATE_EDITTING'].includes(state);

export const isCanceled = (state: string): boolean => state.endsWith('CANCELED');

/** The state that follows automatically when the time is up. */
function nextByItself(application: Application): { state: string; why: string } | undefined {
  switch (application.state) {
    case 'CHECKING':
      return needsAccountCheck(application)
        ? { state: 'ACCOUNT_NEED_VERIFY', why: 'checked; the account must be verified by a transfer' }
        : { state: 'AUDITING', why: 'checked' };
    case 'ACCOUNT_NEED_VERIFY':
      return { state: 'REJECTED', why: 'no transfer arrived before the deadline' };
    case 'APPLYMENT_STATE_SIGNING':
      return { state: 'APPLYMENT_STATE_FINISHED', why: 'the permissions are opened' };
    default:
      return undefined;
  }
}

function durationMs(state: string): number | undefined {
  if (state === 'CHECKING' || state === 'APPLYMENT_STATE_SIGNING') return autoStepMs;
  return state === 'ACCOUNT_NEED_VERIFY' ? transferWithinMs : undefined;
}

/** Moves an application to a state, publishes it, and schedules the automatic transition that follows. */
export function enter(context: SimulatorContext, application: Application, state: string, why: string): void {
  const now = context.clock.now();
  application.state = state;
  application.updatedAtMs = now;
  application.history.push({ atMs: now, state, why });
  if (!/REJECTED|FROZEN/.test(state)) application.rejections = [];
  delete application.dueAtMs;
  if (/NEED_SIGN|TO_BE_SIGNED/.test(state)) application.subMchid ??= newSubMchid(context);
  if (state === 'ACCOUNT_NEED_VERIFY') {
    const { random } = context.state;
    application.validation = {
      payAmountFen: 1 + (random.bytes(1)[0]! % 199),
      remark: random.digits(6),
      deadlineMs: now + transferWithinMs,
    };
  }
  if (/^FINISH$|_FINISHED$/.test(state)) registerMerchant(context.state, application);
  if (state === 'FROZEN') freezeMerchant(context, application);
  const lasts = durationMs(state);
  if (lasts !== undefined) schedule(context, application, now + lasts);
  const { applymentId, kind, outNo, providerMchid, subMchid } = application;
  context.bus.publish('application', {
    what: 'state',
    applymentId,
    kind,
    outNo,
    providerMchid,
    state,
    why,
    subMchid,
  });
}

/** Stops a finished merchant from collecting payments. */
export function freezeMerchant(context: SimulatorContext, application: Application): void {
  const { applymentId, subMchid } = application;
  const merchant = context.state.subMerchants.get(subMchid ?? '');
  if (!merchant) return;
  merchant.frozen = true;
  context.bus.publish('application', { what: 'frozen', applymentId, subMchid });
}

function schedule(context: SimulatorContext, application: Application, dueAtMs: number): void {
  application.dueAtMs = dueAtMs;
  const id = `${application.applymentId}`;
  context.clock.schedule(dueAtMs, `application ${id}`, () => {
    const current = applicationsOf(context.state).get(id);
    if (current) settleDue(context, current);
  });
}

/** Timers are not part of a snapshot: sets them again for every application with an automatic transition. */
export function resumeApplications(context: SimulatorContext): void {
  for (const application of applicationsOf(context.state).values()) {
    if (application.dueAtMs !== undefined) schedule(context, application, application.dueAtMs);
  }
}

/** Applies the automatic transitions that are due. */
export function settleDue(context: SimulatorContext, application: Application): Application {
  const due = application.dueAtMs !== undefined && application.dueAtMs <= context.clock.now();
  const next = due ? nextByItself(application) : undefined;
  if (!next) return application;
  enter(context, application, next.state, next.why);
  if (next.state === 'REJECTED') {
    const reason = '汇款账户验证超时，请重新提交';
    application.rejections = [{ field: 'account_number', fieldName: '银行账号', reason }];
  }
  return settleDue(context, application);
}

/** @returns whether the action is possible in the state the application is in. */
export function act(
  context: SimulatorContext,
  application: Application,
  what: Act,
  rejections: readonly Rejection[] = [],
): boolean {
  const target = transitions[application.state]?.[what];
  if (target === undefined) return false;
  enter(context, application, typeof target === 'string' ? target : target(application), what);
  if (/REJECTED|FROZEN/.test(application.state)) application.rejections = [...rejections];
  return true;
}

function newSubMchid(context: SimulatorContext): string {
  const { random, subMerchants, merchants } = context.state;
  const taken = (mchid: string) =>
    subMerchants.has(mchid) ||
    merchants.has(mchid) ||
    [...applicationsOf(context.state).values()].some((it) => it.subMchid === mchid);
  for (;;) {
    const mchid = `16${random.digits(8)}`;
    if (!taken(mchid)) return mchid;
  }
}
