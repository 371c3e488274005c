/**
 * Cross-field rules of a 二级商户进件, row by row from the parameter table of
 * https://pay.weixin.qq.com/doc/v3/partner/4012713017
 */

import { ecommerceDocumentTypes } from '../forms/ecommerce.ts';
import { organisationCertificates } from '../forms/fields.ts';
import { type DocumentKind, isCalendarDate } from '../forms/identity.ts';
import { bankBranch, type FormReader, sameName } from './reader.ts';

/** 政府机关, 事业单位, 社会组织: they have a certificate instead of a licence. */
const certified = ['3', '2502', '1708'];
/** 小微, 个人卖家: no licence at all. */
const unlicensed = ['2401', '2500'];

const certificatesBySubject: Record<string, readonly string[]> = {
  '3': ['CERTIFICATE_TYPE_2388'],
  '2502': ['CERTIFICATE_TYPE_2389'],
  '1708': organisationCertificates,
};

const mainlandId = 'IDENTIFICATION_TYPE_MAINLAND_IDCARD';

function documentKind(type = ''): DocumentKind | undefined {
  return Object.hasOwn(ecommerceDocumentTypes, type)
    ? ecommerceDocumentTypes[type as keyof typeof ecommerceDocumentTypes]
    : undefined;
}

/** Finds every broken cross-field rule. */
export function checkEcommerce(form: FormReader): void {
  const subject = form.text('organization_type') ?? '';
  checkLicense(form, subject);
  checkHolder(form, subject);
  checkOwners(form, subject);
  checkAccount(form, subject);
  checkContact(form, subject);
  form.exactlyOne('sales_scene_info.store_url', 'sales_scene_info.store_qr_code');
  form.require(subject === '2500', 'business_addition_desc');
}

function checkLicense(form: FormReader, subject: string): void {
  form.onlyWhen(!unlicensed.includes(subject), 'business_license_info');
  form.onlyWhen(form.at('finance_institution') === true, 'finance_institution_info');
  if (!form.has('business_license_info')) return;
  const at = (field: string) => `business_license_info.${field}`;
  const isCertified = certified.includes(subject);
  form.onlyWhen(isCertified, at('cert_type'));
  form.require(isCertified, at('company_address'), at('business_time'));
  form.oneOf(at('cert_type'), certificatesBySubject[subject] ?? []);
  const number = form.text(at('business_license_number')) ?? '';
  if (!isCertified && !/^[\dA-Z]{18}$/.test(number)) {
    form.fail(at('business_license_number'), 'licenceNumber');
  }
  if (subject !== '2' && form.text(at('merchant_name'))?.endsWith('公司')) {
    form.fail(at('merchant_name'), 'companySuffix');
  }
  checkBusinessTime(form, at('business_time'));
}

/** 营业期限 is JSON text: `["2014-01-01","长期"]`. As a text, 长期 comes after every date. */
function checkBusinessTime(form: FormReader, path: string): void {
  const value = form.text(path);
  if (value === undefined) return;
  const period = parsePeriod(value);
  if (!period) form.fail(path, 'period');
  else if (period.begin >= form.today) form.fail(path, 'notBegun');
  else if (period.end <= period.begin) form.fail(path, 'endBeforeBegin');
  else if (period.end < form.today) form.fail(path, 'expired');
}

function parsePeriod(value: string): { begin: string; end: string } | undefined {
  const match = /^\["(\d{4}-\d{2}-\d{2})", ?"(\d{4}-\d{2}-\d{2}|\u957f\u671f)"\]$/.exec(value);
  if (!match?.[1] || !match[2]) return undefined;
  const isReal = isCalendarDate(match[1]) && (match[2] === '长期' || isCalendarDate(match[2]));
  return isReal ? { begin: match[1], end: match[2] } : undefined;
}

/** 证件持有人: only 政府机关 and 事业单位 may give the 经办人's letter instead of the legal person's document. */
function checkHolder(form: FormReader, subject: string): void {
  form.forbid(!['3', '2502'].includes(subject), 'id_holder_type');
  const byAgent = form.text('id_holder_type') === 'SUPER';
  form.onlyWhen(byAgent, 'authorize_letter_copy');
  form.forbid(byAgent, 'id_doc_type', 'id_card_info', 'id_doc_info');
  if (byAgent) return;
  const type = form.text('id_doc_type') ?? mainlandId;
  if ([...unlicensed, '2502'].includes(subject)) form.oneOf('id_doc_type', [mainlandId]);
  form.onlyWhen(type === mainlandId, 'id_card_info');
  form.onlyWhen(type !== mainlandId, 'id_doc_info');
  form.period('id_card_info.id_card_valid_time_begin', 'id_card_info.id_card_valid_time');
  form.period('id_doc_info.doc_period_begin', 'id_doc_info.doc_period_end');
  form.documentNumber('id_doc_info.id_doc_number', documentKind(type));
  form.require(form.has('id_doc_info') && documentKind(type) !== 'passport', 'id_doc_info.id_doc_copy_back');
}

/** 受益人: enterprises only. */
function checkOwners(form: FormReader, subject: string): void {
  form.onlyWhen(subject === '2', 'owner');
  form.forbid(subject !== '2', 'ubo_info_list');
  if (subject !== '2') return;
  form.require(form.at('owner') === false, 'ubo_info_list');
  if (form.at('owner') === true && form.count('ubo_info_list') > 3)
    form.fail('ubo_info_list', 'tooManyOwners');
  for (let index = 0; index < form.count('ubo_info_list'); index++) {
    const at = (field: string) => `ubo_info_list.${index}.${field}`;
    const kind = documentKind(form.text(at('ubo_id_doc_type')));
    form.documentNumber(at('ubo_id_doc_number'), kind);
    form.require(kind !== undefined && kind !== 'passport', at('ubo_id_doc_copy_back'));
    form.period(at('ubo_id_doc_period_begin'), at('ubo_id_doc_period_end'));
  }
  form.distinct('ubo_info_list', 'ubo_id_doc_number');
}

function checkAccount(form: FormReader, subject: string): void {
  const allowed = unlicensed.includes(subject) ? ['75'] : subject === '4' ? ['74', '75'] : ['74'];
  form.oneOf('account_info.bank_account_type', allowed);
  bankBranch(form, 'account_info.');
  const mayDiffer =
    ['3', '2502'].includes(subject) || form.text('settlement_info.qualification_type') === '党费';
  form.forbid(!mayDiffer, 'account_info.account_cert_info');
  const holder = form.text('account_info.account_name');
  if (holder === undefined || form.has('account_info.account_cert_info')) return;
  if (form.text('account_info.bank_account_type') === '74') {
    const merchant = form.text('business_license_info.merchant_name');
    if (merchant !== undefined && !sameName(holder, merchant)) {
      form.fail('account_info.account_name', 'accountNameOfMerchant');
    }
  } else {
    const person = form.text('id_card_info.id_card_name') ?? form.text('id_doc_info.id_doc_name');
    if (person !== undefined && !sameName(holder, person)) {
      form.fail('account_info.account_name', 'accountNameOfPerson');
    }
  }
}

const agentFields = [
  'contact_info.contact_id_doc_type',
  'contact_info.contact_id_doc_copy',
  'contact_info.contact_id_doc_period_begin',
  'contact_info.contact_id_doc_period_end',
  'contact_info.business_authorization_letter',
];

/** 超级管理员: the legal person (65), or an agent (66) with documents and a letter of authority. */
function checkContact(form: FormReader, subject: string): void {
  if (unlicensed.includes(subject)) form.oneOf('contact_info.contact_type', ['65']);
  const type = form.text('contact_info.contact_type');
  if (type !== '65' && type !== '66') return;
  form.onlyWhen(type === '66', ...agentFields);
  if (type === '66') {
    const kind = documentKind(form.text('contact_info.contact_id_doc_type'));
    form.require(true, 'contact_info.contact_id_card_number');
    form.require(kind !== undefined && kind !== 'passport', 'contact_info.contact_id_doc_copy_back');
    form.documentNumber('contact_info.contact_id_card_number', kind);
    form.period('contact_info.contact_id_doc_period_begin', 'contact_info.contact_id_doc_period_end');
    return;
  }
  form.forbid(true, 'contact_info.contact_id_doc_copy_back');
  const name =
    form.text('id_card_info.id_card_name') ??
    form.text('id_doc_info.id_doc_name') ??
    form.text('business_license_info.legal_person');
  const number = form.text('id_card_info.id_card_number') ?? form.text('id_doc_info.id_doc_number');
  const contactName = form.text('contact_info.contact_name');
  const contactNumber = form.text('contact_info.contact_id_card_number');
  if (name !== undefined && contactName !== undefined && !sameName(name, contactName)) {
    form.fail('contact_info.contact_name', 'sameAsId');
  }
  if (number !== undefined && contactNumber !== undefined && number !== contactNumber) {
    form.fail('contact_info.contact_id_card_number', 'sameAsId');
  }
}
