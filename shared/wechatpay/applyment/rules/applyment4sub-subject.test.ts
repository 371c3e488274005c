/**
 * 主体资料 of a 特约商户进件: rows of the tables of
 * pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html and, for 小微, of
 * pay.weixin.qq.com/doc/v3/partner/4012722249
 */
import { describe, it } from 'vitest';
import { type Case, expectErrors, picture } from '../testing/cases.ts';

const subject = 'subject_info';
const identity = 'subject_info.identity_info';
const license = `${subject}.business_license_info`;
const certificate = `${subject}.certificate_info`;
const account = 'bank_account_info';
const merchant = (name: string) => ({ [`${license}.merchant_name`]: name });
const [individual, enterprise] = ['SUBJECT_TYPE_INDIVIDUAL', 'SUBJECT_TYPE_ENTERPRISE'];
const [others, micro] = ['SUBJECT_TYPE_OTHERS', 'SUBJECT_TYPE_MICRO'];

/** 主体资料, 经营资料 and 结算银行账户: rows of the same two tables as the rules. */
const subjectCases: readonly Case[] = [
  [
    'a licence has begun and not run out',
    enterprise,
    { [`${license}.period_begin`]: '2026-11-24', [`${license}.period_end`]: '2026-11-23' },
    { [`${license}.period_begin`]: 'notBegun', [`${license}.period_end`]: 'expired' },
  ],
  [
    'a certificate has begun and not run out',
    others,
    { [`${certificate}.period_begin`]: '2026-11-24', [`${certificate}.period_end`]: '2026-11-23' },
    { [`${certificate}.period_begin`]: 'notBegun', [`${certificate}.period_end`]: 'expired' },
  ],
  [
    '政府机关 has a certificate of its own type',
    'SUBJECT_TYPE_GOVERNMENT',
    { [`${certificate}.cert_type`]: 'CERTIFICATE_TYPE_2388' },
    { [`${certificate}.cert_type`]: 'choiceForSubject' },
  ],
  [
    'so has 事业单位',
    'SUBJECT_TYPE_INSTITUTIONS',
    { [`${certificate}.cert_type`]: 'CERTIFICATE_TYPE_2389' },
    { [`${certificate}.cert_type`]: 'choiceForSubject' },
  ],
  ['企业 has no certificate', enterprise, { [certificate]: {} }, { [certificate]: 'notForSubject' }],
  ['社会组织 has no licence', others, { [license]: {} }, { [license]: 'notForSubject' }],
  [
    '企业 tells nothing of 小微',
    enterprise,
    { [`${subject}.micro_biz_info`]: {} },
    { [`${subject}.micro_biz_info`]: 'notForSubject' },
  ],
  [
    '政府机关 may bring a letter of its unit',
    'SUBJECT_TYPE_GOVERNMENT',
    { [`${subject}.certificate_letter_copy`]: picture },
    {},
  ],
  ['so may 事业单位', 'SUBJECT_TYPE_INSTITUTIONS', { [`${subject}.certificate_letter_copy`]: picture }, {}],
  [
    'a bank shows its permit',
    enterprise,
    { [`${subject}.finance_institution`]: true, [`${subject}.finance_institution_info`]: undefined },
    { [`${subject}.finance_institution_info`]: 'requiredForSubject' },
  ],
  [
    'and nobody else does',
    enterprise,
    { [`${subject}.finance_institution`]: false, [`${subject}.finance_institution_info`]: {} },
    { [`${subject}.finance_institution_info`]: 'notForSubject' },
  ],
  [
    '个体户 is no 公司',
    individual,
    {
      ...merchant('某某公司'),
      [`${account}.bank_account_type`]: 'BANK_ACCOUNT_TYPE_CORPORATE',
      [`${account}.account_name`]: '某某公司',
    },
    { [`${license}.merchant_name`]: 'companySuffix' },
  ],
  [
    'but may begin with it',
    individual,
    {
      ...merchant('公司前小店'),
      [`${account}.bank_account_type`]: 'BANK_ACCOUNT_TYPE_CORPORATE',
      [`${account}.account_name`]: '公司前小店',
    },
    {},
  ],
];

const certNumberCases: readonly Case[] = [
  ...['1', 'ab-12', 'A'.repeat(32)].map(
    (number): Case => [
      `a certificate may be ${number}`,
      others,
      { [`${certificate}.cert_number`]: number },
      {},
    ],
  ),
  ...['', 'ab 12', ' ab12', 'ab12 ', '证12', 'A'.repeat(33)].map(
    (number): Case => [
      `but not ${number}`,
      others,
      { [`${certificate}.cert_number`]: number },
      { [`${certificate}.cert_number`]: 'certNumber' },
    ],
  ),
];

const microBlock = `${subject}.micro_biz_info`;
const online = { micro_online_store: '示例店', micro_ec_name: '示例电商' };
const store = {
  micro_name: '示例店',
  micro_address_code: '440305',
  micro_address: '示例路1号',
  store_entrance_pic: picture,
  micro_indoor_copy: picture,
};
const exactlyOne = (block: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [`${block}.${name}`, 'exactlyOne'] as const));
const microCases: readonly Case[] = [
  [
    '小微 describes its kind of business',
    micro,
    {
      [microBlock]: {
        micro_biz_type: 'MICRO_TYPE_STORE',
        micro_online_info: { ...online, micro_qrcode: picture },
      },
    },
    {
      [`${microBlock}.micro_store_info`]: 'requiredForSubject',
      [`${microBlock}.micro_online_info`]: 'notForSubject',
    },
  ],
  [
    '小微 shows its online shop in one way',
    micro,
    { [microBlock]: { micro_biz_type: 'MICRO_TYPE_ONLINE', micro_online_info: online } },
    exactlyOne(`${microBlock}.micro_online_info`, 'micro_qrcode', 'micro_link'),
  ],
  [
    '小微 lies somewhere on the earth',
    micro,
    {
      [microBlock]: {
        micro_biz_type: 'MICRO_TYPE_STORE',
        micro_store_info: { ...store, store_longitude: '-180', store_latitude: '90' },
      },
    },
    {},
  ],
  [
    '小微 lies nowhere else',
    micro,
    {
      [microBlock]: {
        micro_biz_type: 'MICRO_TYPE_STORE',
        micro_store_info: { ...store, store_longitude: '180.1', store_latitude: '-90.5' },
      },
    },
    {
      [`${microBlock}.micro_store_info.store_longitude`]: 'degrees',
      [`${microBlock}.micro_store_info.store_latitude`]: 'degrees',
    },
  ],
  ...['x1', '1x', '1.', '1,5', '0x10', '+1', '1e2', ''].map(
    (degrees): Case => [
      `小微 lies at no ${degrees}`,
      micro,
      {
        [microBlock]: {
          micro_biz_type: 'MICRO_TYPE_STORE',
          micro_store_info: { ...store, store_longitude: degrees },
        },
      },
      { [`${microBlock}.micro_store_info.store_longitude`]: 'degrees' },
    ],
  ),
  ['小微 has an administrator', micro, { contact_info: undefined }, { contact_info: 'required' }],
  [
    '小微 is known by an ID number',
    micro,
    { 'contact_info.openid': undefined, 'contact_info.contact_id_number': 'E1234567' },
    { 'contact_info.contact_id_number': 'idNumber' },
  ],
  [
    '小微 has an administrator with a name',
    micro,
    { 'contact_info.contact_name': undefined },
    { 'contact_info.contact_name': 'required' },
  ],
  [
    '小微 has the operator for it',
    micro,
    { 'contact_info.contact_name': '别的人' },
    { 'contact_info.contact_name': 'sameAsId' },
  ],
  [
    '小微 has an operator with a name',
    micro,
    { [`${identity}.id_card_info.id_card_name`]: undefined },
    { [`${identity}.id_card_info.id_card_name`]: 'required' },
  ],
  [
    '小微 brings no letter of authority',
    micro,
    {
      'contact_info.business_authorization_letter': picture,
      'contact_info.contact_id_doc_copy_back': picture,
    },
    {
      'contact_info.business_authorization_letter': 'notForSubject',
      'contact_info.contact_id_doc_copy_back': 'notForSubject',
    },
  ],
];

describe.each([
  ['the subject', subjectCases],
  ['the number of a certificate', certNumberCases],
  ['小微', microCases],
])('特约商户进件: %s', (_, cases) => {
  it.each(cases.map((one) => ({ rule: one[0], subject: one[1], one })))('$rule ($subject)', ({ one }) =>
    expectErrors('partner', one),
  );
});
