/**
 * Cross-field rules of a 特约商户进件, row by row from the parameter tables of
 * https://pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html and, for 小微,
 * https://pay.weixin.qq.com/doc/v3/partner/4012722249
 */

import { applyment4subDocumentTypes } from '../forms/applyment4sub.ts';
import { microBlocks } from '../forms/applyment4sub-micro.ts';
import { sceneBlocks } from '../forms/applyment4sub-scenes.ts';
import { organisationCertificates } from '../forms/fields.ts';
import type { DocumentKind } from '../forms/identity.ts';
import { bankBranch, type FormReader, sameName } from './reader.ts';

const micro = 'SUBJECT_TYPE_MICRO';
const individual = 'SUBJECT_TYPE_INDIVIDUAL';
const enterprise = 'SUBJECT_TYPE_ENTERPRISE';
const government = 'SUBJECT_TYPE_GOVERNMENT';
const institutions = 'SUBJECT_TYPE_INSTITUTIONS';
const others = 'SUBJECT_TYPE_OTHERS';

const certificatesBySubject: Record<string, readonly string[]> = {
  [institutions]: ['CERTIFICATE_TYPE_2388'],
  [government]: ['CERTIFICATE_TYPE_2389'],
  [others]: organisationCertificates,
};

const mainlandId = 'IDENTIFICATION_TYPE_IDCARD';
const identity = 'subject_info.identity_info';

function documentKind(type = ''): DocumentKind | undefined {
  return Object.hasOwn(applyment4subDocumentTypes, type)
    ? applyment4subDocumentTypes[type as keyof typeof applyment4subDocumentTypes]
    : undefined;
}

/** Finds every broken cross-field rule. */
export function checkApplyment4sub(form: FormReader): void {
  const subject = form.text('subject_info.subject_type') ?? '';
  checkSubject(form, subject);
  checkHolder(form, subject);
  checkOwners(form, subject);
  if (subject === micro) checkMicro(form);
  else checkContact(form);
  checkScenes(form, subject);
  checkActivity(form);
  checkAccount(form, subject);
}

function checkSubject(form: FormReader, subject: string): void {
  const at = (field: string) => `subject_info.${field}`;
  const isCertified = Object.hasOwn(certificatesBySubject, subject);
  form.onlyWhen([individual, enterprise].includes(subject), at('business_license_info'));
  form.onlyWhen(isCertified, at('certificate_info'));
  form.onlyWhen(subject === micro, at('micro_biz_info'));
  form.forbid(![government, institutions].includes(subject), at('certificate_letter_copy'));
  form.forbid(subject === micro, at('finance_institution'));
  const isFinancial = subject !== micro && form.at(at('finance_institution')) === true;
  form.onlyWhen(isFinancial, at('finance_institution_info'));
  form.oneOf(at('certificate_info.cert_type'), certificatesBySubject[subject] ?? []);
  form.period(at('certificate_info.period_begin'), at('certificate_info.period_end'));
  form.period(at('business_license_info.period_begin'), at('business_license_info.period_end'));
  const name = at('business_license_info.merchant_name');
  if (subject === individual && form.text(name)?.endsWith('公司')) form.fail(name, 'companySuffix');
}

/** 证件持有人: only 政府机关 and 事业单位 may give the 经办人's letter instead of the legal person's document. */
function checkHolder(form: FormReader, subject: string): void {
  const at = (field: string) => `${identity}.${field}`;
  form.forbid(![government, institutions].includes(subject), at('id_holder_type'));
  const byAgent = form.text(at('id_holder_type')) === 'SUPER';
  form.onlyWhen(byAgent, at('authorize_letter_copy'));
  form.forbid(byAgent, at('id_doc_type'), at('id_card_info'), at('id_doc_info'));
  if (byAgent) return;
  form.require(form.has(identity), at('id_doc_type'));
  const type = form.text(at('id_doc_type'));
  if (type === undefined) return;
  if ([micro, government].includes(subject)) form.oneOf(at('id_doc_type'), [mainlandId]);
  form.onlyWhen(type === mainlandId, at('id_card_info'));
  form.onlyWhen(type !== mainlandId, at('id_doc_info'));
  form.period(at('id_card_info.card_period_begin'), at('id_card_info.card_period_end'));
  form.period(at('id_doc_info.doc_period_begin'), at('id_doc_info.doc_period_end'));
  if (form.has(at('id_card_info'))) form.onlyWhen(subject === enterprise, at('id_card_info.id_card_address'));
  if (!form.has(at('id_doc_info'))) return;
  form.onlyWhen(subject === enterprise, at('id_doc_info.id_doc_address'));
  form.documentNumber(at('id_doc_info.id_doc_number'), documentKind(type));
  form.require(documentKind(type) !== 'passport', at('id_doc_info.id_doc_copy_back'));
}

/** 受益人: enterprises only. */
function checkOwners(form: FormReader, subject: string): void {
  const list = 'subject_info.ubo_info_list';
  form.onlyWhen(subject === enterprise, `${identity}.owner`);
  form.forbid(subject !== enterprise, list);
  if (subject !== enterprise) return;
  form.require(form.at(`${identity}.owner`) === false, list);
  if (form.at(`${identity}.owner`) === true && form.count(list) > 3) form.fail(list, 'tooManyOwners');
  for (let index = 0; index < form.count(list); index++) {
    const at = (field: string) => `${list}.${index}.${field}`;
    const kind = documentKind(form.text(at('ubo_id_doc_type')));
    form.documentNumber(at('ubo_id_doc_number'), kind);
    form.require(kind !== undefined && kind !== 'passport', at('ubo_id_doc_copy_back'));
    form.period(at('ubo_period_begin'), at('ubo_period_end'));
  }
  form.distinct(list, 'ubo_id_doc_number');
}

const agentFields = [
  'contact_info.contact_id_doc_type',
  'contact_info.contact_id_doc_copy',
  'contact_info.contact_period_begin',
  'contact_info.contact_period_end',
  'contact_info.business_authorization_letter',
];

/** 超级管理员: the legal person, or an agent (SUPER) with documents and a letter of authority. */
function checkContact(form: FormReader): void {
  form.require(form.has('contact_info'), 'contact_info.contact_type');
  const type = form.text('contact_info.contact_type');
  if (type !== 'LEGAL' && type !== 'SUPER') return;
  form.onlyWhen(type === 'SUPER', ...agentFields, 'contact_info.contact_id_number');
  if (type === 'LEGAL') {
    form.forbid(true, 'contact_info.contact_id_doc_copy_back');
    checkOwnName(form);
    return;
  }
  const kind = documentKind(form.text('contact_info.contact_id_doc_type'));
  form.require(kind !== undefined && kind !== 'passport', 'contact_info.contact_id_doc_copy_back');
  form.documentNumber('contact_info.contact_id_number', kind);
  form.period('contact_info.contact_period_begin', 'contact_info.contact_period_end');
}

/**
 * An administrator who is not an agent has the name on the ID card. WeChat Pay answers another name with
 * 请填写业务办理授权函: developers.weixin.qq.com/community/develop/doc/000ec6d6e50450364121a5c6b61000
 */
function checkOwnName(form: FormReader): void {
  const contact = form.text('contact_info.contact_name');
  const holder = form.text(`${identity}.id_card_info.id_card_name`);
  if (contact !== undefined && holder !== undefined && !sameName(contact, holder)) {
    form.fail('contact_info.contact_name', 'sameAsId');
  }
}

/** 小微: the operator is the administrator, identified by ID number or openid; the page has no contact_type. */
function checkMicro(form: FormReader): void {
  form.forbid(true, 'contact_info.contact_type', ...agentFields, 'contact_info.contact_id_doc_copy_back');
  if (form.has('contact_info')) form.exactlyOne('contact_info.contact_id_number', 'contact_info.openid');
  form.documentNumber('contact_info.contact_id_number', 'mainlandId');
  checkOwnName(form);
  const block = 'subject_info.micro_biz_info';
  const type = form.text(`${block}.micro_biz_type`);
  for (const [kind, name] of Object.entries(microBlocks)) form.onlyWhen(kind === type, `${block}.${name}`);
  if (form.has(`${block}.micro_online_info`)) {
    form.exactlyOne(`${block}.micro_online_info.micro_qrcode`, `${block}.micro_online_info.micro_link`);
  }
}

/** 经营场景: a block for each chosen scene and none for the others; 小微 has no scenes. */
function checkScenes(form: FormReader, subject: string): void {
  const sales = 'business_info.sales_info';
  if (form.has('business_info')) form.onlyWhen(subject !== micro, sales);
  const chosen = form.at(`${sales}.sales_scenes_type`);
  const scenes: unknown[] = Array.isArray(chosen) ? chosen : [];
  if (new Set(scenes).size < scenes.length) form.fail(`${sales}.sales_scenes_type`, 'duplicate');
  for (const [scene, block] of Object.entries(sceneBlocks)) {
    form.onlyWhen(scenes.includes(scene), `${sales}.${block}`);
  }
  for (const [block, name] of [
    ['mp_info', 'mp'],
    ['mini_program_info', 'mini_program'],
    ['app_info', 'app'],
  ]) {
    if (form.has(`${sales}.${block}`)) {
      form.exactlyOne(`${sales}.${block}.${name}_appid`, `${sales}.${block}.${name}_sub_appid`);
    }
  }
}

function checkActivity(form: FormReader): void {
  if (form.has('settlement_info.activities_id')) return;
  for (const field of [
    'activities_rate',
    'debit_activities_rate',
    'credit_activities_rate',
    'activities_additions',
  ]) {
    if (form.has(`settlement_info.${field}`)) form.fail(`settlement_info.${field}`, 'needsActivity');
  }
}

function checkAccount(form: FormReader, subject: string): void {
  const [corporate, personal] = ['BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL'];
  const allowed =
    subject === micro ? [personal] : subject === individual ? [corporate, personal] : [corporate];
  form.oneOf('bank_account_info.bank_account_type', allowed);
  bankBranch(form, 'bank_account_info.');
  const mayDiffer =
    [government, institutions].includes(subject) ||
    form.text('settlement_info.qualification_type') === '党费';
  form.forbid(!mayDiffer, 'bank_account_info.account_cert_info');
  const holder = form.text('bank_account_info.account_name');
  if (holder === undefined || form.has('bank_account_info.account_cert_info')) return;
  if (form.text('bank_account_info.bank_account_type') === corporate) {
    const merchant =
      form.text('subject_info.business_license_info.merchant_name') ??
      form.text('subject_info.certificate_info.merchant_name');
    if (merchant !== undefined && !sameName(holder, merchant)) {
      form.fail('bank_account_info.account_name', 'accountNameOfMerchant');
    }
  } else {
    const person =
      form.text(`${identity}.id_card_info.id_card_name`) ?? form.text(`${identity}.id_doc_info.id_doc_name`);
    if (person !== undefined && !sameName(holder, person)) {
      form.fail('bank_account_info.account_name', 'accountNameOfPerson');
    }
  }
}
