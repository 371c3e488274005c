/**
 * 经营资料, 结算规则 and 结算银行账户 of a 特约商户进件: rows of the tables of
 * pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html and, for 小微, of
 * pay.weixin.qq.com/doc/v3/partner/4012722249
 */
import { describe, it } from 'vitest';
import { type Case, expectErrors, picture } from '../testing/cases.ts';

const sales = 'business_info.sales_info';
const identity = 'subject_info.identity_info';
const license = 'subject_info.business_license_info';
const account = 'bank_account_info';
const proof = { settlement_cert_pic: picture, relation_cert_pic: picture, other_cert_pics: [picture] };
const [individual, enterprise] = ['SUBJECT_TYPE_INDIVIDUAL', 'SUBJECT_TYPE_ENTERPRISE'];
const [others, micro] = ['SUBJECT_TYPE_OTHERS', 'SUBJECT_TYPE_MICRO'];
const exactlyOne = (block: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [`${block}.${name}`, 'exactlyOne'] as const));

const scene = (type: string, block: string, content: object) => ({
  [sales]: { sales_scenes_type: [`SALES_SCENES_${type}`], [block]: content },
});
const businessCases: readonly Case[] = [
  ['there is a business', enterprise, { business_info: undefined }, { business_info: 'required' }],
  ['企业 has scenes', enterprise, { [sales]: undefined }, { [sales]: 'requiredForSubject' }],
  [
    'scenes are a list',
    enterprise,
    { [sales]: { sales_scenes_type: 'SALES_SCENES_STORE' } },
    { [`${sales}.sales_scenes_type`]: 'type' },
  ],
  [
    '公众号: one AppID of the two',
    enterprise,
    scene('MP', 'mp_info', { mp_pics: [picture] }),
    exactlyOne(`${sales}.mp_info`, 'mp_appid', 'mp_sub_appid'),
  ],
  [
    '小程序: one AppID of the two',
    enterprise,
    scene('MINI_PROGRAM', 'mini_program_info', {}),
    exactlyOne(`${sales}.mini_program_info`, 'mini_program_appid', 'mini_program_sub_appid'),
  ],
  [
    'App: one AppID of the two',
    enterprise,
    scene('APP', 'app_info', { app_pics: [picture] }),
    exactlyOne(`${sales}.app_info`, 'app_appid', 'app_sub_appid'),
  ],
  ...['activities_rate', 'debit_activities_rate', 'credit_activities_rate'].map(
    (name): Case => [
      `${name} needs its activity`,
      enterprise,
      { settlement_info: { settlement_id: '716', qualification_type: '餐饮', [name]: '0.6' } },
      { [`settlement_info.${name}`]: 'needsActivity' },
    ],
  ),
  [
    'material needs its activity',
    enterprise,
    {
      settlement_info: { settlement_id: '716', qualification_type: '餐饮', activities_additions: [picture] },
    },
    { 'settlement_info.activities_additions': 'needsActivity' },
  ],
  [
    'an activity is a name',
    enterprise,
    { 'settlement_info.activities_id': '2019 x' },
    { 'settlement_info.activities_id': 'activityId' },
  ],
];

const phone = 'business_info.service_phone';
const phoneCases: readonly Case[] = [
  ...['95017', '0755-86013388', '1'.repeat(32)].map(
    (number): Case => [`may be ${number}`, enterprise, { [phone]: number }, {}],
  ),
  ...['9501', '-95017', '95017 ', ' 95017', '+8675586013388', '0755 86013388', '1'.repeat(33)].map(
    (number): Case => [`may not be ${number}`, enterprise, { [phone]: number }, { [phone]: 'servicePhone' }],
  ),
];

const accountCases: readonly Case[] = [
  [
    '小微 settles to a private account',
    micro,
    { [`${account}.bank_account_type`]: 'BANK_ACCOUNT_TYPE_CORPORATE' },
    { [`${account}.bank_account_type`]: 'choiceForSubject' },
  ],
  [
    '个体户 may settle to a private account',
    individual,
    {
      [`${account}.bank_account_type`]: 'BANK_ACCOUNT_TYPE_PERSONAL',
      [`${account}.account_name`]: '林小满',
      [`${identity}.id_card_info.id_card_name`]: '林小满',
      'contact_info.contact_name': '林小满',
    },
    {},
    [`${identity}.id_card_info`],
  ],
  [
    'a private account is that of the person on the ID card',
    micro,
    { [`${account}.account_name`]: '别的人' },
    { [`${account}.account_name`]: 'accountNameOfPerson' },
  ],
  [
    'or on the other document',
    individual,
    { [`${account}.bank_account_type`]: 'BANK_ACCOUNT_TYPE_PERSONAL', [`${account}.account_name`]: '别的人' },
    { [`${account}.account_name`]: 'accountNameOfPerson' },
    [`${identity}.id_doc_info`],
  ],
  [
    'a corporate account is that of the licence',
    enterprise,
    { [`${account}.account_name`]: '别的公司' },
    { [`${account}.account_name`]: 'accountNameOfMerchant' },
  ],
  [
    'or of the certificate',
    others,
    { [`${account}.account_name`]: '别的单位' },
    { [`${account}.account_name`]: 'accountNameOfMerchant' },
  ],
  [
    'somebody holds it',
    enterprise,
    { [`${account}.account_name`]: undefined },
    { [`${account}.account_name`]: 'required' },
  ],
  [
    'nobody is compared with a name that is missing',
    enterprise,
    { [`${license}.merchant_name`]: undefined },
    { [`${license}.merchant_name`]: 'required' },
  ],
  [
    'another bank names its branch',
    enterprise,
    {
      [`${account}.account_bank`]: '其他银行',
      [`${account}.bank_name`]: undefined,
      [`${account}.bank_branch_id`]: undefined,
    },
    exactlyOne(account, 'bank_name', 'bank_branch_id'),
  ],
  [
    '政府机关 may settle to another name, with proof',
    'SUBJECT_TYPE_GOVERNMENT',
    { [`${account}.account_name`]: '别的单位', [`${account}.account_cert_info`]: proof },
    {},
  ],
  [
    'so may 事业单位',
    'SUBJECT_TYPE_INSTITUTIONS',
    { [`${account}.account_name`]: '别的单位', [`${account}.account_cert_info`]: proof },
    {},
  ],
  [
    'so may who collects 党费',
    others,
    {
      [`${account}.account_name`]: '别的单位',
      [`${account}.account_cert_info`]: proof,
      'settlement_info.qualification_type': '党费',
    },
    {},
  ],
  [
    'and nobody else',
    enterprise,
    { [`${account}.account_cert_info`]: proof },
    { [`${account}.account_cert_info`]: 'notForSubject' },
  ],
  [
    'proof is complete',
    'SUBJECT_TYPE_GOVERNMENT',
    { [`${account}.account_cert_info`]: {} },
    {
      [`${account}.account_cert_info.settlement_cert_pic`]: 'required',
      [`${account}.account_cert_info.relation_cert_pic`]: 'required',
      [`${account}.account_cert_info.other_cert_pics`]: 'required',
    },
  ],
];

describe.each([
  ['the business', businessCases],
  ['the service phone', phoneCases],
  ['the account', accountCases],
])('特约商户进件: %s', (_, cases) => {
  it.each(cases.map((one) => ({ rule: one[0], subject: one[1], one })))('$rule ($subject)', ({ one }) =>
    expectErrors('partner', one),
  );
});
