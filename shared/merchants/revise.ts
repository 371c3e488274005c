import type { ApplicationView } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { type ApplicationDocument, applicationsCollection, isOfAccount, viewOf } from './application.ts';
import { loadAgain } from './apply-status.ts';
import { reopen } from './one-at-a-time.ts';
import type { OnboardingPorts } from './ports.ts';
import { refresh } from './refresh.ts';
import { sendApplication } from './send.ts';
import { checkApplication } from './submit.ts';

/**
 * Submits a corrected form under the same number: WeChat Pay lets it replace a rejected one, and only that.
 * @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE, APPLICATION_INVALID (fields),
 *   APPLICATION_IN_PROGRESS, OUTCOME_UNKNOWN, WECHATPAY_REFUSED, CONFIG_INVALID, BUSY
 */
export async function reviseApplication(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
  form: Record<string, unknown>,
): Promise<ApplicationView> {
  const doc = await refresh(ports, await ownApplication(ports, openid, applicationId));
  if (!isOfAccount(doc, ports.account))
    throw new CommerceError('CONFIG_INVALID', { texts: otherAccountTexts });
  if (doc.stage !== 'rejected') throw new CommerceError('APPLICATION_STATE', { texts: notRejectedTexts });
  const checked = await checkApplication(ports, openid, form);
  const leased = await reopen(ports, doc, { ...checked, state: 'CREATED', attempts: 0 });
  if (!leased) return viewOf(await loadAgain(ports, doc));
  return viewOf(await sendApplication(ports, leased, form, { state: doc.state }));
}

const notRejectedTexts = {
  zh: '只有被驳回或未送达的申请可以修改后重新提交。',
  en: 'Only an application that was rejected or did not arrive can be corrected and submitted again.',
};

const otherAccountTexts = {
  zh: '该申请由另一个服务商账户提交，当前配置无法修改，请联系平台。',
  en: 'This application was submitted by another provider account and cannot be changed with this one. Please contact the platform.',
};

/** The caller's own application; other users' are treated as missing. @throws CommerceError APPLICATION_NOT_FOUND */
export async function ownApplication(
  ports: Pick<OnboardingPorts, 'documents'>,
  openid: string,
  applicationId: string,
): Promise<ApplicationDocument> {
  const doc = await ports.documents.get<ApplicationDocument>(applicationsCollection, applicationId);
  if (!doc || doc.openid !== openid) throw new CommerceError('APPLICATION_NOT_FOUND');
  return doc;
}
