/**
 * 小微 (SUBJECT_TYPE_MICRO) as pay.weixin.qq.com/doc/v3/partner/4012722249 describes it: the URL of 特约商户进件,
 * 同一接口，不同的请求参数. No contact_type, no sales_info, no address on the ID card; the names inside
 * micro_biz_info are those of github.com/TheNorthMemory/wechatpay-openapi, their lengths have no source.
 */
import { additionInfo, businessFields, idCardFields, settlementInfo } from './applyment4sub-parts.ts';
import type { Json } from './check.ts';
import { areaCodeRule, emailRule, idCardRule, mobileRule, openidRule } from './clear.ts';
import { applyment4subDocuments as documents } from './documents.ts';
import { choice, type FormFields, image, images, object, optional, secret, text } from './form.ts';
import { bankFields, otherBank, personNameRule } from './parts.ts';
import { broken, missing, notApplicable } from './problem.ts';

export const microSubject = 'SUBJECT_TYPE_MICRO';

const contact = object('超级管理员信息', {
  contact_name: secret('超级管理员姓名', { max: 2048, check: personNameRule }),
  contact_id_number: optional(secret('超级管理员身份证件号码', { max: 2048, check: idCardRule })),
  openid: optional(secret('超级管理员微信OpenID', { max: 2048, check: openidRule })),
  mobile_phone: secret('联系手机', { max: 2048, check: mobileRule }),
  contact_email: secret('联系邮箱', { max: 2048, check: emailRule }),
});

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

const idCard = object('身份证信息', idCardFields, { begin: 'card_period_begin', end: 'card_period_end' });

export const microForm: FormFields = {
  business_code: text('业务申请编号', { max: 124, pattern: /^[0-9A-Za-z_]+$/ }),
  contact_info: contact,
  subject_info: object('主体资料', {
    subject_type: choice('主体类型', [microSubject]),
    micro_biz_info: microBusiness,
    identity_info: object('经营者身份证件', {
      id_doc_type: choice('证件类型', [documents.idCard]),
      id_card_info: idCard,
    }),
  }),
  business_info: object('经营资料', businessFields),
  settlement_info: settlementInfo,
  bank_account_info: object('结算银行账户', {
    bank_account_type: choice('账户类型', ['BANK_ACCOUNT_TYPE_PERSONAL']),
    account_name: secret('开户名称', { max: 2048 }),
    ...bankFields,
  }),
  addition_info: optional(additionInfo),
};

const blocks = {
  MICRO_TYPE_STORE: 'micro_store_info',
  MICRO_TYPE_MOBILE: 'micro_mobile_info',
  MICRO_TYPE_ONLINE: 'micro_online_info',
} as const;

/** How the fields of 小微 depend on each other. `form` is in clear and well-formed. */
export function checkMicroConditions(form: Json): void {
  const subject = form.subject_info as Json;
  const holder = (subject.identity_info as Json).id_card_info as Json;
  checkContact(form.contact_info as Json, holder.id_card_name);
  checkBusiness(subject.micro_biz_info as Json);
  checkAccount(form.bank_account_info as Json, holder.id_card_name);
}

function checkContact(contact: Json, holderName: unknown): void {
  const at = '/contact_info';
  if (contact.contact_name !== holderName) {
    throw broken(`${at}/contact_name`, '超级管理员姓名', '小微主体，需与经营者的身份证姓名一致');
  }
  if ((contact.contact_id_number === undefined) === (contact.openid === undefined)) {
    const issue = '超级管理员身份证件号码与超级管理员微信OpenID，二选一必填';
    throw broken(`${at}/contact_id_number`, '超级管理员身份证件号码', issue);
  }
}

function checkBusiness(micro: Json): void {
  const at = '/subject_info/micro_biz_info';
  for (const [kind, block] of Object.entries(blocks)) {
    const chosen = micro.micro_biz_type === kind;
    if (chosen && micro[block] === undefined) throw missing(`${at}/${block}`, '小微经营信息');
    if (!chosen && micro[block] !== undefined) {
      throw notApplicable(`${at}/${block}`, '小微经营信息', '小微经营类型与之不符');
    }
  }
}

function checkAccount(account: Json, holderName: unknown): void {
  const at = '/bank_account_info';
  const branchGiven = account.bank_name !== undefined || account.bank_branch_id !== undefined;
  if (account.account_bank === otherBank && !branchGiven) {
    throw broken(`${at}/bank_name`, '开户银行全称（含支行）', '与开户银行联行号二选一必填', null);
  }
  if (account.account_name !== holderName) {
    throw broken(`${at}/account_name`, '开户名称', '必须与经营者证件姓名一致');
  }
}
