/** Parts that the forms of 特约商户进件 and of 小微 have in common: one URL, two tables of fields. */
import { beginRule, documentBeginRule, endRule, idCardRule, rateRule } from './clear.ts';
import { image, images, object, optional, secret, text, video } from './form.ts';
import { personNameRule } from './parts.ts';

export const begin = (label: string) => text(label, { max: 128, check: documentBeginRule });
export const licenceBegin = (label: string) => text(label, { max: 128, check: beginRule });
export const end = (label: string) => text(label, { max: 128, check: endRule });

export const idCardFields = {
  id_card_copy: image('身份证人像面照片'),
  id_card_national: image('身份证国徽面照片'),
  id_card_name: secret('身份证姓名', { max: 256, check: personNameRule }),
  id_card_number: secret('身份证号码', { max: 256, check: idCardRule }),
  card_period_begin: begin('身份证有效期开始时间'),
  card_period_end: end('身份证有效期结束时间'),
};

export const businessFields = {
  merchant_shortname: text('商户简称', { min: 2, max: 30 }),
  service_phone: text('客服电话', { max: 32, pattern: /^[0-9+() -]{5,32}$/ }),
};

export const settlementInfo = object('结算规则', {
  settlement_id: text('入驻结算规则ID', { max: 3, pattern: /^\d{3}$/ }),
  qualification_type: text('所属行业', { max: 128 }),
  qualifications: optional(images('特殊资质图片', 5)),
  activities_id: optional(text('优惠费率活动ID', { max: 64 })),
  activities_rate: optional(text('优惠费率活动值', { max: 50, check: rateRule })),
  debit_activities_rate: optional(text('非信用卡活动费率值', { max: 50, check: rateRule })),
  credit_activities_rate: optional(text('信用卡活动费率值', { max: 50, check: rateRule })),
  activities_additions: optional(images('优惠费率活动补充材料', 5)),
});

export const additionInfo = object('补充材料', {
  legal_person_commitment: optional(image('法人开户承诺函')),
  legal_person_video: optional(video('法人开户意愿视频')),
  business_addition_pics: optional(images('补充材料', 5)),
  business_addition_msg: optional(text('补充说明', { max: 512 })),
});
