import { describe, expect, test } from 'vitest';
import { validApplications } from '../testing/forms.ts';
import { changes, refusalOf } from '../testing/mutate.ts';
import { idCardNumber } from '../testing/people.ts';
import type { Json } from './check.ts';

const forms = validApplications('ecommerce');
const formOf = (variant: string): Json => forms.find((it) => it.variant === variant)!.form;

const micro = '小微';
const seller = '个人卖家';
const shop = '个体工商户, own card';
const company = '企业';
const owners = '企业, beneficiaries, agent, pictures';
const foreign = '企业, passport, finance';
const library = '事业单位';
const secretive = '事业单位, agent in place of the legal person';
const office = '政府机关, account of another name';
const society = '社会组织';

type Case = readonly [variant: string, edits: Record<string, unknown>, pointer: string];
const license = formOf(company).business_license_info;
const card = formOf(company).id_card_info;
const doc = formOf(foreign).id_doc_info;
const [ubo] = formOf(owners).ubo_info_list as Json[];

const refused: Case[] = [
  // documents
  [company, { '/id_card_info/id_card_number': '440305199003071042' }, '/id_card_info/id_card_number'],
  [
    company,
    { '/id_card_info/id_card_number': idCardNumber('440305', '19900231') },
    '/id_card_info/id_card_number',
  ],
  [company, { '/id_card_info/id_card_valid_time': '2026-05-31' }, '/id_card_info/id_card_valid_time'],
  [company, { '/id_card_info/id_card_valid_time': '2099-02-30' }, '/id_card_info/id_card_valid_time'],
  [
    company,
    { '/id_card_info/id_card_valid_time_begin': '2026-06-02' },
    '/id_card_info/id_card_valid_time_begin',
  ],
  [
    company,
    { '/id_card_info/id_card_valid_time_begin': '2019/06/06' },
    '/id_card_info/id_card_valid_time_begin',
  ],
  [company, { '/id_card_info/id_card_name': '张' }, '/id_card_info/id_card_name'],
  [company, { '/id_card_info/id_card_address': '深圳' }, '/id_card_info/id_card_address'],
  [company, { '/contact_info/contact_email': 'a@example.com' }, '/contact_info/contact_email'],
  [foreign, { '/id_doc_info/id_doc_number': 'E-1' }, '/id_doc_info/id_doc_number'],
  [
    foreign,
    { '/id_doc_type': 'IDENTIFICATION_TYPE_HONGKONG', '/id_doc_info/id_doc_number': 'H12345678' },
    '/id_doc_info/id_doc_copy_back',
  ],
  [foreign, { '/id_doc_type': 'IDENTIFICATION_TYPE_HONGKONG' }, '/id_doc_info/id_doc_number'],
  [foreign, { '/id_doc_type': undefined, '/id_doc_info': undefined }, '/id_card_info'],
  [foreign, { '/id_card_info': card }, '/id_card_info'],
  [company, { '/id_doc_info': doc }, '/id_doc_info'],
  [micro, { '/id_doc_type': 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' }, '/id_doc_type'],
  [office, { '/id_doc_type': 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' }, '/id_doc_type'],
  [company, { '/id_doc_type': 'IDENTIFICATION_TYPE_IDCARD' }, '/id_doc_type'],
  // who holds the document
  [company, { '/id_holder_type': 'SUPER' }, '/id_holder_type'],
  [secretive, { '/authorize_letter_copy': undefined }, '/authorize_letter_copy'],
  [secretive, { '/id_card_info': card }, '/id_card_info'],
  [library, { '/authorize_letter_copy': 'V1_image' }, '/authorize_letter_copy'],
  // licence
  [micro, { '/business_license_info': license }, '/business_license_info'],
  [company, { '/business_license_info': undefined }, '/business_license_info'],
  [
    company,
    { '/business_license_info/business_license_number': '91440300' },
    '/business_license_info/business_license_number',
  ],
  [
    company,
    { '/business_license_info/cert_type': 'CERTIFICATE_TYPE_2389' },
    '/business_license_info/cert_type',
  ],
  [shop, { '/business_license_info/merchant_name': '张三公司' }, '/business_license_info/merchant_name'],
  [library, { '/business_license_info/cert_type': undefined }, '/business_license_info/cert_type'],
  [
    library,
    { '/business_license_info/cert_type': 'CERTIFICATE_TYPE_2394' },
    '/business_license_info/cert_type',
  ],
  [
    society,
    { '/business_license_info/company_address': undefined },
    '/business_license_info/company_address',
  ],
  [society, { '/business_license_info/business_time': undefined }, '/business_license_info/business_time'],
  [
    society,
    { '/business_license_info/business_time': '["2020-01-01","2019-01-01"]' },
    '/business_license_info/business_time',
  ],
  [society, { '/business_license_info/business_time': '2020-01-01' }, '/business_license_info/business_time'],
  // finance
  [foreign, { '/finance_institution_info': undefined }, '/finance_institution_info'],
  [foreign, { '/finance_institution': false }, '/finance_institution_info'],
  [micro, { '/finance_institution': true }, '/finance_institution'],
  // beneficiaries
  [company, { '/owner': undefined }, '/owner'],
  [company, { '/owner': false }, '/ubo_info_list'],
  [owners, { '/owner': true }, '/ubo_info_list'],
  [owners, { '/ubo_info_list': [ubo, ubo] }, '/ubo_info_list'],
  [owners, { '/ubo_info_list': Array(5).fill(ubo) }, '/ubo_info_list'],
  [owners, { '/ubo_info_list/0/ubo_id_doc_copy_back': undefined }, '/ubo_info_list/0/ubo_id_doc_copy_back'],
  [owners, { '/ubo_info_list/2/ubo_id_doc_number': '123' }, '/ubo_info_list/2/ubo_id_doc_number'],
  [shop, { '/owner': true }, '/owner'],
  [library, { '/ubo_info_list': [ubo] }, '/ubo_info_list'],
  // account
  [micro, { '/account_info/bank_account_type': '74' }, '/account_info/bank_account_type'],
  [company, { '/account_info/bank_account_type': '75' }, '/account_info/bank_account_type'],
  [company, { '/account_info/account_name': '别人的公司' }, '/account_info/account_name'],
  [micro, { '/account_info/account_name': '李四' }, '/account_info/account_name'],
  [company, { '/account_info/account_bank': '火星银行' }, '/account_info/account_bank'],
  [company, { '/account_info/bank_branch_id': undefined }, '/account_info/bank_name'],
  [company, { '/account_info/bank_address_code': '44' }, '/account_info/bank_address_code'],
  [company, { '/account_info/account_number': '7559 1234 5678' }, '/account_info/account_number'],
  [office, { '/account_info/account_cert_info': undefined }, '/account_info/account_name'],
  [
    company,
    { '/account_info/account_cert_info': (formOf(office).account_info as Json).account_cert_info },
    '/account_info/account_cert_info',
  ],
  // administrator
  [micro, { '/contact_info': formOf(owners).contact_info }, '/contact_info/contact_type'],
  [company, { '/contact_info/contact_name': '李四' }, '/contact_info/contact_name'],
  [
    company,
    { '/contact_info/contact_id_card_number': idCardNumber('110101') },
    '/contact_info/contact_id_card_number',
  ],
  [
    company,
    { '/contact_info/business_authorization_letter': 'V1_image' },
    '/contact_info/business_authorization_letter',
  ],
  [
    owners,
    { '/contact_info/business_authorization_letter': undefined },
    '/contact_info/business_authorization_letter',
  ],
  [owners, { '/contact_info/contact_id_doc_type': undefined }, '/contact_info/contact_id_doc_type'],
  [owners, { '/contact_info/contact_id_doc_copy_back': undefined }, '/contact_info/contact_id_doc_copy_back'],
  [
    owners,
    { '/contact_info/contact_id_doc_period_end': '2016-06-06' },
    '/contact_info/contact_id_doc_period_end',
  ],
  [owners, { '/contact_info/mobile_phone': '1380013800' }, '/contact_info/mobile_phone'],
  // shop
  [company, { '/sales_scene_info/store_url': undefined }, '/sales_scene_info/store_url'],
  [company, { '/sales_scene_info/store_url': 'ftp://example.com' }, '/sales_scene_info/store_url'],
  [company, { '/merchant_shortname': '一二三四五六七八九十一二三四五六七八九十一二' }, '/merchant_shortname'],
  [company, { '/qualifications': Array(6).fill('V1_image') }, '/qualifications'],
  [seller, { '/business_addition_desc': undefined }, '/business_addition_desc'],
];

describe('二级商户进件', () => {
  test.each(refused)('%s with %o is refused at %s', (variant, edits, pointer) => {
    const refusal = refusalOf('ecommerce', changes(formOf(variant), edits));
    expect(refusal).toMatchObject({ code: 'PARAM_ERROR', pointer });
  });

  const accepted: (readonly [string, Record<string, unknown>])[] = [
    [company, { '/merchant_shortname': '一二三四五六七八九十一二三四五六七八九十一' }],
    [company, { '/id_card_info/id_card_valid_time': '2026-06-01' }],
    [company, { '/qualifications': '["V1_image"]' }],
    [company, { '/settlement_info': undefined }],
    [company, { '/id_holder_type': 'LEGAL' }],
    [company, { '/contact_info/contact_id_card_number': undefined }],
    [
      owners,
      {
        '/ubo_info_list/0/ubo_id_doc_type': 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
        '/ubo_info_list/0/ubo_id_doc_number': 'E63602233',
        '/ubo_info_list/0/ubo_id_doc_copy_back': undefined,
      },
    ],
  ];
  test.each(accepted)('%s with %o is accepted', (variant, edits) => {
    expect(refusalOf('ecommerce', changes(formOf(variant), edits))).toBeUndefined();
  });

  test('refusals carry the sentences that WeChat Pay has for these cases', () => {
    const message = (variant: string, edits: Record<string, unknown>) =>
      refusalOf('ecommerce', changes(formOf(variant), edits))?.message;
    expect(message(owners, { '/ubo_info_list': [ubo, ubo] })).toBe('UBO信息重复提交，请修改');
    expect(message(owners, { '/contact_info/business_authorization_letter': undefined })).toBe(
      '请填写业务办理授权函',
    );
    expect(message(company, { '/account_info/account_bank': '火星银行' })).toContain(
      '开户银行取值有误，不在微信支付提供的银行对照表中，请检查后再试',
    );
    expect(message(company, { '/out_request_no': undefined })).toBe(
      '输入源“/body/out_request_no”映射到字段“业务申请编号”必填性规则校验失败，此字段为必填项',
    );
  });
});
