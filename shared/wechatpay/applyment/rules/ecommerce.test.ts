import { describe, expect, it } from 'vitest';
import { checkForm } from '../check.ts';
import { messages } from '../messages.ts';
import { type Case, expectErrors, formWith, picture, startMs, withChanges } from '../testing/cases.ts';

const passportContact = { contact_type: '66', contact_name: '李四' };

const ecommerceCases: readonly Case[] = [
  ['小微 has no licence', '2401', { business_license_info: {} }, { business_license_info: 'notForSubject' }],
  [
    '企业 has one',
    '2',
    { business_license_info: undefined },
    { business_license_info: 'requiredForSubject' },
  ],
  [
    '事业单位 has its own certificate',
    '3',
    { 'business_license_info.cert_type': 'CERTIFICATE_TYPE_2394' },
    { 'business_license_info.cert_type': 'choiceForSubject' },
  ],
  [
    '社会组织 tells its address',
    '1708',
    { 'business_license_info.company_address': undefined },
    { 'business_license_info.company_address': 'requiredForSubject' },
  ],
  [
    'a period is JSON text',
    '1708',
    { 'business_license_info.business_time': '2014-01-01至长期' },
    { 'business_license_info.business_time': 'period' },
  ],
  [
    'a period has not run out',
    '1708',
    { 'business_license_info.business_time': '["2014-01-01","2020-01-01"]' },
    { 'business_license_info.business_time': 'expired' },
  ],
  [
    '个体工商户 is no 公司',
    '4',
    {
      'business_license_info.merchant_name': '某某公司',
      'account_info.account_name': '某某公司',
      'account_info.bank_account_type': '74',
    },
    { 'business_license_info.merchant_name': 'companySuffix' },
  ],
  [
    '个人卖家 describes itself',
    '2500',
    { business_addition_desc: undefined },
    { business_addition_desc: 'requiredForSubject' },
  ],
  [
    'an ID card has not run out',
    '2401',
    { 'id_card_info.id_card_valid_time': '2026-11-23' },
    { 'id_card_info.id_card_valid_time': 'expired' },
  ],
  ['an ID card is valid on its last day', '2401', { 'id_card_info.id_card_valid_time': '2026-11-24' }, {}],
  [
    'an ID card has begun',
    '2401',
    { 'id_card_info.id_card_valid_time_begin': '2026-11-24' },
    { 'id_card_info.id_card_valid_time_begin': 'notBegun' },
  ],
  [
    'the check character of an ID number is right',
    '2401',
    {
      'id_card_info.id_card_number': '110105194912310021',
      'contact_info.contact_id_card_number': undefined,
    },
    { 'id_card_info.id_card_number': 'idNumber' },
  ],
  [
    '政府机关 shows an ID card',
    '2502',
    { id_doc_type: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' },
    { id_doc_type: 'choiceForSubject', id_card_info: 'notForSubject', id_doc_info: 'requiredForSubject' },
    ['id_card_info'],
  ],
  [
    'an agent’s letter stands for the document',
    '3',
    { authorize_letter_copy: undefined },
    { authorize_letter_copy: 'requiredForSubject' },
    ['authorize_letter_copy'],
  ],
  [
    'only 事业单位 and 政府机关 may use it',
    '2',
    { id_holder_type: 'LEGAL' },
    { id_holder_type: 'notForSubject' },
  ],
  ['企业 says who owns it', '2', { owner: undefined }, { owner: 'requiredForSubject' }],
  [
    '企业 of others names them',
    '2',
    { owner: false, ubo_info_list: undefined },
    { ubo_info_list: 'requiredForSubject' },
  ],
  ['nobody else names owners', '4', { owner: true }, { owner: 'notForSubject' }],
  [
    '企业 settles to its own account',
    '2',
    { 'account_info.bank_account_type': '75' },
    {
      'account_info.bank_account_type': 'choiceForSubject',
      'account_info.account_name': 'accountNameOfPerson',
    },
  ],
  [
    'a corporate account has the merchant’s name',
    '2',
    { 'account_info.account_name': '别的公司' },
    { 'account_info.account_name': 'accountNameOfMerchant' },
  ],
  [
    'a personal account has the person’s name',
    '2401',
    { 'account_info.account_name': '别的人' },
    { 'account_info.account_name': 'accountNameOfPerson' },
  ],
  [
    'another bank names its branch',
    '2',
    {
      'account_info.account_bank': '其他银行',
      'account_info.bank_name': undefined,
      'account_info.bank_branch_id': undefined,
    },
    { 'account_info.bank_name': 'exactlyOne', 'account_info.bank_branch_id': 'exactlyOne' },
  ],
  [
    '企业 may not settle to another name',
    '2',
    {
      'account_info.account_cert_info': {
        settlement_cert_pic: picture,
        relation_cert_pic: picture,
        other_cert_pics: [picture],
      },
    },
    { 'account_info.account_cert_info': 'notForSubject' },
  ],
  [
    '小微 is its own administrator',
    '2401',
    { 'contact_info.contact_type': '66' },
    {
      'contact_info.contact_type': 'choiceForSubject',
      'contact_info.contact_id_doc_type': 'requiredForSubject',
      'contact_info.contact_id_doc_copy': 'requiredForSubject',
      'contact_info.contact_id_doc_period_begin': 'requiredForSubject',
      'contact_info.contact_id_doc_period_end': 'requiredForSubject',
      'contact_info.business_authorization_letter': 'requiredForSubject',
    },
    ['contact_info.contact_id_card_number'],
  ],
  [
    'a legal person is the one on the document',
    '2401',
    { 'contact_info.contact_name': '别的人' },
    { 'contact_info.contact_name': 'sameAsId' },
  ],
  [
    'an agent brings a letter',
    '2',
    { 'contact_info.business_authorization_letter': undefined },
    { 'contact_info.business_authorization_letter': 'requiredForSubject' },
    ['contact_info.business_authorization_letter'],
  ],
  [
    'a shop has one address',
    '2401',
    { 'sales_scene_info.store_url': 'https://a.example.com', 'sales_scene_info.store_qr_code': picture },
    { 'sales_scene_info.store_url': 'exactlyOne', 'sales_scene_info.store_qr_code': 'exactlyOne' },
  ],
  [
    'a bank shows its permit',
    '2',
    { finance_institution: true, finance_institution_info: undefined },
    { finance_institution_info: 'requiredForSubject' },
  ],
  [
    'what was removed in 2024-08 is unknown',
    '2401',
    { 'id_card_info.id_card_address': '广东省深圳市', 'contact_info.contact_email': 'a@b.cn' },
    { 'id_card_info.id_card_address': 'unknownField', 'contact_info.contact_email': 'unknownField' },
  ],
  [
    '214 bytes are the most that can be encrypted',
    '2401',
    { 'contact_info.contact_name': '王'.repeat(72) },
    { 'contact_info.contact_name': 'tooLongToEncrypt' },
  ],
  [
    'a short name has 64 bytes at most',
    '2401',
    { merchant_shortname: '店'.repeat(22) },
    { merchant_shortname: 'bytes' },
  ],
];

describe('二级商户进件', () => {
  it.each(ecommerceCases.map((one) => ({ rule: one[0], subject: one[1], one })))(
    '$rule ($subject)',
    ({ one }) => expectErrors('ecommerce', one),
  );

  it('has a number of the form of its document', () => {
    const form = formWith('ecommerce', '2', ['contact_info.business_authorization_letter']);
    const changed = withChanges(form, {
      ...Object.fromEntries(
        Object.entries(passportContact).map(([key, value]) => [`contact_info.${key}`, value]),
      ),
      'contact_info.contact_id_doc_type': 'IDENTIFICATION_TYPE_HONGKONG',
      'contact_info.contact_id_card_number': 'M12345678',
      'contact_info.contact_id_doc_copy_back': picture,
    });
    expect(checkForm('ecommerce', changed, startMs)).toMatchObject([
      { path: 'contact_info.contact_id_card_number', ...messages.docNumberForType },
    ]);
  });
});
