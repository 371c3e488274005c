import type { ApplyMerchantAnswers, SettlementView } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import type { ApplicationDocument } from './application.ts';
import { encryptForm } from './encrypt.ts';
import type { OnboardingPorts, SettlementAccount } from './ports.ts';
import { ownApplication } from './revise.ts';
import { settlementForm } from './schema/settlement.ts';
import { checkSettlementForm } from './validate.ts';

/** 查询结算账户. @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE (no sub-merchant yet) */
export async function querySettlement(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
): Promise<SettlementView> {
  const { subMchid } = await finishedApplication(ports, openid, applicationId);
  return settlementView(await ports.gateway.settlement(subMchid));
}

/**
 * 修改结算账户. WeChat Pay reviews it and allows five a day, so an answer that was lost is not repeated here.
 * @throws CommerceError APPLICATION_NOT_FOUND, APPLICATION_STATE, APPLICATION_INVALID (fields)
 */
export async function changeSettlement(
  ports: OnboardingPorts,
  openid: string,
  applicationId: string,
  account: Record<string, unknown>,
): Promise<{ applicationNo: string }> {
  const { subMchid, doc } = await finishedApplication(ports, openid, applicationId);
  const fields = checkSettlementForm(account, subjectOf(doc), ports.clock.nowMs());
  if (fields.length > 0) throw new CommerceError('APPLICATION_INVALID', { fields });
  const { form, serial } = encryptForm(account, settlementForm, await ports.gateway.encryptor());
  const { applicationNo } = await ports.gateway.modifySettlement(subMchid, JSON.stringify(form), serial);
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
  const change = await ports.gateway.settlementChange(subMchid, applicationNo);
  const state = change.verifyResult;
  return {
    state: state === 'AUDIT_SUCCESS' || state === 'AUDIT_FAIL' ? state : 'AUDITING',
    ...(change.verifyFailReason !== undefined && { reason: change.verifyFailReason }),
    account: settlementView(change),
  };
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

function settlementView(account: SettlementAccount): SettlementView {
  return {
    accountType: account.accountType,
    accountBank: account.accountBank,
    ...(account.bankName !== undefined && { bankName: account.bankName }),
    ...(account.bankBranchId !== undefined && { bankBranchId: account.bankBranchId }),
    accountNumberMasked: account.accountNumber.includes('*')
      ? account.accountNumber
      : `…${account.accountNumber.slice(-2)}`,
    ...(account.verifyResult !== undefined && { verifyResult: account.verifyResult }),
    ...(account.verifyFailReason !== undefined && { verifyFailReason: account.verifyFailReason }),
  };
}
