import { describe, it } from 'vitest';
import { type Case, expectErrors, picture } from '../testing/cases.ts';

const subject = 'subject_info';
const identity = 'subject_info.identity_info';
const sales = 'business_info.sales_info';

const legalPerson = {
  contact_type: 'LEGAL',
  contact_name: '林小满',
  mobile_phone: '13800138000',
  contact_email: 'a@example.com',
};

const applyment4subCases: readonly Case[] = [
  [
    '个体户 has a licence',
    'SUBJECT_TYPE_INDIVIDUAL',
    { [`${subject}.business_license_info`]: undefined },
    { [`${subject}.business_license_info`]: 'requiredForSubject' },
  ],
  [
    '政府机关 has a certificate',
    'SUBJECT_TYPE_GOVERNMENT',
    { [`${subject}.certificate_info`]: undefined },
    { [`${subject}.certificate_info`]: 'requiredForSubject' },
  ],
  [
    '社会组织 needs no letter of its unit',
    'SUBJECT_TYPE_OTHERS',
    { [`${subject}.certificate_letter_copy`]: picture },
    { [`${subject}.certificate_letter_copy`]: 'notForSubject' },
  ],
  [
    '小微 tells what it does',
    'SUBJECT_TYPE_MICRO',
    { [`${subject}.micro_biz_info`]: undefined },
    { [`${subject}.micro_biz_info`]: 'requiredForSubject' },
  ],
  [
    '小微 has no scenes',
    'SUBJECT_TYPE_MICRO',
    { [sales]: { sales_scenes_type: ['SALES_SCENES_STORE'] } },
    { [sales]: 'notForSubject' },
  ],
  [
    '小微 is known by number or openid',
    'SUBJECT_TYPE_MICRO',
    { 'contact_info.openid': 'oTest_0000000000', 'contact_info.contact_id_number': undefined },
    {},
  ],
  [
    '小微 is known by one of them',
    'SUBJECT_TYPE_MICRO',
    { 'contact_info.openid': undefined, 'contact_info.contact_id_number': undefined },
    { 'contact_info.openid': 'exactlyOne', 'contact_info.contact_id_number': 'exactlyOne' },
  ],
  [
    '企业 tells where its legal person lives',
    'SUBJECT_TYPE_ENTERPRISE',
    { [`${identity}.id_card_info.id_card_address`]: undefined },
    { [`${identity}.id_card_info.id_card_address`]: 'requiredForSubject' },
    [`${identity}.id_card_info`],
  ],
  [
    'nobody else does',
    'SUBJECT_TYPE_INDIVIDUAL',
    { [`${identity}.id_card_info.id_card_address`]: '广东省深圳市南山区' },
    { [`${identity}.id_card_info.id_card_address`]: 'notForSubject' },
    [`${identity}.id_card_info`],
  ],
  [
    'the kind of document is said',
    'SUBJECT_TYPE_INDIVIDUAL',
    { [`${identity}.id_doc_type`]: undefined },
    { [`${identity}.id_doc_type`]: 'requiredForSubject' },
  ],
  [
    'an administrator is of some kind',
    'SUBJECT_TYPE_INDIVIDUAL',
    { 'contact_info.contact_type': undefined },
    { 'contact_info.contact_type': 'requiredForSubject' },
  ],
  [
    'an administrator who is the legal person has the name on the ID card',
    'SUBJECT_TYPE_INDIVIDUAL',
    { contact_info: { ...legalPerson, contact_name: '别的人' } },
    { 'contact_info.contact_name': 'sameAsId' },
    [`${identity}.id_card_info`],
  ],
  [
    'a legal person’s number is that of the document, and not given twice',
    'SUBJECT_TYPE_INDIVIDUAL',
    { contact_info: { ...legalPerson, contact_id_number: 'E12345678' } },
    { 'contact_info.contact_id_number': 'notForSubject' },
    [`${identity}.id_doc_info`],
  ],
  [
    '小微 says neither who its administrator is nor whether it is a bank',
    'SUBJECT_TYPE_MICRO',
    {
      'contact_info.contact_type': 'LEGAL',
      [`${subject}.finance_institution`]: true,
      [`${subject}.finance_institution_info`]: { finance_type: 'OTHER', finance_license_pics: [picture] },
    },
    {
      'contact_info.contact_type': 'notForSubject',
      [`${subject}.finance_institution`]: 'notForSubject',
      [`${subject}.finance_institution_info`]: 'notForSubject',
    },
  ],
  [
    'a scene comes with its block',
    'SUBJECT_TYPE_ENTERPRISE',
    { [`${sales}.mp_info`]: undefined },
    { [`${sales}.mp_info`]: 'requiredForSubject' },
    [`${sales}.mp_info`],
  ],
  [
    'a block comes with its scene',
    'SUBJECT_TYPE_ENTERPRISE',
    {
      [sales]: {
        sales_scenes_type: ['SALES_SCENES_STORE'],
        mp_info: { mp_appid: 'wx1', mp_pics: [picture] },
      },
    },
    { [`${sales}.mp_info`]: 'notForSubject', [`${sales}.biz_store_info`]: 'requiredForSubject' },
    [`${sales}.mp_info`],
  ],
  [
    'a scene is named once',
    'SUBJECT_TYPE_ENTERPRISE',
    {
      [sales]: {
        sales_scenes_type: ['SALES_SCENES_MP', 'SALES_SCENES_MP'],
        mp_info: { mp_appid: 'wx1', mp_pics: [picture] },
      },
    },
    { [`${sales}.sales_scenes_type`]: 'duplicate' },
    [`${sales}.mp_info`],
  ],
  [
    'one AppID of the two',
    'SUBJECT_TYPE_ENTERPRISE',
    { [`${sales}.mp_info.mp_sub_appid`]: 'wx1234567890123456' },
    { [`${sales}.mp_info.mp_appid`]: 'exactlyOne', [`${sales}.mp_info.mp_sub_appid`]: 'exactlyOne' },
    [`${sales}.mp_info`],
  ],
  [
    'a promotional rate needs its activity',
    'SUBJECT_TYPE_ENTERPRISE',
    { 'settlement_info.activities_id': undefined, 'settlement_info.activities_additions': undefined },
    { 'settlement_info.activities_rate': 'needsActivity' },
    ['settlement_info.activities_id'],
  ],
  [
    '企业 settles to its own account',
    'SUBJECT_TYPE_ENTERPRISE',
    { 'bank_account_info.bank_account_type': 'BANK_ACCOUNT_TYPE_PERSONAL' },
    {
      'bank_account_info.bank_account_type': 'choiceForSubject',
      'bank_account_info.account_name': 'accountNameOfPerson',
    },
  ],
  [
    'half-width brackets are the same brackets',
    'SUBJECT_TYPE_ENTERPRISE',
    {
      [`${subject}.business_license_info.merchant_name`]: '某某（北京）公司',
      'bank_account_info.account_name': '某某(北京)公司',
    },
    {},
  ],
  [
    'an e-mail address has a domain',
    'SUBJECT_TYPE_ENTERPRISE',
    { 'contact_info.contact_email': 'somebody@nowhere' },
    { 'contact_info.contact_email': 'email' },
  ],
  [
    'legacy parts are unknown',
    'SUBJECT_TYPE_ENTERPRISE',
    { [`${subject}.organization_info`]: {} },
    { [`${subject}.organization_info`]: 'unknownField' },
  ],
];

describe('特约商户进件', () => {
  it.each(applyment4subCases.map((one) => ({ rule: one[0], subject: one[1], one })))(
    '$rule ($subject)',
    ({ one }) => expectErrors('partner', one),
  );
});
