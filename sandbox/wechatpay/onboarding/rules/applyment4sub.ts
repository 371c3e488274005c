/**
 * POST /v3/applyment4sub/applyment/ as pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/
 * applyment/submit.html describes it. The form of 小微 under the same URL is in micro.ts.
 */

import {
  additionInfo,
  begin,
  businessFields,
  end,
  idCardFields,
  licenceBegin,
  settlementInfo,
} from './applyment4sub-parts.ts';
import { creditCodeRule, emailRule, mobileRule, nameRule, openidRule } from './clear.ts';
import { allCertificateTypes, applyment4subDocuments as documents, financeTypes } from './documents.ts';
import {
  choice,
  type FormFields,
  flag,
  image,
  images,
  list,
  object,
  optional,
  secret,
  text,
} from './form.ts';
import { accountCertificate, bankFields, personNameRule } from './parts.ts';
import { salesInfo } from './sales-scenes.ts';

export const subjectTypes = {
  individual: 'SUBJECT_TYPE_INDIVIDUAL',
  enterprise: 'SUBJECT_TYPE_ENTERPRISE',
  government: 'SUBJECT_TYPE_GOVERNMENT',
  institution: 'SUBJECT_TYPE_INSTITUTIONS',
  social: 'SUBJECT_TYPE_OTHERS',
} as const;

const contact = object(
  '超级管理员信息',
  {
    contact_type: choice('超级管理员类型', ['LEGAL', 'SUPER']),
    contact_name: secret('超级管理员姓名', { max: 2048, check: personNameRule }),
    contact_id_doc_type: optional(choice('超级管理员证件类型', documents.all)),
    contact_id_number: optional(secret('超级管理员身份证件号码', { max: 2048 })),
    contact_id_doc_copy: optional(image('超级管理员证件正面照片')),
    contact_id_doc_copy_back: optional(image('超级管理员证件反面照片')),
    contact_period_begin: optional(begin('超级管理员证件有效期开始时间')),
    contact_period_end: optional(end('超级管理员证件有效期结束时间')),
    business_authorization_letter: optional(image('业务办理授权函')),
    openid: optional(secret('超级管理员微信OpenID', { max: 2048, check: openidRule })),
    mobile_phone: secret('联系手机', { max: 2048, check: mobileRule }),
    contact_email: secret('联系邮箱', { max: 2048, check: emailRule }),
  },
  { begin: 'contact_period_begin', end: 'contact_period_end' },
);

const license = object(
  '营业执照',
  {
    license_copy: image('营业执照照片', 255),
    license_number: text('注册号/统一社会信用代码', { max: 32, check: creditCodeRule }),
    merchant_name: text('商户名称', { max: 128, check: nameRule(2, 110) }),
    legal_person: text('个体户经营者/法人姓名', { max: 64, check: nameRule(2, 64) }),
    license_address: optional(text('注册地址', { max: 256 })),
    period_begin: optional(licenceBegin('有效期限开始日期')),
    period_end: optional(end('有效期限结束日期')),
  },
  { begin: 'period_begin', end: 'period_end' },
);

const certificate = object(
  '登记证书',
  {
    cert_copy: image('登记证书照片', 255),
    cert_type: choice('登记证书类型', allCertificateTypes),
    cert_number: text('证书号', { max: 32 }),
    merchant_name: text('商户名称', { max: 128, check: nameRule(2, 110) }),
    company_address: text('注册地址', { max: 128 }),
    legal_person: text('法定代表人', { max: 64, check: nameRule(2, 64) }),
    period_begin: licenceBegin('有效期限开始日期'),
    period_end: end('有效期限结束日期'),
  },
  { begin: 'period_begin', end: 'period_end' },
);

const idCard = object(
  '身份证信息',
  { ...idCardFields, id_card_address: optional(secret('身份证居住地址', { max: 512 })) },
  { begin: 'card_period_begin', end: 'card_period_end' },
);

const idDoc = object(
  '其他类型证件信息',
  {
    id_doc_copy: image('证件正面照片', 512),
    id_doc_copy_back: optional(image('证件反面照片', 512)),
    id_doc_name: secret('证件姓名', { max: 128, check: personNameRule }),
    id_doc_number: secret('证件号码', { max: 128 }),
    id_doc_address: optional(secret('证件居住地址', { max: 256 })),
    doc_period_begin: begin('证件有效期开始时间'),
    doc_period_end: end('证件有效期结束时间'),
  },
  { begin: 'doc_period_begin', end: 'doc_period_end' },
);

const identity = object('经营者/法人身份证件', {
  id_holder_type: optional(choice('证件持有人类型', ['LEGAL', 'SUPER'])),
  id_doc_type: optional(choice('证件类型', documents.all)),
  authorize_letter_copy: optional(image('法定代表人说明函', 255)),
  id_card_info: optional(idCard),
  id_doc_info: optional(idDoc),
  owner: optional(flag('经营者/法人是否为受益人')),
});

const ubo = object(
  '最终受益人信息',
  {
    ubo_id_doc_type: choice('证件类型', documents.all),
    ubo_id_doc_copy: image('证件正面照片'),
    ubo_id_doc_copy_back: optional(image('证件反面照片')),
    ubo_id_doc_name: secret('证件姓名', { max: 128, check: personNameRule }),
    ubo_id_doc_number: secret('证件号码', { max: 128 }),
    ubo_id_doc_address: secret('证件居住地址', { max: 512 }),
    ubo_period_begin: begin('证件有效期开始时间'),
    ubo_period_end: end('证件有效期结束时间'),
  },
  { begin: 'ubo_period_begin', end: 'ubo_period_end' },
);

export const applyment4subForm: FormFields = {
  business_code: text('业务申请编号', { max: 124, pattern: /^[0-9A-Za-z_]+$/ }),
  contact_info: contact,
  subject_info: object('主体资料', {
    subject_type: choice('主体类型', Object.values(subjectTypes)),
    finance_institution: optional(flag('是否是金融机构')),
    business_license_info: optional(license),
    certificate_info: optional(certificate),
    certificate_letter_copy: optional(image('单位证明函照片', 255)),
    finance_institution_info: optional(
      object('金融机构许可证信息', {
        finance_type: choice('金融机构类型', financeTypes),
        finance_license_pics: images('金融机构许可证图片', 5),
      }),
    ),
    identity_info: identity,
    ubo_info_list: optional(list('最终受益人信息列表(UBO)', ubo, 4)),
  }),
  business_info: object('经营资料', {
    ...businessFields,
    sales_info: salesInfo,
  }),
  settlement_info: settlementInfo,
  bank_account_info: object('结算银行账户', {
    bank_account_type: choice('账户类型', ['BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL']),
    account_name: secret('开户名称', { max: 2048 }),
    ...bankFields,
    account_cert_info: optional(accountCertificate),
  }),
  addition_info: optional(additionInfo),
};
