/**
 * POST /v3/applyment4sub/applyment/ as pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/
 * applyment/submit.html describes it; 小微 as doc/v3/partner/4012722249 does for the same URL.
 */
import {
  areaCodeRule,
  beginRule,
  creditCodeRule,
  documentNumberRule,
  emailRule,
  endRule,
  idCardRule,
  mobileRule,
  nameRule,
  openidRule,
  rateRule,
} from './clear.ts';
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
  video,
} from './form.ts';
import { accountCertificate, bankFields, contactNameRule, holderNameRule } from './parts.ts';
import { salesInfo } from './sales-scenes.ts';

export const subjectTypes = {
  individual: 'SUBJECT_TYPE_INDIVIDUAL',
  enterprise: 'SUBJECT_TYPE_ENTERPRISE',
  government: 'SUBJECT_TYPE_GOVERNMENT',
  institution: 'SUBJECT_TYPE_INSTITUTIONS',
  social: 'SUBJECT_TYPE_OTHERS',
  micro: 'SUBJECT_TYPE_MICRO',
} as const;

const begin = (label: string) => text(label, { max: 128, check: beginRule });
const end = (label: string) => text(label, { max: 128, check: endRule });

const contact = object(
  '超级管理员信息',
  {
    contact_type: choice('超级管理员类型', ['LEGAL', 'SUPER']),
    contact_name: secret('超级管理员姓名', { max: 2048, check: contactNameRule }),
    contact_id_doc_type: optional(choice('超级管理员证件类型', documents.all)),
    contact_id_number: optional(secret('超级管理员身份证件号码', { max: 2048 })),
    contact_id_doc_copy: optional(image('超级管理员证件正面照片')),
    contact_id_doc_copy_back: optional(image('超级管理员证件反面照片')),
    contact_period_begin: optional(begin('超级管理员证件有效期开始时间')),
    contact_period_end: optional(end('超级管理员证件有效期结束时间')),
    business_authorization_letter: optional(image('业务办理授权函')),
    openid: optional(secret('超级管理员微信OpenID', { max: 2048, check: openidRule })),
    mobile_phone: secret('联系手机', { max: 2048, check: mobileRule }),
    contact_email: optional(secret('联系邮箱', { max: 2048, check: emailRule })),
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
    period_begin: optional(begin('有效期限开始日期')),
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
    period_begin: begin('有效期限开始日期'),
    period_end: end('有效期限结束日期'),
  },
  { begin: 'period_begin', end: 'period_end' },
);

const idCard = object(
  '身份证信息',
  {
    id_card_copy: image('身份证人像面照片'),
    id_card_national: image('身份证国徽面照片'),
    id_card_name: secret('身份证姓名', { max: 256, check: holderNameRule }),
    id_card_number: secret('身份证号码', { max: 256, check: idCardRule }),
    id_card_address: optional(secret('身份证居住地址', { max: 512 })),
    card_period_begin: begin('身份证有效期开始时间'),
    card_period_end: end('身份证有效期结束时间'),
  },
  { begin: 'card_period_begin', end: 'card_period_end' },
);

const idDoc = object(
  '其他类型证件信息',
  {
    id_doc_copy: image('证件正面照片', 512),
    id_doc_copy_back: optional(image('证件反面照片', 512)),
    id_doc_name: secret('证件姓名', { max: 128, check: holderNameRule }),
    id_doc_number: secret('证件号码', { max: 128, check: documentNumberRule(8, 30) }),
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
    ubo_id_doc_name: secret('证件姓名', { max: 128, check: contactNameRule }),
    ubo_id_doc_number: secret('证件号码', { max: 128 }),
    ubo_id_doc_address: secret('证件居住地址', { max: 512 }),
    ubo_period_begin: begin('证件有效期开始时间'),
    ubo_period_end: end('证件有效期结束时间'),
  },
  { begin: 'ubo_period_begin', end: 'ubo_period_end' },
);

const microBusiness = object('小微辅助证明材料', {
  micro_biz_type: choice('小微经营类型', ['MICRO_TYPE_STORE', 'MICRO_TYPE_MOBILE', 'MICRO_TYPE_ONLINE']),
  micro_store_info: optional(
    object('门店场所', {
      micro_name: text('门店名称', { max: 128 }),
      micro_address_code: text('门店省市编码', { check: areaCodeRule }),
      micro_address: text('门店街道名称', { max: 512 }),
      store_entrance_pic: image('门店门口照片'),
      micro_indoor_copy: image('店内环境照片'),
      store_longitude: optional(text('门店经度', { pattern: /^-?\d{1,3}(\.\d+)?$/ })),
      store_latitude: optional(text('门店纬度', { pattern: /^-?\d{1,2}(\.\d+)?$/ })),
    }),
  ),
  micro_mobile_info: optional(
    object('流动经营/便民服务', {
      micro_mobile_name: text('经营/服务名称', { max: 128 }),
      micro_mobile_city: text('经营/服务所在地省市', { check: areaCodeRule }),
      micro_mobile_address: text('经营/服务所在地', { max: 512 }),
      micro_mobile_pics: images('经营/服务现场照片', 5),
    }),
  ),
  micro_online_info: optional(
    object('线上商品/服务交易', {
      micro_online_store: text('线上店铺名称', { max: 128 }),
      micro_ec_name: text('电商平台名称', { max: 128 }),
      micro_qrcode: optional(image('店铺二维码')),
      micro_link: optional(text('店铺链接', { max: 1024 })),
    }),
  ),
});

export const applyment4subForm: FormFields = {
  business_code: text('业务申请编号', { max: 124, pattern: /^[0-9A-Za-z_]+$/ }),
  contact_info: contact,
  subject_info: object('主体资料', {
    subject_type: choice('主体类型', Object.values(subjectTypes)),
    finance_institution: optional(flag('是否是金融机构')),
    micro_biz_info: optional(microBusiness),
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
    merchant_shortname: text('商户简称', { min: 2, max: 30 }),
    service_phone: text('客服电话', { max: 32, pattern: /^[0-9+() -]{5,32}$/ }),
    sales_info: salesInfo,
  }),
  settlement_info: object('结算规则', {
    settlement_id: text('入驻结算规则ID', { max: 3, pattern: /^\d{3}$/ }),
    qualification_type: text('所属行业', { max: 128 }),
    qualifications: optional(images('特殊资质图片', 5)),
    activities_id: optional(text('优惠费率活动ID', { max: 64 })),
    activities_rate: optional(text('优惠费率活动值', { max: 50, check: rateRule })),
    debit_activities_rate: optional(text('非信用卡活动费率值', { max: 50, check: rateRule })),
    credit_activities_rate: optional(text('信用卡活动费率值', { max: 50, check: rateRule })),
    activities_additions: optional(images('优惠费率活动补充材料', 5)),
  }),
  bank_account_info: object('结算银行账户', {
    bank_account_type: choice('账户类型', ['BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL']),
    account_name: secret('开户名称', { max: 2048 }),
    ...bankFields,
    account_cert_info: optional(accountCertificate),
  }),
  addition_info: optional(
    object('补充材料', {
      legal_person_commitment: optional(image('法人开户承诺函')),
      legal_person_video: optional(video('法人开户意愿视频')),
      business_addition_pics: optional(images('补充材料', 5)),
      business_addition_msg: optional(text('补充说明', { max: 512 })),
    }),
  ),
};
