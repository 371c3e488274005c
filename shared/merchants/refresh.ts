import { WechatpayError } from '../wechatpay/errors.ts';
import { type ApplicationDocument, isOfAccount } from './application.ts';
import { applyStatus, replace } from './apply-status.ts';
import { queryApplyment } from './applyment.ts';
import type { OnboardingPorts } from './ports.ts';

/** A page that asks again within this time gets the stored state. */
const freshMs = 5_000;

/**
 * Returns the document, refreshed from WeChat Pay when it may be stale. When WeChat Pay cannot be reached, the stored
 * one: a page that shows the last known state is better than none.
 */
export async function refresh(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
): Promise<ApplicationDocument> {
  const nowMs = ports.clock.nowMs();
  if (!isOfAccount(doc, ports.account)) return doc;
  if (doc.stage === 'cancelled' || doc.leaseUntilMs > nowMs) return doc;
  if (doc.state === 'CREATED' && doc.stage === 'rejected') return doc;
  if (nowMs - doc.polledAtMs < freshMs) return doc;
  try {
    return await askWechatPay(ports, doc);
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    ports.log.warn('application_query_failed', { applicationId: doc._id, code: error.code });
    return doc;
  }
}

/**
 * Queries by our own number. An application that WeChat Pay does not know never arrived and must be submitted again.
 */
export async function askWechatPay(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
): Promise<ApplicationDocument> {
  const status = await queryApplyment(ports.account, doc._id);
  if (status) return applyStatus(ports, doc, status);
  const nowMs = ports.clock.nowMs();
  if (doc.state !== 'CREATED') {
    ports.log.error('application_missing_at_wechatpay', { applicationId: doc._id, state: doc.state });
    return replace(ports, doc, { polledAtMs: nowMs, nextPollAtMs: nowMs + 3_600_000 });
  }
  return replace(ports, doc, {
    stage: 'rejected',
    open: false,
    rejections: [
      {
        path: '',
        message: '资料没有送达微信支付，请重新填写敏感信息并提交',
        messageEn: 'The form did not reach WeChat Pay; fill in the sensitive fields and submit again',
      },
    ],
    leaseUntilMs: 0,
    polledAtMs: nowMs,
    nextPollAtMs: null,
    updatedAtMs: nowMs,
  });
}
