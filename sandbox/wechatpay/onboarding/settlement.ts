import { type ApiContext, ApiProblem, checkFields, type Endpoint, field, internalCodes } from '../context.ts';
import type { SubMerchant } from '../state/merchants.ts';
import { rfc3339 } from '../state/time.ts';
import { checkClear } from './rules/check.ts';
import { choice, type FormFields, optional, secret } from './rules/form.ts';
import { bankFields, otherBank } from './rules/parts.ts';
import { broken } from './rules/problem.ts';
import { openSecret } from './sensitive.ts';
import { autoStepMs } from './states.ts';
import {
  dayInChina,
  type Settlement,
  type SettlementAccount,
  type SettlementChange,
  settlementChangesOf,
  settlementsOf,
} from './store.ts';

/** 结算账户: docs/partner/apis/ecommerce-merchant-application/{get,modify}-settlement, get-application. */

/** 特约商户/二级商户每天仅能提交5次修改申请，如需继续申请，请等到次日0点后重新发起. */
const changesPerDay = 5;

const accountTypes = ['ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE'];

const changeFields: FormFields = {
  modify_mode: optional(choice('修改模式', ['MODIFY_MODE_ASYNC'])),
  account_type: choice('账户类型', accountTypes),
  ...bankFields,
  bank_address_code: optional(bankFields.bank_address_code),
  account_name: optional(secret('开户名称', { max: 1024 })),
};

const maskRules = ['ACCOUNT_NUMBER_RULE_MASK_V1', 'ACCOUNT_NUMBER_RULE_MASK_V2'];

/** V1 keeps the first 2 and last 2 digits, V2 the first 6 and last 4. */
function maskNumber(accountNumber: string, rule: unknown): string {
  const [first, last] = rule === maskRules[1] ? [6, 4] : [2, 2];
  const hidden = Math.max(accountNumber.length - first - last, 1);
  return `${accountNumber.slice(0, first)}${'*'.repeat(hidden)}${accountNumber.slice(-last)}`;
}

const maskName = (name: string): string => {
  const [first = '', ...rest] = [...name];
  return `${first}${'*'.repeat(Math.max(rest.length, 1))}`;
};

function readMaskRule(context: ApiContext): unknown {
  const fields = {
    account_number_rule: field.string('银行账号展示规则', { optional: true, oneOf: maskRules }),
  };
  return checkFields(fields, context.query, { location: 'query' }).account_number_rule;
}

const accountView = (account: SettlementAccount, maskRule: unknown) => ({
  account_type: account.accountType,
  account_bank: account.accountBank,
  ...(account.bankName === undefined ? {} : { bank_name: account.bankName }),
  ...(account.bankBranchId === undefined ? {} : { bank_branch_id: account.bankBranchId }),
  account_number: maskNumber(account.accountNumber, maskRule),
});

/** 本服务商负责进件的特约商户/二级商户; a frozen one still has its account. */
function requireOwnMerchant(context: ApiContext): SubMerchant {
  const fields = { sub_mchid: field.string('特约商户/二级商户号', { min: 8, max: 10, pattern: /^\d+$/ }) };
  const given = { sub_mchid: context.params.sub_mchid };
  const { sub_mchid } = checkFields(fields, given, { location: 'uri_template' });
  const merchant = context.state.subMerchants.get(String(sub_mchid));
  if (merchant?.providerMchid === context.merchant.mchid) return merchant;
  throw new ApiProblem(403, 'NO_AUTH', '商户权限异常，请确认是否为本服务商进件的商户', {
    internalCode: internalCodes.noPartnerRelation,
    explanation: {
      en: `${String(sub_mchid)} was not onboarded by ${context.merchant.mchid}`,
      zh: `${String(sub_mchid)} 不是由 ${context.merchant.mchid} 进件的商户`,
    },
  });
}

/** The sandbox's initial merchants have an account too. */
function settlementFor(context: ApiContext, merchant: SubMerchant): Settlement {
  const settlements = settlementsOf(context.state);
  const known = settlements.get(merchant.mchid);
  if (known) return known;
  const made: Settlement = {
    account: {
      accountType: 'ACCOUNT_TYPE_BUSINESS',
      accountBank: '工商银行',
      accountNumber: `4000${merchant.mchid.padStart(15, '0')}`,
      accountName: merchant.name,
    },
    verifyResult: 'VERIFY_SUCCESS',
    allowedTypes: ['ACCOUNT_TYPE_BUSINESS'],
    holderNames: { ACCOUNT_TYPE_BUSINESS: merchant.name },
  };
  settlements.set(merchant.mchid, made);
  return made;
}

function changesFor(context: ApiContext, subMchid: string): SettlementChange[] {
  const changes = [...settlementChangesOf(context.state).values()].filter((it) => it.subMchid === subMchid);
  for (const change of changes) settleChange(context, change);
  return changes;
}

/** A change is reviewed within seconds here; the account name decides the result. */
function settleChange(context: ApiContext, change: SettlementChange): SettlementChange {
  if (change.state !== 'AUDITING' || change.dueAtMs > context.nowMs) return change;
  const merchant = context.state.subMerchants.get(change.subMchid);
  if (!merchant) return change;
  const current = settlementFor(context, merchant);
  const expected = current.holderNames[change.account.accountType];
  change.finishedAtMs = change.dueAtMs;
  if (expected !== undefined && expected !== change.account.accountName) {
    change.state = 'AUDIT_FAIL';
    change.reason = '银行卡户名或卡号有误';
  } else {
    change.state = 'AUDIT_SUCCESS';
    settlementsOf(context.state).set(change.subMchid, { ...current, account: change.account });
  }
  const { applicationNo, subMchid, state, reason } = change;
  context.bus.publish('application', { what: 'settlement', applicationNo, subMchid, state, reason });
  return change;
}

function readChange(context: ApiContext, settlement: Settlement): SettlementAccount {
  const form = checkFields(changeFields, context.body, {
    location: 'body',
    decrypt: (cipher, pointer) => openSecret(context, cipher, pointer),
  });
  checkClear(changeFields, form, dayInChina(context.nowMs));
  const accountType = form.account_type as SettlementAccount['accountType'];
  if (!settlement.allowedTypes.includes(accountType)) {
    throw broken('/account_type', '账户类型', '账户类型与主体类型不匹配', accountType);
  }
  if (form.account_bank === otherBank && form.bank_name === undefined && form.bank_branch_id === undefined) {
    throw broken('/bank_name', '开户银行全称（含支行）', '与开户银行联行号二选一必填', null);
  }
  const name = form.account_name ?? settlement.holderNames[accountType] ?? settlement.account.accountName;
  return {
    accountType,
    accountBank: String(form.account_bank),
    ...(form.bank_name === undefined ? {} : { bankName: String(form.bank_name) }),
    ...(form.bank_branch_id === undefined ? {} : { bankBranchId: String(form.bank_branch_id) }),
    accountNumber: String(form.account_number),
    accountName: String(name),
  };
}

function modify(context: ApiContext) {
  const merchant = requireOwnMerchant(context);
  const account = readChange(context, settlementFor(context, merchant));
  const changes = changesFor(context, merchant.mchid);
  if (changes.some((it) => it.state === 'AUDITING')) {
    throw new ApiProblem(400, 'INVALID_REQUEST', '存在审核中的修改结算账户申请单，请等待审核结果', {
      explanation: { en: 'only one change is looked at at a time', zh: '同一时间只能有一个修改在审核' },
    });
  }
  const today = dayInChina(context.nowMs);
  if (changes.filter((it) => dayInChina(it.createdAtMs) === today).length >= changesPerDay) {
    throw new ApiProblem(
      429,
      'RATELIMIT_EXCEEDED',
      '该商户当天修改结算账户次数已达上限，请第二天再发起修改',
      {
        internalCode: internalCodes.rateLimit,
        explanation: { en: `${changesPerDay} changes a day`, zh: `每天最多修改 ${changesPerDay} 次` },
      },
    );
  }
  const applicationNo = `1023${context.state.random.digits(12)}`;
  const change: SettlementChange = {
    applicationNo,
    subMchid: merchant.mchid,
    account,
    state: 'AUDITING',
    createdAtMs: context.nowMs,
    dueAtMs: context.nowMs + autoStepMs,
  };
  settlementChangesOf(context.state).set(applicationNo, change);
  const shown = { applicationNo, subMchid: merchant.mchid, state: change.state };
  context.bus.publish('application', { what: 'settlement', ...shown });
  return { body: { application_no: applicationNo } };
}

function query(context: ApiContext) {
  const merchant = requireOwnMerchant(context);
  const maskRule = readMaskRule(context);
  changesFor(context, merchant.mchid);
  const { account, verifyResult } = settlementFor(context, merchant);
  return { body: { ...accountView(account, maskRule), verify_result: verifyResult } };
}

function queryChange(context: ApiContext) {
  const merchant = requireOwnMerchant(context);
  const maskRule = readMaskRule(context);
  const change = changesFor(context, merchant.mchid).find(
    (it) => it.applicationNo === context.params.application_no,
  );
  if (!change) {
    throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '申请单不存在', {
      explanation: {
        en: `${merchant.mchid} has no change ${context.params.application_no}`,
        zh: `${merchant.mchid} 没有修改结算账户申请单 ${context.params.application_no}`,
      },
    });
  }
  const { account, state, reason, finishedAtMs } = change;
  return {
    body: {
      account_name: maskName(account.accountName),
      ...accountView(account, maskRule),
      verify_result: state,
      ...(reason === undefined ? {} : { verify_fail_reason: reason }),
      ...(finishedAtMs === undefined ? {} : { verify_finish_time: rfc3339(finishedAtMs) }),
    },
  };
}

const roles = ['partner', 'ecommerce'] as const;

export const settlementEndpoints: readonly Endpoint[] = [
  {
    name: '查询结算账户',
    method: 'GET',
    path: '/v3/apply4sub/sub_merchants/{sub_mchid}/settlement',
    bodyKind: 'none',
    roles,
    handle: query,
  },
  {
    name: '修改结算账户',
    method: 'POST',
    path: '/v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement',
    bodyKind: 'json',
    roles,
    handle: modify,
  },
  {
    name: '查询结算账户修改申请状态',
    method: 'GET',
    path: '/v3/apply4sub/sub_merchants/{sub_mchid}/application/{application_no}',
    bodyKind: 'none',
    roles,
    handle: queryChange,
  },
];
