/**
 * An application as stored. It never holds sensitive data: a lost answer is resolved by querying WeChat Pay by our own
 * number, never by resending the form.
 */
import type { ApplicationStage, ApplicationState, ApplicationView, FieldError } from '../contract/index.ts';
import type { ProviderKind } from '../core/account.ts';
import type { Document } from '../core/ports.ts';
import type { ProviderAccount } from './ports.ts';

export const applicationsCollection = 'applications';

export type AccountValidation = NonNullable<ApplicationView['accountValidation']>;

export interface ApplicationDocument extends Document {
  readonly openid: string;
  readonly kind: ProviderKind;
  readonly state: ApplicationState;
  readonly stage: ApplicationStage;
  /** The changes of `stage`, oldest first; the newest 20. Absent before the first change. */
  readonly stages?: ApplicationView['stages'];
  /** Under way: the same person may not submit another one meanwhile. */
  readonly open: boolean;
  /** Without sensitive or personal fields. */
  readonly form: Record<string, unknown>;
  /** By path of the form; a list, since paths contain dots, which database field names must not. */
  readonly masks: readonly { readonly path: string; readonly mask: string }[];
  readonly merchantShortname: string;
  /** Hash of the form: reusing a token with another form is a client error. */
  readonly fingerprint: string;
  readonly applymentId: string | null;
  readonly subMchid: string | null;
  readonly sellerId: string | null;
  readonly signUrl: string | null;
  readonly legalValidationUrl: string | null;
  readonly rejections: readonly FieldError[] | null;
  readonly accountValidation: AccountValidation | null;
  /** A request is in progress until then at most; nobody else may send meanwhile. */
  readonly leaseUntilMs: number;
  readonly polledAtMs: number;
  /** When to ask WeChat Pay again; null: never. */
  readonly nextPollAtMs: number | null;
  /** Polls since the state last changed. */
  readonly attempts: number;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/**
 * The official states and what a page must show for them.
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/applyment/get-state-by-out-request-no.html
 * https://pay.weixin.qq.com/doc/v3/partner/4012697052
 */
const stages: Record<ProviderKind, Partial<Record<ApplicationState, ApplicationStage>>> = {
  ecommerce: {
    CHECKING: 'reviewing',
    ACCOUNT_NEED_VERIFY: 'verify-account',
    AUDITING: 'reviewing',
    REJECTED: 'rejected',
    NEED_SIGN: 'sign',
    FINISH: 'finished',
    FROZEN: 'frozen',
    CANCELED: 'cancelled',
  },
  partner: {
    // 编辑中: the submission failed on WeChat Pay's side and has to be repeated.
    APPLYMENT_STATE_EDITTING: 'rejected',
    APPLYMENT_STATE_AUDITING: 'reviewing',
    APPLYMENT_STATE_REJECTED: 'rejected',
    APPLYMENT_STATE_TO_BE_CONFIRMED: 'confirm',
    APPLYMENT_STATE_TO_BE_SIGNED: 'sign',
    // 开通权限中: nothing to do but wait.
    APPLYMENT_STATE_SIGNING: 'reviewing',
    APPLYMENT_STATE_FINISHED: 'finished',
    APPLYMENT_STATE_CANCELED: 'cancelled',
  },
};

/** @returns undefined for a state this kind does not have. */
export function stageOf(
  kind: ProviderKind,
  state: string,
): { state: ApplicationState; stage: ApplicationStage } | undefined {
  const ofKind = stages[kind];
  if (!Object.hasOwn(ofKind, state)) return undefined;
  const known = state as ApplicationState;
  const stage = ofKind[known];
  return stage && { state: known, stage };
}

/** The state WeChat Pay has just put an accepted application in; the next query returns the details. */
export function acceptedState(kind: ProviderKind): ApplicationState {
  return kind === 'ecommerce' ? 'CHECKING' : 'APPLYMENT_STATE_AUDITING';
}

/**
 * Whether this account submitted the application; its number begins with the account's merchant number. To another
 * account WeChat Pay reports that it does not exist, which would look like one that never arrived.
 */
export function isOfAccount(
  { _id, kind }: Pick<ApplicationDocument, '_id' | 'kind'>,
  account: ProviderAccount,
): boolean {
  return kind === account.kind && _id.startsWith(`${account.client.account.mchid}_`);
}

const openStages: readonly ApplicationStage[] = ['reviewing', 'verify-account', 'confirm', 'sign'];

export function isOpen(stage: ApplicationStage): boolean {
  return openStages.includes(stage);
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const reviewSteps = [1, 1, 2, 5, 10, 30].map((minutes) => minutes * minuteMs);
const personSteps = [1, 2, 5, 10, 30, 60].map((minutes) => minutes * minuteMs);

/**
 * Ms until WeChat Pay is asked again, after `attempts` polls that changed nothing; null: never. A finished one is
 * asked about once a day, since it may be frozen; a rejected one, since it may be cancelled elsewhere.
 */
export function pollDelayMs(stage: ApplicationStage, attempts: number): number | null {
  if (stage === 'cancelled') return null;
  if (stage === 'reviewing') return stepAt(reviewSteps, attempts);
  if (stage === 'finished' || stage === 'frozen' || stage === 'rejected') return dayMs;
  return stepAt(personSteps, attempts);
}

function stepAt(steps: readonly number[], attempts: number): number {
  return steps[Math.min(attempts, steps.length - 1)] ?? dayMs;
}

/** What its owner may see. */
export function viewOf(doc: ApplicationDocument): ApplicationView {
  return {
    applicationId: doc._id,
    kind: doc.kind,
    state: doc.state,
    stage: doc.stage,
    ...(doc.stages && { stages: doc.stages }),
    merchantShortname: doc.merchantShortname,
    ...(doc.subMchid !== null && { subMchid: doc.subMchid }),
    ...(doc.sellerId !== null && { sellerId: doc.sellerId }),
    ...(doc.signUrl !== null && { signUrl: doc.signUrl }),
    ...(doc.legalValidationUrl !== null && { legalValidationUrl: doc.legalValidationUrl }),
    ...(doc.stage === 'rejected' && { form: doc.form }),
    ...(doc.masks.length > 0 && {
      masks: Object.fromEntries(doc.masks.map(({ path, mask }) => [path, mask])),
    }),
    ...(doc.rejections !== null && { rejections: doc.rejections }),
    ...(doc.accountValidation !== null && { accountValidation: doc.accountValidation }),
    createdAtMs: doc.createdAtMs,
    updatedAtMs: doc.updatedAtMs,
  };
}
