/** How the fields of 二级商户进件 depend on each other, subject by subject. `form` is in clear and well-formed. */
import type { Json } from './check.ts';
import { creditCodeRule } from './clear.ts';
import { certificateTypes, ecommerceDocuments as documents } from './documents.ts';
import { organizationTypes as types } from './ecommerce.ts';
import { otherBank } from './parts.ts';
import { checkBeneficiaries, checkDocument } from './people.ts';
import { broken, missing, notApplicable, refused } from './problem.ts';

type Subject = keyof typeof types;

const subjectOf = (form: Json): Subject =>
  (Object.keys(types) as Subject[]).find((name) => types[name] === form.organization_type)!;

const isPerson = (subject: Subject) => subject === 'micro' || subject === 'seller';
const isOrgan = (subject: Subject) => subject === 'institution' || subject === 'government';
const isRegistered = (subject: Subject) => isOrgan(subject) || subject === 'social';

export function checkEcommerceConditions(form: Json, today: string): void {
  const subject = subjectOf(form);
  checkLicense(form, subject);
  checkFinance(form, subject);
  checkIdentity(form, subject, today);
  checkBeneficiaries(form, {
    isEnterprise: subject === 'enterprise',
    owner: form.owner,
    ownerAt: '/owner',
    listAt: '/ubo_info_list',
    family: documents,
    today,
  });
  checkAccount(form, subject);
  checkContact(form, subject, today);
  const shop = form.sales_scene_info as Json;
  if (shop.store_url === undefined && shop.store_qr_code === undefined) {
    throw broken('/sales_scene_info/store_url', '店铺链接', '店铺二维码与店铺链接二选一必填', null);
  }
  if (subject === 'seller' && form.business_addition_desc === undefined) {
    throw missing('/business_addition_desc', '补充说明');
  }
}

function checkLicense(form: Json, subject: Subject): void {
  const at = '/business_license_info';
  const license = form.business_license_info as Json | undefined;
  if (isPerson(subject)) {
    if (license) throw notApplicable(at, '营业执照/登记证书信息', '主体为小微/个人卖家');
    return;
  }
  if (!license) throw missing(at, '营业执照/登记证书信息');
  const name = String(license.merchant_name);
  if (subject !== 'enterprise' && name.endsWith('公司')) {
    throw broken(`${at}/merchant_name`, '商户名称', '该主体类型的商户名称不能以“公司”结尾', name);
  }
  if (!isRegistered(subject)) {
    if (license.cert_type) throw notApplicable(`${at}/cert_type`, '证书类型', '主体为个体工商户/企业');
    const issue = creditCodeRule(String(license.business_license_number), '');
    if (issue) throw broken(`${at}/business_license_number`, '证件注册号', issue);
    return;
  }
  if (!license.cert_type) throw missing(`${at}/cert_type`, '证书类型');
  const allowed = certificateTypes[subject as keyof typeof certificateTypes] as readonly string[];
  if (!allowed.includes(String(license.cert_type))) {
    throw broken(`${at}/cert_type`, '证书类型', '与主体类型不匹配', license.cert_type);
  }
  if (!license.company_address) throw missing(`${at}/company_address`, '注册地址');
  if (!license.business_time) throw missing(`${at}/business_time`, '营业期限');
}

function checkFinance(form: Json, subject: Subject): void {
  const at = '/finance_institution_info';
  if (form.finance_institution === true) {
    if (isPerson(subject)) {
      throw broken('/finance_institution', '是否金融机构', '小微/个人卖家不能是金融机构', true);
    }
    if (!form.finance_institution_info) throw missing(at, '金融机构许可证信息');
  } else if (form.finance_institution_info) {
    throw notApplicable(at, '金融机构许可证信息', '主体不是金融机构');
  }
}

function checkIdentity(form: Json, subject: Subject, today: string): void {
  if (form.id_holder_type === 'SUPER') {
    if (!isOrgan(subject)) {
      throw broken('/id_holder_type', '证件持有人类型', '仅政府机关/事业单位可选择经办人', 'SUPER');
    }
    if (!form.authorize_letter_copy) throw missing('/authorize_letter_copy', '法定代表人说明函');
    for (const name of ['id_doc_type', 'id_card_info', 'id_doc_info']) {
      if (form[name] !== undefined) throw notApplicable(`/${name}`, '法人证件', '证件持有人类型为经办人');
    }
    return;
  }
  if (form.authorize_letter_copy) {
    throw notApplicable('/authorize_letter_copy', '法定代表人说明函', '证件持有人类型不为经办人');
  }
  const type = form.id_doc_type ?? documents.idCard;
  if ((isPerson(subject) || subject === 'government') && type !== documents.idCard) {
    throw broken('/id_doc_type', '经营者/法人证件类型', '该主体类型仅支持中国大陆居民-身份证', type);
  }
  const [wanted, other] =
    type === documents.idCard ? ['id_card_info', 'id_doc_info'] : ['id_doc_info', 'id_card_info'];
  if (!form[wanted!]) throw missing(`/${wanted}`, '经营者/法人证件信息');
  if (form[other!]) throw notApplicable(`/${other}`, '经营者/法人证件信息', '证件类型与之不符');
  if (type !== documents.idCard) {
    const doc = { ...(form.id_doc_info as Json), type };
    const names = { type: 'type', number: 'id_doc_number', back: 'id_doc_copy_back' };
    checkDocument(doc, names, documents, '/id_doc_info', today);
  }
}

/** Name and number on the document of the 经营者/法人, where it was given. */
function holderOf(form: Json): { readonly name: unknown; readonly number: unknown } | undefined {
  const card = form.id_card_info as Json | undefined;
  if (card) return { name: card.id_card_name, number: card.id_card_number };
  const doc = form.id_doc_info as Json | undefined;
  return doc && { name: doc.id_doc_name, number: doc.id_doc_number };
}

function checkAccount(form: Json, subject: Subject): void {
  const at = '/account_info';
  const account = form.account_info as Json;
  const type = account.bank_account_type;
  const allowed = isPerson(subject) ? ['75'] : subject === 'individual' ? ['74', '75'] : ['74'];
  if (!allowed.includes(String(type))) {
    throw broken(`${at}/bank_account_type`, '账户类型', '账户类型与主体类型不匹配', type);
  }
  const branchGiven = account.bank_name !== undefined || account.bank_branch_id !== undefined;
  if (account.account_bank === otherBank && !branchGiven) {
    throw broken(`${at}/bank_name`, '开户银行全称（含支行）', '与开户银行联行号二选一必填', null);
  }
  const certified = account.account_cert_info !== undefined;
  if (certified && !isOrgan(subject)) {
    throw notApplicable(`${at}/account_cert_info`, '银行账户证明材料', '主体不是政府机关/事业单位');
  }
  const license = form.business_license_info as Json | undefined;
  const owner = type === '75' ? holderOf(form)?.name : license?.merchant_name;
  if (account.account_name !== owner && !certified) {
    const whose = type === '75' ? '经营者证件姓名' : '营业执照上的商户名称';
    throw broken(`${at}/account_name`, '开户名称', `必须与${whose}一致`);
  }
}

const agentFields = [
  ['contact_id_doc_type', '超级管理员证件类型'],
  ['contact_id_card_number', '超级管理员身份证件号码'],
  ['contact_id_doc_copy', '超级管理员证件正面照片'],
  ['contact_id_doc_period_begin', '超级管理员证件有效期开始时间'],
  ['contact_id_doc_period_end', '超级管理员证件有效期结束时间'],
] as const;

function checkContact(form: Json, subject: Subject, today: string): void {
  const at = '/contact_info';
  const contact = form.contact_info as Json;
  if (contact.contact_type === '66') {
    if (isPerson(subject)) {
      throw broken(`${at}/contact_type`, '超级管理员类型', '小微/个人卖家只可选择65-经营者/法人', '66');
    }
    for (const [name, label] of agentFields) {
      if (contact[name] === undefined) throw missing(`${at}/${name}`, label);
    }
    if (!contact.business_authorization_letter) {
      throw refused(`${at}/business_authorization_letter`, '请填写业务办理授权函');
    }
    const names = {
      type: 'contact_id_doc_type',
      number: 'contact_id_card_number',
      back: 'contact_id_doc_copy_back',
    };
    checkDocument(contact, names, documents, at, today);
    return;
  }
  checkLegalContact(form, contact, at);
}

/** A legal person as administrator is the one on the document; no further fields are required. */
function checkLegalContact(form: Json, contact: Json, at: string): void {
  const unneeded = [
    'contact_id_doc_copy',
    'contact_id_doc_copy_back',
    'contact_id_doc_period_begin',
    'contact_id_doc_period_end',
    'business_authorization_letter',
  ];
  for (const name of unneeded) {
    if (contact[name] !== undefined)
      throw notApplicable(`${at}/${name}`, name, '超级管理员类型为经营者/法人');
  }
  const holder = holderOf(form);
  const license = form.business_license_info as Json | undefined;
  if (contact.contact_name !== (holder?.name ?? license?.legal_person)) {
    throw broken(`${at}/contact_name`, '超级管理员姓名', '管理员类型为法人时，需与法人身份证姓名一致');
  }
  const number = contact.contact_id_card_number;
  if (number !== undefined && holder && number !== holder.number) {
    const issue = '管理员类型为法人时，需与法人身份证号码一致';
    throw broken(`${at}/contact_id_card_number`, '超级管理员身份证件号码', issue);
  }
}
