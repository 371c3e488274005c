import type { ApplicationView } from '../contract/index.ts';
import { CommerceError, explainWechatpayError } from '../core/errors.ts';
import { isOfAccount, viewOf } from './application.ts';
import { revokeApplyment } from './applyment.ts';
import type { OnboardingPorts } from './ports.ts';
import { askWechatPay } from './refresh.ts';
import { ownApplication } from './revise.ts';

/**
 * Takes back the caller's application: it ends as cancelled, and a new one may be submitted. The state that WeChat Pay
 * then reports is stored, so repeating the call, even after a lost answer, is safe.
 * @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE, OUTCOME_UNKNOWN, WECHATPAY_REFUSED, CONFIG_INVALID
 */
export async function revokeApplication(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
): Promise<ApplicationView> {
  const doc = await ownApplication(ports, openid, applicationId);
  if (!isOfAccount(doc, ports.account)) throw new CommerceError('CONFIG_INVALID');
  if (ports.account.kind !== 'ecommerce')
    throw new CommerceError('APPLICATION_STATE', { texts: notHereTexts });
  if (doc.stage === 'cancelled') return viewOf(doc);
  if (doc.stage === 'finished') throw new CommerceError('APPLICATION_STATE', { texts: finishedTexts });
  try {
    await revokeApplyment(ports.account, applicationId);
    return viewOf(await askWechatPay(ports, doc));
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

const notHereTexts = {
  zh: '特约商户的申请不能通过接口撤销，请在服务商平台处理。',
  en: 'A 特约商户 application cannot be revoked through the API; use the service provider platform.',
};
const finishedTexts = {
  zh: '申请已完成，不能撤销。',
  en: 'The application is finished; it cannot be revoked.',
};
