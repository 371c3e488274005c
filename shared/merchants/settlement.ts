import type { ApplyMerchantAnswers, SettlementView } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { checkSettlementForm } from '../wechatpay/applyment/check.ts';
import type { RouteParameters, RouteResponse } from '../wechatpay/http/client-types.ts';
import type { ApplicationDocument } from './application.ts';
import { fieldErrorsOf } from './field-errors.ts';
import type { OnboardingPorts } from './ports.ts';
import { ownApplication } from './revise.ts';

const queryRoute = 'GET /v3/apply4sub/sub_merchants/{sub_mchid}/settlement';
const modifyRoute = 'POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement';
const changeRoute = 'GET /v3/apply4sub/sub_merchants/{sub_mchid}/application/{application_no}';

/** 查询结算账户. @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE (no sub-merchant yet) */
export async function querySettlement(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
): Promise<SettlementView> {
  const { subMchid } = await finishedApplication(ports, openid, applicationId);
  return settlementView(await ports.account.client.request(queryRoute, { sub_mchid: subMchid }));
}

/**
 * 修改结算账户. WeChat Pay reviews it and allows five a day, so the request is not repeated after a lost answer.
 * @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE, APPLICATION_INVALID (fields)
 */
export async function changeSettlement(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
  account: Record<string, unknown>,
): Promise<{ applicationNo: string }> {
  const { subMchid, doc } = await finishedApplication(ports, openid, applicationId);
  const fields = fieldErrorsOf(checkSettlementForm(account, subjectOf(doc), ports.clock.nowMs()));
  if (fields.length > 0) throw new CommerceError('APPLICATION_INVALID', { fields });
  const { application_no: applicationNo } = await ports.account.client.request(modifyRoute, {
    ...account,
    sub_mchid: subMchid,
  } as RouteParameters<typeof modifyRoute>);
  ports.log.info('settlement_change_requested', { applicationId, subMchid, applicationNo });
  return { applicationNo };
}

/** 查询结算账户修改申请状态. @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE */
export async function querySettlementChange(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
  applicationNo: string,
): Promise<ApplyMerchantAnswers['settlementChange']> {
  const { subMchid } = await finishedApplication(ports, openid, applicationId);
  const change = await ports.account.client.request(changeRoute, {
    sub_mchid: subMchid,
    application_no: applicationNo,
  });
  const state = change.verify_result;
  return {
    state: isFinalAudit(state) ? state : 'AUDITING',
    ...(change.verify_fail_reason && { reason: change.verify_fail_reason }),
    account: settlementView(change),
  };
}

function isFinalAudit(state: string): state is 'AUDIT_SUCCESS' | 'AUDIT_FAIL' {
  return state === 'AUDIT_SUCCESS' || state === 'AUDIT_FAIL';
}

async function finishedApplication(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
): Promise<{ doc: ApplicationDocument; subMchid: string }> {
  const doc = await ownApplication(ports, openid, applicationId);
  if (doc.subMchid === null || doc.sellerId === null) throw new CommerceError('APPLICATION_STATE');
  return { doc, subMchid: doc.subMchid };
}

/** Both kinds' own names of the subject type; the rules know both. */
function subjectOf(doc: ApplicationDocument): string {
  const subject = doc.form.subject_info as { subject_type?: unknown } | undefined;
  return String(doc.form.organization_type ?? subject?.subject_type ?? '');
}

/** Numbers and names arrive masked. */
function settlementView(account: RouteResponse<typeof queryRoute | typeof changeRoute>): SettlementView {
  const { account_number } = account;
  return {
    accountType: account.account_type,
    accountBank: account.account_bank,
    ...(account.bank_name && { bankName: account.bank_name }),
    ...(account.bank_branch_id && { bankBranchId: account.bank_branch_id }),
    accountNumberMasked: account_number.includes('*') ? account_number : `…${account_number.slice(-2)}`,
    ...(account.verify_result && { verifyResult: account.verify_result }),
    ...(account.verify_fail_reason && { verifyFailReason: account.verify_fail_reason }),
  };
}
