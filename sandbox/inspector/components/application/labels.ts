import type { Say } from '../../i18n.ts';
import type { ApplicationSummary } from '../../model/events.ts';

const english: Record<string, string> = {
  CHECKING: 'Checking',
  ACCOUNT_NEED_VERIFY: 'Account to verify',
  AUDITING: 'In review',
  REJECTED: 'Rejected',
  NEED_SIGN: 'To be signed',
  FINISH: 'Active',
  FROZEN: 'Frozen',
  CANCELED: 'Cancelled',
  APPLYMENT_STATE_EDITTING: 'Editing',
  APPLYMENT_STATE_AUDITING: 'In review',
  APPLYMENT_STATE_REJECTED: 'Rejected',
  APPLYMENT_STATE_TO_BE_CONFIRMED: 'Account to verify',
  APPLYMENT_STATE_TO_BE_SIGNED: 'To be signed',
  APPLYMENT_STATE_SIGNING: 'Opening permissions',
  APPLYMENT_STATE_FINISHED: 'Active',
  APPLYMENT_STATE_CANCELED: 'Cancelled',
};

/** In Chinese the official name, except where the phone has another for it. */
export function applicationStateLabel(
  { state, stateName }: Pick<ApplicationSummary, 'state' | 'stateName'>,
  say: Say,
): string {
  return say(/FINISH/.test(state) ? '已开通' : stateName, english[state] ?? state);
}

const causes: Record<string, readonly [zh: string, en: string]> = {
  submitted: ['提交', 'submitted'],
  'submitted again': ['修改后重新提交', 'submitted again'],
  approve: ['审核通过', 'approved'],
  reject: ['驳回', 'rejected'],
  sign: ['商家签约', 'signed'],
  'verify-account': ['账户验证', 'account verification'],
  freeze: ['冻结', 'frozen'],
  cancel: ['作废', 'cancelled'],
  edit: ['退回编辑', 'back to editing'],
  checked: ['校验完成', 'checked'],
};

export function causeLabel(why: string, say: Say): string {
  const found = causes[why];
  return found ? say(...found) : why;
}

const sections: Record<string, readonly [zh: string, en: string]> = {
  business_license_info: ['营业执照', 'Business licence'],
  subject_info: ['主体资料', 'Subject'],
  id_card_info: ['身份证', 'ID card'],
  id_doc_info: ['证件', 'Identity document'],
  account_info: ['结算账户', 'Settlement account'],
  bank_account_info: ['结算银行账户', 'Bank account'],
  contact_info: ['超级管理员', 'Administrator'],
  sales_scene_info: ['经营场景', 'Sales scene'],
  business_info: ['经营资料', 'Business'],
  settlement_info: ['结算规则', 'Settlement rule'],
  addition_info: ['补充材料', 'Additional material'],
  ubo_info_list: ['受益人', 'Beneficial owners'],
};

export function sectionLabel(name: string, say: Say): string {
  const found = sections[name];
  return found ? say(...found) : name;
}
