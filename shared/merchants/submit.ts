import type { ApplicationView } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { checkForm, formSchemas } from '../wechatpay/applyment/check.ts';
import { formParts } from '../wechatpay/applyment/form-parts.ts';
import { type ApplicationDocument, applicationsCollection, isOpen, viewOf } from './application.ts';
import { applyStatus, loadAgain } from './apply-status.ts';
import { queryApplyment } from './applyment.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { checkMedia } from './media-ownership.ts';
import { refuseSecond, reopen, withdrawIfSecond } from './one-at-a-time.ts';
import type { OnboardingPorts } from './ports.ts';
import { refresh } from './refresh.ts';
import { leaseMs, sendApplication } from './send.ts';

/**
 * Submits an application. The client's token makes it idempotent: a double tap, or a retry after a lost answer, is
 * the same application under the same number.
 * @throws CommerceError APPLICATION_INVALID (fields), APPLICATION_IN_PROGRESS, TOKEN_REUSED, OUTCOME_UNKNOWN,
 *   WECHATPAY_REFUSED, CONFIG_INVALID, BUSY
 */
export async function submitApplication(
  ports: OnboardingPorts,
  openid: string,
  requestToken: string,
  form: Record<string, unknown>,
): Promise<ApplicationView> {
  const checked = await checkApplication(ports, openid, form);
  const id = applicationIdOf(ports, openid, requestToken);
  const existing = await ports.documents.get<ApplicationDocument>(applicationsCollection, id);
  if (existing) return viewOf(await resubmit(ports, existing, form, checked));
  await refuseSecond(ports, openid, id);
  const doc = newApplication(ports, openid, id, checked);
  const other = await ports.documents.insertIfAbsent(applicationsCollection, doc);
  if (other) return viewOf(other);
  await withdrawIfSecond(ports, doc);
  return viewOf(await sendApplication(ports, doc, form, { state: 'CREATED' }));
}

/** The part of the document that is derived from the form. */
type CheckedForm = Pick<ApplicationDocument, 'form' | 'masks' | 'fingerprint' | 'merchantShortname'>;

/**
 * Everything that is checked before anything is stored or sent.
 * @throws CommerceError APPLICATION_INVALID (fields)
 */
export async function checkApplication(
  ports: OnboardingPorts,
  openid: string,
  form: Record<string, unknown>,
): Promise<CheckedForm> {
  const { kind } = ports.account;
  const fields = fieldErrorsOf(checkForm(kind, form, ports.clock.nowMs()));
  if (fields.length > 0) throw new CommerceError('APPLICATION_INVALID', { fields });
  const { storable, masks, media } = formParts(formSchemas[kind], form);
  const foreign = await checkMedia(ports.documents, openid, media);
  if (foreign.length > 0) throw new CommerceError('APPLICATION_INVALID', { fields: foreign });
  const fingerprint = ports.sha256Hex(canonicalJson(storable));
  return { form: storable, masks, fingerprint, merchantShortname: shortnameOf(form) };
}

/** 数字、字母或下划线, the provider's mchid in front, as the page of business_code advises. */
function applicationIdOf(ports: OnboardingPorts, openid: string, requestToken: string): string {
  return `${ports.account.client.account.mchid}_${ports.sha256Hex(`application\n${openid}\n${requestToken}`).slice(0, 40)}`;
}

function shortnameOf(form: Record<string, unknown>): string {
  const business = form.business_info as { merchant_shortname?: string } | undefined;
  return String(form.merchant_shortname ?? business?.merchant_shortname ?? '');
}

/** JSON that does not depend on the order of keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function newApplication(
  ports: OnboardingPorts,
  openid: string,
  id: string,
  checked: CheckedForm,
): ApplicationDocument {
  const nowMs = ports.clock.nowMs();
  return {
    _id: id,
    openid,
    kind: ports.account.kind,
    state: 'CREATED',
    stage: 'reviewing',
    open: isOpen('reviewing'),
    ...checked,
    applymentId: null,
    subMchid: null,
    sellerId: null,
    signUrl: null,
    legalValidationUrl: null,
    rejections: null,
    accountValidation: null,
    leaseUntilMs: nowMs + leaseMs,
    polledAtMs: 0,
    // If this instance dies now, the timer finds out whether the submission arrived.
    nextPollAtMs: nowMs + leaseMs,
    attempts: 0,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** The same token again. */
async function resubmit(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
  form: Record<string, unknown>,
  checked: CheckedForm,
): Promise<ApplicationDocument> {
  if (doc.state !== 'CREATED') {
    if (checked.fingerprint !== doc.fingerprint)
      throw new CommerceError('TOKEN_REUSED', { texts: reusedTexts });
    return refresh(ports, doc);
  }
  const nowMs = ports.clock.nowMs();
  if (doc.leaseUntilMs > nowMs) return doc;
  const status = await queryApplyment(ports.account, doc._id);
  if (status) return applyStatus(ports, doc, status);
  const leased = await reopen(ports, doc, checked);
  if (!leased) return loadAgain(ports, doc);
  return sendApplication(ports, leased, form, { state: 'CREATED' });
}

const reusedTexts = {
  zh: '此请求标识已用于另一份进件资料。要修改被驳回的申请，请使用“修改”；要为另一个商户申请，请使用新的请求标识。',
  en: 'This request token was used for another form. To correct a rejected application, revise it; use a new token for another merchant.',
};
