/** How the fields of 特约商户进件 depend on each other, subject by subject. `form` is in clear and well-formed. */
import { subjectTypes as types } from './applyment4sub.ts';
import type { Json } from './check.ts';
import { certificateTypes, applyment4subDocuments as documents } from './documents.ts';
import { otherBank } from './parts.ts';
import { checkBeneficiaries, checkDocument } from './people.ts';
import { broken, missing, notApplicable, refused } from './problem.ts';
import { checkSalesScenes } from './sales-scenes.ts';

type SubjectType = keyof typeof types;

const isOrgan = (type: SubjectType) => type === 'institution' || type === 'government';
const isRegistered = (type: SubjectType) => isOrgan(type) || type === 'social';

export function checkApplyment4subConditions(
  form: Json,
  today: string,
  providerAppids: readonly string[],
): void {
  const subject = form.subject_info as Json;
  const type = (Object.keys(types) as SubjectType[]).find((name) => types[name] === subject.subject_type)!;
  checkContact(form.contact_info as Json, subject.identity_info as Json, today);
  checkLicence(subject, type);
  checkCertificate(subject, type);
  checkFinance(subject);
  checkIdentity(subject.identity_info as Json, type, today);
  checkBeneficiaries(subject, {
    isEnterprise: type === 'enterprise',
    owner: (subject.identity_info as Json).owner,
    ownerAt: '/subject_info/identity_info/owner',
    listAt: '/subject_info/ubo_info_list',
    family: documents,
    today,
  });
  const sales = (form.business_info as Json).sales_info as Json;
  checkSalesScenes(sales, '/business_info/sales_info', providerAppids);
  checkAccount(form, subject, type);
}

const agentFields = [
  ['contact_id_doc_type', '超级管理员证件类型'],
  ['contact_id_number', '超级管理员身份证件号码'],
  ['contact_id_doc_copy', '超级管理员证件正面照片'],
  ['contact_period_begin', '超级管理员证件有效期开始时间'],
  ['contact_period_end', '超级管理员证件有效期结束时间'],
] as const;

function holderName(identity: Json): unknown {
  const holder = (identity.id_card_info ?? identity.id_doc_info) as Json | undefined;
  return holder?.id_card_name ?? holder?.id_doc_name;
}

function checkContact(contact: Json, identity: Json, today: string): void {
  const at = '/contact_info';
  if (contact.contact_type === 'LEGAL') {
    for (const [name, label] of [...agentFields, ['business_authorization_letter', '业务办理授权函']]) {
      if (contact[name!] !== undefined) {
        throw notApplicable(`${at}/${name}`, label!, '超级管理员类型为经营者/法人');
      }
    }
    const card = identity.id_card_info as Json | undefined;
    if (card && contact.contact_name !== card.id_card_name) {
      // 该姓名需与法人身份证姓名一致; of other documents the page says nothing. Developers were answered that the
      // letter was missing, so a person with another name counts as an agent.
      throw refused(`${at}/contact_name`, '请填写业务办理授权函');
    }
    return;
  }
  for (const [name, label] of agentFields) {
    if (contact[name] === undefined) throw missing(`${at}/${name}`, label);
  }
  if (!contact.business_authorization_letter) {
    throw refused(`${at}/business_authorization_letter`, '请填写业务办理授权函');
  }
  const names = {
    type: 'contact_id_doc_type',
    number: 'contact_id_number',
    back: 'contact_id_doc_copy_back',
  };
  checkDocument(contact, names, documents, at, today);
}

function checkLicence(subject: Json, type: SubjectType): void {
  const at = '/subject_info/business_license_info';
  const license = subject.business_license_info as Json | undefined;
  if (type !== 'individual' && type !== 'enterprise') {
    if (license) throw notApplicable(at, '营业执照', '主体类型不为个体户/企业');
    return;
  }
  if (!license) throw missing(at, '营业执照');
  const name = String(license.merchant_name);
  if (type === 'individual' && name.endsWith('公司')) {
    throw broken(`${at}/merchant_name`, '商户名称', '个体户，不能以“公司”结尾', name);
  }
}

function checkCertificate(subject: Json, type: SubjectType): void {
  const at = '/subject_info/certificate_info';
  const certificate = subject.certificate_info as Json | undefined;
  if (subject.certificate_letter_copy !== undefined && !isOrgan(type)) {
    const letterAt = '/subject_info/certificate_letter_copy';
    throw notApplicable(letterAt, '单位证明函照片', '主体类型不为政府机关/事业单位');
  }
  if (!isRegistered(type)) {
    if (certificate) throw notApplicable(at, '登记证书', '主体类型不为政府机关/事业单位/社会组织');
    return;
  }
  if (!certificate) throw missing(at, '登记证书');
  const allowed: readonly string[] = certificateTypes[type as keyof typeof certificateTypes];
  if (!allowed.includes(String(certificate.cert_type))) {
    throw broken(`${at}/cert_type`, '登记证书类型', '与主体类型不匹配', certificate.cert_type);
  }
}

function checkFinance(subject: Json): void {
  const at = '/subject_info/finance_institution_info';
  if (subject.finance_institution === true) {
    if (!subject.finance_institution_info) throw missing(at, '金融机构许可证信息');
  } else if (subject.finance_institution_info) {
    throw notApplicable(at, '金融机构许可证信息', '主体不是金融机构');
  }
}

function checkIdentity(identity: Json, type: SubjectType, today: string): void {
  const at = '/subject_info/identity_info';
  if (identity.id_holder_type === 'SUPER') {
    if (!isOrgan(type)) {
      throw broken(`${at}/id_holder_type`, '证件持有人类型', '仅政府机关/事业单位可选择经办人', 'SUPER');
    }
    if (!identity.authorize_letter_copy) throw missing(`${at}/authorize_letter_copy`, '法定代表人说明函');
    for (const name of ['id_doc_type', 'id_card_info', 'id_doc_info']) {
      if (identity[name] !== undefined) {
        throw notApplicable(`${at}/${name}`, '法人证件', '证件持有人类型为经办人');
      }
    }
    return;
  }
  if (identity.authorize_letter_copy) {
    throw notApplicable(`${at}/authorize_letter_copy`, '法定代表人说明函', '证件持有人类型不为经办人');
  }
  const idType = identity.id_doc_type;
  if (idType === undefined) throw missing(`${at}/id_doc_type`, '证件类型');
  if (type === 'government' && idType !== documents.idCard) {
    throw broken(`${at}/id_doc_type`, '证件类型', '该主体类型仅支持中国大陆居民-身份证', idType);
  }
  const isCard = idType === documents.idCard;
  const wanted = isCard ? 'id_card_info' : 'id_doc_info';
  const other = isCard ? 'id_doc_info' : 'id_card_info';
  const holder = identity[wanted] as Json | undefined;
  if (!holder) throw missing(`${at}/${wanted}`, '经营者/法人证件信息');
  if (identity[other]) throw notApplicable(`${at}/${other}`, '经营者/法人证件信息', '证件类型与之不符');
  checkAddress(holder, type, `${at}/${wanted}`, isCard ? 'id_card_address' : 'id_doc_address');
  if (!isCard) {
    const names = { type: 'type', number: 'id_doc_number', back: 'id_doc_copy_back' };
    checkDocument({ ...holder, type: idType }, names, documents, `${at}/id_doc_info`, today);
  }
}

function checkAddress(holder: Json, type: SubjectType, at: string, name: string): void {
  const given = holder[name] !== undefined;
  if (type === 'enterprise' && !given) throw missing(`${at}/${name}`, '证件居住地址');
  if (type !== 'enterprise' && given) {
    throw notApplicable(`${at}/${name}`, '证件居住地址', '主体类型不为企业');
  }
}

function checkAccount(form: Json, subject: Json, type: SubjectType): void {
  const at = '/bank_account_info';
  const account = form.bank_account_info as Json;
  const isPersonal = account.bank_account_type === 'BANK_ACCOUNT_TYPE_PERSONAL';
  if (isPersonal && type !== 'individual') {
    const issue = '账户类型与主体类型不匹配';
    throw broken(`${at}/bank_account_type`, '账户类型', issue, account.bank_account_type);
  }
  const branchGiven = account.bank_name !== undefined || account.bank_branch_id !== undefined;
  if (account.account_bank === otherBank && !branchGiven) {
    throw broken(`${at}/bank_name`, '开户银行全称（含支行）', '与开户银行联行号二选一必填', null);
  }
  const industry = (form.settlement_info as Json).qualification_type;
  const certified = account.account_cert_info !== undefined;
  if (certified && !isOrgan(type) && industry !== '党费') {
    throw notApplicable(`${at}/account_cert_info`, '银行账户证明材料', '主体不是政府机关/事业单位');
  }
  const organisation = (subject.business_license_info ?? subject.certificate_info) as Json | undefined;
  const owner = isPersonal ? holderName(subject.identity_info as Json) : organisation?.merchant_name;
  if (account.account_name !== owner && !certified) {
    const whose = isPersonal ? '经营者证件姓名' : '营业执照上的商户名称';
    throw broken(`${at}/account_name`, '开户名称', `必须与${whose}一致`);
  }
}
