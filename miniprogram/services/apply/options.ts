/** Choices that both kinds of application have, worded as in the official forms. */
import type { Pair } from '../../i18n/index';
import type { Option } from './types';

const option = (value: string, zh: string, en: string, hint?: Pair): Option => ({
  value,
  label: [zh, en],
  ...(hint ? { hint } : {}),
});

/** The name of each document in the two APIs. */
const documents: readonly (readonly [ecommerce: string, applyment4sub: string, zh: string, en: string])[] = [
  ['MAINLAND_IDCARD', 'IDCARD', '中国大陆居民身份证', 'Mainland China ID card'],
  ['OVERSEA_PASSPORT', 'OVERSEA_PASSPORT', '其他国家或地区护照', 'Passport'],
  ['HONGKONG', 'HONGKONG_PASSPORT', '来往内地通行证（香港）', 'Mainland travel permit (Hong Kong)'],
  ['MACAO', 'MACAO_PASSPORT', '来往内地通行证（澳门）', 'Mainland travel permit (Macao)'],
  ['TAIWAN', 'TAIWAN_PASSPORT', '来往大陆通行证（台湾）', 'Mainland travel permit (Taiwan)'],
  ['FOREIGN_RESIDENT', 'FOREIGN_RESIDENT', '外国人居留证', 'Foreign resident permit'],
  ['HONGKONG_MACAO_RESIDENT', 'HONGKONG_MACAO_RESIDENT', '港澳居民居住证', 'Residence permit (HK, Macao)'],
  ['TAIWAN_RESIDENT', 'TAIWAN_RESIDENT', '台湾居民居住证', 'Residence permit (Taiwan)'],
];

export const ecommerceDocuments = documents.map(([name, , zh, en]) =>
  option(`IDENTIFICATION_TYPE_${name}`, zh, en),
);
export const applyment4subDocuments = documents.map(([, name, zh, en]) =>
  option(`IDENTIFICATION_TYPE_${name}`, zh, en),
);

export const passport = 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT';

const certificates: Readonly<Record<string, Option>> = Object.fromEntries(
  [
    option('CERTIFICATE_TYPE_2388', '事业单位法人证书', 'Institution certificate'),
    option('CERTIFICATE_TYPE_2389', '统一社会信用代码证书', 'Unified social credit code certificate'),
    option('CERTIFICATE_TYPE_2394', '社会团体法人登记证书', 'Social organisation certificate'),
    option('CERTIFICATE_TYPE_2395', '民办非企业单位登记证书', 'Private non-enterprise certificate'),
    option('CERTIFICATE_TYPE_2396', '基金会法人登记证书', 'Foundation certificate'),
    option('CERTIFICATE_TYPE_2399', '宗教活动场所登记证', 'Religious venue certificate'),
    option('CERTIFICATE_TYPE_2400', '政府部门下发的其他有效证明文件', 'Other government certificate'),
    option('CERTIFICATE_TYPE_2520', '执业许可证/执业证', 'Practice licence'),
    option(
      'CERTIFICATE_TYPE_2521',
      '基层群众性自治组织特别法人统一社会信用代码证',
      'Self-governing body certificate',
    ),
    option('CERTIFICATE_TYPE_2522', '农村集体经济组织登记证', 'Rural collective certificate'),
  ].map((entry) => [entry.value.slice(-4), entry]),
);

/** Certificates that a kind of subject may have. */
export function certificatesOf(subject: 'institution' | 'government' | 'other'): readonly Option[] {
  const codes = {
    institution: ['2388'],
    government: ['2389'],
    other: ['2389', '2394', '2395', '2396', '2399', '2400', '2520', '2521', '2522'],
  }[subject];
  return codes.flatMap((code) => certificates[code] ?? []);
}

export const financeTypes: readonly Option[] = [
  option('BANK_AGENT', '银行业', 'Banking'),
  option('PAYMENT_AGENT', '支付机构', 'Payment institution'),
  option('INSURANCE', '保险业', 'Insurance'),
  option('TRADE_AND_SETTLE', '交易及结算类金融机构', 'Trading and settlement'),
  option('OTHER', '其他金融机构', 'Other'),
];

export const holderTypes: readonly Option[] = [
  option('LEGAL', '法人', 'Legal representative'),
  option('SUPER', '经办人', 'Agent', [
    '需要上传法定代表人说明函',
    'Needs a letter of the legal representative',
  ]),
];

export { option };
