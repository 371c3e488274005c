/** What both kinds of form say about the merchant, and the merchant created from them. */
import type { State } from '../context.ts';
import { usualFeeBasisPoints } from '../state/merchants.ts';
import type { Json } from './rules/check.ts';
import { organizationTypes } from './rules/ecommerce.ts';
import { type Application, type Settlement, type SettlementAccount, settlementsOf } from './store.ts';

const part = (form: Json, ...names: string[]): Json =>
  names.reduce<Json>((at, name) => (at[name] ?? {}) as Json, form);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function shortnameOf(application: Application): string {
  const { form } = application;
  return textOf(form.merchant_shortname ?? part(form, 'business_info').merchant_shortname);
}

export function subjectOf(application: Application): string {
  const { form } = application;
  return textOf(form.organization_type ?? part(form, 'subject_info').subject_type);
}

/** 账户验证: a subject whose administrator or document holder is an agent proves its account by a transfer. */
export function needsAccountCheck(application: Application): boolean {
  const { form } = application;
  return part(form, 'contact_info').contact_type === '66' || form.id_holder_type === 'SUPER';
}

/** 政府机关、事业单位 that did not send 单位证明函. */
export function isOrganWithoutLetter(application: Application): boolean {
  const subject = part(application.form, 'subject_info');
  const isOrgan = ['SUBJECT_TYPE_GOVERNMENT', 'SUBJECT_TYPE_INSTITUTIONS'].includes(subjectOf(application));
  return isOrgan && subject.certificate_letter_copy === undefined;
}

/** The account from the form, with the field values of the settlement APIs. */
export function accountOf(application: Application): SettlementAccount {
  const info = part(
    application.form,
    application.kind === 'ecommerce' ? 'account_info' : 'bank_account_info',
  );
  const isPrivate =
    info.bank_account_type === '75' || info.bank_account_type === 'BANK_ACCOUNT_TYPE_PERSONAL';
  return {
    accountType: isPrivate ? 'ACCOUNT_TYPE_PRIVATE' : 'ACCOUNT_TYPE_BUSINESS',
    accountBank: textOf(info.account_bank),
    ...(info.bank_name === undefined ? {} : { bankName: textOf(info.bank_name) }),
    ...(info.bank_branch_id === undefined ? {} : { bankBranchId: textOf(info.bank_branch_id) }),
    accountNumber: textOf(info.account_number),
    accountName: textOf(info.account_name),
  };
}

function settlementOf(application: Application): Settlement {
  const subject = subjectOf(application);
  const { micro, seller, individual } = organizationTypes;
  const isPerson = [micro, seller, 'SUBJECT_TYPE_MICRO'].includes(subject);
  const isIndividual = [individual, 'SUBJECT_TYPE_INDIVIDUAL'].includes(subject);
  const { form } = application;
  const card = (form.id_card_info ?? part(form, 'subject_info', 'identity_info').id_card_info ?? {}) as Json;
  const doc = (form.id_doc_info ?? part(form, 'subject_info', 'identity_info').id_doc_info ?? {}) as Json;
  const licence = (form.business_license_info ??
    part(form, 'subject_info').business_license_info ??
    part(form, 'subject_info').certificate_info ??
    {}) as Json;
  return {
    account: accountOf(application),
    verifyResult: 'VERIFY_SUCCESS',
    allowedTypes: isPerson
      ? ['ACCOUNT_TYPE_PRIVATE']
      : isIndividual
        ? ['ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE']
        : ['ACCOUNT_TYPE_BUSINESS'],
    holderNames: {
      ACCOUNT_TYPE_PRIVATE: textOf(card.id_card_name ?? doc.id_doc_name),
      ACCOUNT_TYPE_BUSINESS: textOf(licence.merchant_name),
    },
  };
}

/** sub_appids that 完成进件后 are bound to the new merchant. */
function subAppidsOf(form: Json): string[] {
  const sales = part(form, 'business_info', 'sales_info');
  const found = [
    part(form, 'sales_scene_info').mini_program_sub_appid,
    part(sales, 'biz_store_info').biz_sub_appid,
    part(sales, 'mp_info').mp_sub_appid,
    part(sales, 'mini_program_info').mini_program_sub_appid,
    part(sales, 'app_info').app_sub_appid,
    part(sales, 'web_info').web_appid,
  ];
  return [...new Set(found.filter((appid) => typeof appid === 'string'))];
}

/** Registers the merchant: it can take payments and has a settlement account. */
export function registerMerchant(state: State, application: Application): void {
  const mchid = application.subMchid!;
  state.subMerchants.set(mchid, {
    mchid,
    name: shortnameOf(application),
    providerMchid: application.providerMchid,
    appids: subAppidsOf(application.form),
    feeBasisPoints: usualFeeBasisPoints,
    frozen: false,
  });
  settlementsOf(state).set(mchid, settlementOf(application));
}
