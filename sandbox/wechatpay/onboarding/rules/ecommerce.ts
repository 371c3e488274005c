/**
 * POST /v3/ecommerce/applyments/ as pay.weixin.qq.com/doc/v3/partner/4012713017 describes it. The 2024-08 change log
 * removed id_card_address, id_doc_address and contact_email, so they are unknown fields here.
 */
import {
  appidRule,
  documentBeginRule,
  endRule,
  idCardRule,
  mobileRule,
  nameRule,
  periodTextRule,
  urlRule,
} from './clear.ts';
import { allCertificateTypes, ecommerceDocuments, financeTypes } from './documents.ts';
import {
  choice,
  type FormFields,
  flag,
  image,
  images,
  integer,
  list,
  object,
  optional,
  secret,
  text,
} from './form.ts';
import { accountCertificate, bankFields, personNameRule } from './parts.ts';

export const organizationTypes = {
  micro: '2401',
  seller: '2500',
  individual: '4',
  enterprise: '2',
  institution: '3',
  government: '2502',
  social: '1708',
} as const;

const license = object('营业执照/登记证书信息', {
  cert_type: optional(choice('证书类型', allCertificateTypes)),
  business_license_copy: image('证件扫描件'),
  business_license_number: text('证件注册号', { max: 18 }),
  merchant_name: text('商户名称', { max: 110, check: nameRule(2, 110) }),
  legal_person: text('经营者/法定代表人姓名', { max: 128, check: nameRule(2, 128) }),
  company_address: optional(text('注册地址', { max: 128 })),
  business_time: optional(text('营业期限', { max: 256, check: periodTextRule })),
});

const idCard = object(
  '经营者/法人身份证信息',
  {
    id_card_copy: image('身份证人像面照片'),
    id_card_national: image('身份证国徽面照片'),
    id_card_name: secret('身份证姓名', { max: 256, check: personNameRule }),
    id_card_number: secret('身份证号码', { max: 256, check: idCardRule }),
    id_card_valid_time_begin: text('身份证开始时间', { max: 128, check: documentBeginRule }),
    id_card_valid_time: text('身份证结束时间', { max: 128, check: endRule }),
  },
  { begin: 'id_card_valid_time_begin', end: 'id_card_valid_time' },
);

const idDoc = object(
  '经营者/法人其他类型证件信息',
  {
    id_doc_name: secret('证件姓名', { max: 128, check: personNameRule }),
    id_doc_number: secret('证件号码', { max: 256 }),
    id_doc_copy: image('证件正面照片'),
    id_doc_copy_back: optional(image('证件反面照片')),
    doc_period_begin: text('证件有效期开始时间', { max: 128, check: documentBeginRule }),
    doc_period_end: text('证件有效期结束时间', { max: 128, check: endRule }),
  },
  { begin: 'doc_period_begin', end: 'doc_period_end' },
);

const ubo = object(
  '最终受益人信息',
  {
    ubo_id_doc_type: choice('证件类型', ecommerceDocuments.all),
    ubo_id_doc_copy: image('证件正面照片'),
    ubo_id_doc_copy_back: optional(image('证件反面照片')),
    ubo_id_doc_name: secret('证件姓名', { max: 128, check: personNameRule }),
    ubo_id_doc_number: secret('证件号码', { max: 256 }),
    ubo_id_doc_address: optional(secret('证件居住地址', { max: 512 })),
    ubo_id_doc_period_begin: text('证件有效期开始时间', { max: 128, check: documentBeginRule }),
    ubo_id_doc_period_end: text('证件有效期结束时间', { max: 128, check: endRule }),
  },
  { begin: 'ubo_id_doc_period_begin', end: 'ubo_id_doc_period_end' },
);

const contact = object(
  '超级管理员信息',
  {
    contact_type: choice('超级管理员类型', ['65', '66']),
    contact_name: secret('超级管理员姓名', { max: 256, check: personNameRule }),
    contact_id_doc_type: optional(choice('超级管理员证件类型', ecommerceDocuments.all)),
    contact_id_card_number: optional(secret('超级管理员身份证件号码', { max: 256 })),
    contact_id_doc_copy: optional(image('超级管理员证件正面照片')),
    contact_id_doc_copy_back: optional(image('超级管理员证件反面照片')),
    contact_id_doc_period_begin: optional(
      text('超级管理员证件有效期开始时间', { max: 128, check: documentBeginRule }),
    ),
    contact_id_doc_period_end: optional(text('超级管理员证件有效期结束时间', { max: 128, check: endRule })),
    business_authorization_letter: optional(image('业务办理授权函')),
    mobile_phone: secret('超级管理员手机', { max: 256, check: mobileRule }),
  },
  { begin: 'contact_id_doc_period_begin', end: 'contact_id_doc_period_end' },
);

const financeInstitution = object('金融机构许可证信息', {
  finance_type: choice('金融机构类型', financeTypes),
  finance_license_pics: images('金融机构许可证图片', 5),
});

export const ecommerceForm: FormFields = {
  out_request_no: text('业务申请编号', { max: 124 }),
  organization_type: choice('主体类型', Object.values(organizationTypes)),
  finance_institution: optional(flag('是否金融机构')),
  business_license_info: optional(license),
  finance_institution_info: optional(financeInstitution),
  id_holder_type: optional(choice('证件持有人类型', ['LEGAL', 'SUPER'])),
  id_doc_type: optional(choice('经营者/法人证件类型', ecommerceDocuments.all)),
  authorize_letter_copy: optional(image('法定代表人说明函')),
  id_card_info: optional(idCard),
  id_doc_info: optional(idDoc),
  owner: optional(flag('经营者/法人是否为受益人')),
  ubo_info_list: optional(list('最终受益人信息列表', ubo, 4)),
  account_info: object('结算账户信息', {
    bank_account_type: choice('账户类型', ['74', '75']),
    account_name: secret('开户名称', { max: 128 }),
    ...bankFields,
    account_cert_info: optional(accountCertificate),
  }),
  contact_info: contact,
  sales_scene_info: object('店铺信息', {
    store_name: text('店铺名称', { max: 256 }),
    store_url: optional(text('店铺链接', { max: 1024, check: urlRule })),
    store_qr_code: optional(image('店铺二维码')),
    mini_program_sub_appid: optional(text('小程序AppID', { max: 256, check: appidRule })),
  }),
  settlement_info: optional(
    object('结算规则', {
      settlement_id: optional(integer('结算规则ID')),
      qualification_type: optional(text('所属行业', { max: 200 })),
    }),
  ),
  // UTF-8格式，中文占3个字节，即最多21个汉字长度
  merchant_shortname: text('商户简称', { max: 64, unit: 'byte' }),
  qualifications: optional(images('特殊资质', 5)),
  business_addition_pics: optional(images('补充材料', 5)),
  business_addition_desc: optional(text('补充说明', { max: 512 })),
};

/**
 * `qualifications` and `business_addition_pics` are arrays on one version of the page and the text of a JSON
 * array on another (string(1024)); both are read.
 */
export function readPictureLists(body: Record<string, unknown>): Record<string, unknown> {
  const read = { ...body };
  for (const name of ['qualifications', 'business_addition_pics']) {
    const value = read[name];
    if (typeof value !== 'string') continue;
    try {
      read[name] = JSON.parse(value) as unknown;
    } catch {
      // Kept as it is; the field rules refuse it.
    }
  }
  return read;
}
