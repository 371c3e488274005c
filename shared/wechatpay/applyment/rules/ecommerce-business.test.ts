/**
 * Licence, account and shop of a 二级商户进件: rows of the table of pay.weixin.qq.com/doc/v3/partner/4012713017
 */
import { describe, it } from 'vitest';
import { type BlockCase, blockCases, type Case, expectErrors, picture } from '../testing/cases.ts';

const [micro, seller, individual, enterprise] = ['2401', '2500', '4', '2'];
const [institution, government, social] = ['3', '2502', '1708'];
const licence = 'business_license_info';
const account = 'account_info';

const licenceCases: readonly Case[] = [
  ['社会组织 has one', social, { [licence]: undefined }, { [licence]: 'requiredForSubject' }],
  ['个人卖家 has none', seller, { [licence]: {} }, { [licence]: 'notForSubject' }],
  [
    'a licence says what it is by the subject',
    enterprise,
    { [`${licence}.cert_type`]: 'CERTIFICATE_TYPE_2388' },
    { [`${licence}.cert_type`]: 'notForSubject' },
  ],
  [
    'a certificate says its type',
    social,
    { [`${licence}.cert_type`]: undefined },
    { [`${licence}.cert_type`]: 'requiredForSubject' },
  ],
  [
    '政府机关 has one of its own type',
    government,
    { [`${licence}.cert_type`]: 'CERTIFICATE_TYPE_2388' },
    { [`${licence}.cert_type`]: 'choiceForSubject' },
  ],
  [
    '事业单位 too',
    institution,
    { [`${licence}.cert_type`]: 'CERTIFICATE_TYPE_2389' },
    { [`${licence}.cert_type`]: 'choiceForSubject' },
  ],
  ['社会组织 has one of several', social, { [`${licence}.cert_type`]: 'CERTIFICATE_TYPE_2389' }, {}],
  [
    'a certificate has a period',
    institution,
    { [`${licence}.business_time`]: undefined },
    { [`${licence}.business_time`]: 'requiredForSubject' },
  ],
  [
    'a licence may have an address and a period',
    enterprise,
    { [`${licence}.company_address`]: '示例路1号', [`${licence}.business_time`]: '["2014-01-01","长期"]' },
    {},
  ],
  [
    'the number of a licence has 18 digits or capitals',
    enterprise,
    { [`${licence}.business_license_number`]: '91440300ma5fxt0k2m' },
    { [`${licence}.business_license_number`]: 'licenceNumber' },
  ],
  [
    'and not fewer',
    individual,
    { [`${licence}.business_license_number`]: '91440300MA5FXT0K2' },
    { [`${licence}.business_license_number`]: 'licenceNumber' },
  ],
  [
    'there is a number',
    enterprise,
    { [`${licence}.business_license_number`]: undefined },
    { [`${licence}.business_license_number`]: 'required' },
  ],
  [
    'the number of a certificate has another form',
    social,
    { [`${licence}.business_license_number`]: 'ab-12' },
    {},
  ],
  ...['ab 12', ' ab12', 'ab12 ', '证12', `${'1'.repeat(19)}`].map(
    (number): Case => [
      `but not ${number}`,
      social,
      { [`${licence}.business_license_number`]: number },
      { [`${licence}.business_license_number`]: 'licenceNumber' },
    ],
  ),
  [
    '社会组织 is no 公司',
    social,
    { [`${licence}.merchant_name`]: '某某公司', [`${account}.account_name`]: '某某公司' },
    { [`${licence}.merchant_name`]: 'companySuffix' },
  ],
  [
    'but may begin with it',
    social,
    { [`${licence}.merchant_name`]: '公司某某会', [`${account}.account_name`]: '公司某某会' },
    {},
  ],
  [
    'there is a name',
    enterprise,
    { [`${licence}.merchant_name`]: undefined },
    { [`${licence}.merchant_name`]: 'required' },
  ],
  [
    'a bank shows its permit, and nobody else',
    enterprise,
    { finance_institution: false, finance_institution_info: {} },
    { finance_institution_info: 'notForSubject' },
  ],
];

describe('the licence of a 二级商户', () => {
  it.each(licenceCases.map((one) => ({ rule: one[0], subject: one[1], one })))(
    '$rule ($subject)',
    ({ one }) => expectErrors('ecommerce', one),
  );
});

const time = (value: string, key?: BlockCase[3][string]): BlockCase => [
  value,
  social!,
  value,
  key ? { '': key } : {},
];
const periods: readonly BlockCase[] = [
  time('["2014-01-01","长期"]'),
  time('["2014-01-01", "2026-11-24"]'),
  time('["2026-11-23","2026-11-24"]'),
  time('["2026-11-24","长期"]', 'notBegun'),
  time('["2026-11-25","2026-11-25"]', 'notBegun'),
  time('["2014-01-01","2014-01-01"]', 'endBeforeBegin'),
  time('["2014-01-02","2014-01-01"]', 'endBeforeBegin'),
  time('["2014-01-01","2026-11-23"]', 'expired'),
  ...[
    '["2014-02-30","长期"]',
    '["2014-01-01","2026-02-30"]',
    '["2014-1-1","长期"]',
    '["2014-01-01","2026-1-1"]',
  ].map((value) => time(value, 'period')),
  ...[
    '["长期","2014-01-01"]',
    '["2014-01-01","永久"]',
    '["2014-01-01"]',
    '["2014-01-01","长期"] x',
    'x ["2014-01-01","长期"]',
  ].map((value) => time(value, 'period')),
];

describe('the 营业期限 of a 二级商户', () => {
  it.each(blockCases(`${licence}.business_time`, periods))('$rule', ({ one }) =>
    expectErrors('ecommerce', one),
  );
});

const proof = { settlement_cert_pic: picture, relation_cert_pic: picture, other_cert_pics: [picture] };
const own = { [`${account}.bank_account_type`]: '75', [`${account}.account_name`]: '别的人' };
const restCases: readonly Case[] = [
  [
    '小微 settles to a private account',
    micro,
    { [`${account}.bank_account_type`]: '74' },
    { [`${account}.bank_account_type`]: 'choiceForSubject' },
  ],
  [
    'so does 个人卖家',
    seller,
    { [`${account}.bank_account_type`]: '74' },
    { [`${account}.bank_account_type`]: 'choiceForSubject' },
  ],
  [
    'a private account is that of the person on the ID card',
    individual,
    own,
    { [`${account}.account_name`]: 'accountNameOfPerson' },
    ['id_card_info'],
  ],
  [
    'or on the other document',
    individual,
    own,
    { [`${account}.account_name`]: 'accountNameOfPerson' },
    ['id_doc_info'],
  ],
  [
    'who has a name',
    seller,
    { 'id_card_info.id_card_name': undefined },
    { 'id_card_info.id_card_name': 'required' },
  ],
  [
    'somebody holds it',
    enterprise,
    { [`${account}.account_name`]: undefined },
    { [`${account}.account_name`]: 'required' },
  ],
  [
    '政府机关 may settle to another name, with proof',
    government,
    { [`${account}.account_name`]: '别的单位', [`${account}.account_cert_info`]: proof },
    {},
  ],
  [
    'so may 事业单位',
    institution,
    { [`${account}.account_name`]: '别的单位', [`${account}.account_cert_info`]: proof },
    {},
  ],
  [
    'so may who collects 党费',
    social,
    {
      [`${account}.account_name`]: '别的单位',
      [`${account}.account_cert_info`]: proof,
      settlement_info: { qualification_type: '党费' },
    },
    {},
  ],
  [
    'proof is complete',
    government,
    { [`${account}.account_cert_info`]: {} },
    {
      [`${account}.account_cert_info.settlement_cert_pic`]: 'required',
      [`${account}.account_cert_info.relation_cert_pic`]: 'required',
      [`${account}.account_cert_info.other_cert_pics`]: 'required',
    },
  ],
  [
    'another name needs proof',
    government,
    { [`${account}.account_name`]: '别的单位' },
    { [`${account}.account_name`]: 'accountNameOfMerchant' },
  ],
  [
    '个人卖家 has itself for an administrator',
    seller,
    { 'contact_info.contact_type': '67' },
    { 'contact_info.contact_type': 'choice' },
  ],
  ['nobody but 个人卖家 has to describe itself', micro, { business_addition_desc: undefined }, {}],
  [
    'a shop is somewhere',
    micro,
    { 'sales_scene_info.store_url': undefined, 'sales_scene_info.store_qr_code': undefined },
    { 'sales_scene_info.store_url': 'exactlyOne', 'sales_scene_info.store_qr_code': 'exactlyOne' },
  ],
  [
    'a settlement rule is a whole number',
    micro,
    { settlement_info: { settlement_id: 719.5 } },
    { 'settlement_info.settlement_id': 'type' },
  ],
  [
    'from 1 on',
    micro,
    { settlement_info: { settlement_id: 0 } },
    { 'settlement_info.settlement_id': 'tooShort' },
  ],
];

describe('the account and shop of a 二级商户', () => {
  it.each(restCases.map((one) => ({ rule: one[0], subject: one[1], one })))('$rule ($subject)', ({ one }) =>
    expectErrors('ecommerce', one),
  );
});
