import type { FieldError } from '../contract/index.ts';
import { CommerceError, explainWechatpayError, wechatPayOf } from '../core/errors.ts';
import { exclusiveLeaseMs } from '../core/lease.ts';
import { formSchemas } from '../wechatpay/applyment/check.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { type ApplicationDocument, acceptedState, isOpen, pollDelayMs } from './application.ts';
import { applyStatus, replace } from './apply-status.ts';
import { queryApplyment, submitApplyment } from './applyment.ts';
import type { OnboardingPorts } from './ports.ts';
import { pathOfParameter } from './rejections.ts';

/**
 * How long a request may be in progress before others ask about it, or send it again. One that is asked about too early
 * counts as never arrived, although WeChat Pay then has it.
 */
export const leaseMs = exclusiveLeaseMs;

/**
 * Sends a stored application. When the answer is lost, the document stays `CREATED` and the next query or poll
 * finds out whether WeChat Pay has it.
 * @param before the state that the document returns to when WeChat Pay refuses the request.
 * @throws CommerceError APPLICATION_INVALID, WECHATPAY_REFUSED, OUTCOME_UNKNOWN, CONFIG_INVALID, BUSY
 */
export async function sendApplication(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
  form: Record<string, unknown>,
  before: Pick<ApplicationDocument, 'state'>,
): Promise<ApplicationDocument> {
  try {
    const { applymentId } = await submitApplyment(ports.account, doc._id, form);
    const nowMs = ports.clock.nowMs();
    ports.log.info('application_accepted', { applicationId: doc._id, applymentId });
    return await replace(ports, doc, {
      state: acceptedState(doc.kind),
      stage: 'reviewing',
      open: isOpen('reviewing'),
      applymentId,
      rejections: null,
      leaseUntilMs: 0,
      polledAtMs: 0,
      attempts: 0,
      nextPollAtMs: nowMs + (pollDelayMs('reviewing', 0) ?? 0),
      updatedAtMs: nowMs,
    });
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    return await afterFailure(ports, doc, error, before);
  }
}

async function afterFailure(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
  error: WechatpayError,
  before: Pick<ApplicationDocument, 'state'>,
): Promise<ApplicationDocument> {
  const nowMs = ports.clock.nowMs();
  if (error.kind === 'refused' && error.code === 'PROCESSING') {
    // 存在流程进行中的申请单: an earlier submission did arrive.
    const status = await queryApplyment(ports.account, doc._id);
    if (status) return applyStatus(ports, doc, status);
  }
  if (error.kind === 'unknown') {
    await replace(ports, doc, { leaseUntilMs: 0, nextPollAtMs: nowMs + 30_000, updatedAtMs: nowMs });
    throw new CommerceError('OUTCOME_UNKNOWN', { cause: error, texts: unknownTexts });
  }
  const lacksPermission = error.kind === 'refused' && error.code === 'NO_AUTH';
  const fields = lacksPermission ? [permissionError] : refusedFields(error, doc);
  await replace(ports, doc, {
    state: before.state,
    stage: 'rejected',
    open: false,
    rejections: fields,
    leaseUntilMs: 0,
    nextPollAtMs: before.state === 'CREATED' ? null : nowMs + (pollDelayMs('rejected', 0) ?? 0),
    updatedAtMs: nowMs,
  });
  if (error.kind === 'refused' && error.code === 'PARAM_ERROR') {
    throw new CommerceError('APPLICATION_INVALID', { cause: error, fields, wechatPay: wechatPayOf(error) });
  }
  if (lacksPermission) {
    const texts = { zh: permissionError.message, en: permissionError.messageEn };
    throw new CommerceError('WECHATPAY_REFUSED', { cause: error, texts, wechatPay: wechatPayOf(error) });
  }
  throw explainWechatpayError(error);
}

/** NO_AUTH: nothing in the form is wrong. 小微 needs a permission of its own. */
const permissionError = {
  path: '',
  message: '平台的服务商账户没有提交此类申请的权限（小微商户须另行开通）。请联系平台，资料无需修改',
  messageEn:
    'The platform may not submit applications of this kind (micro merchants need a separate permission). Please contact the platform; nothing in the form is wrong',
};

const unknownTexts = {
  zh: '微信支付没有给出明确结果。请稍后查询申请状态，不要另行提交新的申请。',
  en: 'WeChat Pay gave no clear answer. Query the application in a moment; do not submit another one.',
};

/**
 * Some refusals point at a field (`/contact_info/mobile_phone`); the texts are ours, since WeChat Pay's may quote the
 * value.
 */
function refusedFields(error: WechatpayError, doc: ApplicationDocument): FieldError[] {
  const { field } = error;
  const path = field === undefined ? '' : pathOfParameter(field, doc.form, formSchemas[doc.kind]);
  return [
    {
      path,
      message: `微信支付不接受（${error.code}），请核对后重新提交`,
      messageEn: `WeChat Pay refused this (${error.code}); check it and submit again`,
    },
  ];
}
