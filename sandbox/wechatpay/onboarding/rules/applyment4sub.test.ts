import { describe, expect, test } from 'vitest';
import { validApplications } from '../testing/forms.ts';
import { changes, refusalOf } from '../testing/mutate.ts';
import type { Json } from './check.ts';

const forms = validApplications('applyment4sub');
const formOf = (variant: string): Json => forms.find((it) => it.variant === variant)!.form;
const subjectOf = (variant: string): Json => formOf(variant).subject_info as Json;

const shop = '个体户, own card';
const pass = '个体户, account of the shop, pass';
const company = '企业';
const everything = '企业, beneficiaries, agent, every scene, finance';
const office = '政府机关';
const secretive = '事业单位, agent in place of the legal person';
const society = '社会组织';

type Case = readonly [variant: string, edits: Record<string, unknown>, pointer: string];
const identity = '/subject_info/identity_info';
const card = `${identity}/id_card_info`;
const sales = '/business_info/sales_info';
const bank = '/bank_account_info';
const [ubo] = subjectOf(everything).ubo_info_list as Json[];
const mini = {
  sales_scenes_type: ['SALES_SCENES_MINI_PROGRAM'],
  mini_program_info: { mini_program_appid: 'wx8888888888888888' },
};

const refused: Case[] = [
  [company, { '/business_code': '1900013511-10000' }, '/business_code'],
  // administrator
  [shop, { '/contact_info/contact_email': undefined }, '/contact_info/contact_email'],
  [shop, { '/contact_info/contact_email': 'nobody' }, '/contact_info/contact_email'],
  [shop, { '/contact_info/mobile_phone': '075586013388' }, '/contact_info/mobile_phone'],
  [shop, { '/contact_info/contact_id_number': '440305199003071044' }, '/contact_info/contact_id_number'],
  [everything, { '/contact_info/contact_period_begin': undefined }, '/contact_info/contact_period_begin'],
  [everything, { '/contact_info/contact_id_doc_copy': undefined }, '/contact_info/contact_id_doc_copy'],
  [
    everything,
    { '/contact_info/contact_id_doc_copy_back': undefined },
    '/contact_info/contact_id_doc_copy_back',
  ],
  [
    everything,
    { '/contact_info/business_authorization_letter': undefined },
    '/contact_info/business_authorization_letter',
  ],
  [
    everything,
    { '/contact_info/contact_id_number': '110101198512122010' },
    '/contact_info/contact_id_number',
  ],
  [everything, { '/contact_info/openid': 'me' }, '/contact_info/openid'],
  [shop, { '/contact_info/contact_name': '李四' }, '/contact_info/contact_name'],
  // licence and certificate
  [company, { '/subject_info/business_license_info': undefined }, '/subject_info/business_license_info'],
  [
    company,
    { '/subject_info/business_license_info/license_number': '914403' },
    '/subject_info/business_license_info/license_number',
  ],
  [
    company,
    { '/subject_info/business_license_info/period_end': '2019-08-01' },
    '/subject_info/business_license_info/period_end',
  ],
  [
    shop,
    { '/subject_info/business_license_info/merchant_name': '张三公司' },
    '/subject_info/business_license_info/merchant_name',
  ],
  [
    company,
    { '/subject_info/certificate_info': subjectOf(society).certificate_info },
    '/subject_info/certificate_info',
  ],
  [company, { '/subject_info/certificate_letter_copy': 'V1_image' }, '/subject_info/certificate_letter_copy'],
  [society, { '/subject_info/certificate_info': undefined }, '/subject_info/certificate_info'],
  [
    society,
    { '/subject_info/certificate_info/cert_type': 'CERTIFICATE_TYPE_2388' },
    '/subject_info/certificate_info/cert_type',
  ],
  [
    office,
    { '/subject_info/business_license_info': subjectOf(company).business_license_info },
    '/subject_info/business_license_info',
  ],
  [company, { '/subject_info/organization_info': {} }, '/subject_info/organization_info'],
  [
    company,
    { '/subject_info/subject_type': 'SUBJECT_TYPE_INSTITUTIONS_CLONED' },
    '/subject_info/subject_type',
  ],
  // finance
  [
    everything,
    { '/subject_info/finance_institution_info': undefined },
    '/subject_info/finance_institution_info',
  ],
  [everything, { '/subject_info/finance_institution': false }, '/subject_info/finance_institution_info'],
  // identity
  [company, { [`${identity}/id_doc_type`]: undefined }, `${identity}/id_doc_type`],
  [company, { [`${card}/id_card_address`]: undefined }, `${card}/id_card_address`],
  [shop, { [`${card}/id_card_address`]: '深圳' }, `${card}/id_card_address`],
  [shop, { [`${card}/id_card_number`]: '440305199003071043' }, `${card}/id_card_number`],
  [shop, { [`${card}/card_period_end`]: '2020-01-01' }, `${card}/card_period_end`],
  [
    shop,
    { [`${identity}/id_doc_info`]: (subjectOf(pass).identity_info as Json).id_doc_info },
    `${identity}/id_doc_info`,
  ],
  [
    pass,
    { [`${identity}/id_doc_info/id_doc_copy_back`]: undefined },
    `${identity}/id_doc_info/id_doc_copy_back`,
  ],
  [pass, { [`${identity}/id_doc_info/id_doc_number`]: 'H12345' }, `${identity}/id_doc_info/id_doc_number`],
  [
    office,
    { [`${identity}/id_doc_type`]: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' },
    `${identity}/id_doc_type`,
  ],
  [company, { [`${identity}/id_holder_type`]: 'SUPER' }, `${identity}/id_holder_type`],
  [secretive, { [`${identity}/authorize_letter_copy`]: undefined }, `${identity}/authorize_letter_copy`],
  [secretive, { [`${identity}/id_doc_type`]: 'IDENTIFICATION_TYPE_IDCARD' }, `${identity}/id_doc_type`],
  [office, { [`${identity}/authorize_letter_copy`]: 'V1_image' }, `${identity}/authorize_letter_copy`],
  // beneficiaries
  [company, { [`${identity}/owner`]: undefined }, `${identity}/owner`],
  [shop, { [`${identity}/owner`]: true }, `${identity}/owner`],
  [everything, { '/subject_info/ubo_info_list': undefined }, '/subject_info/ubo_info_list'],
  [everything, { '/subject_info/ubo_info_list': [ubo, ubo] }, '/subject_info/ubo_info_list'],
  [
    everything,
    { '/subject_info/ubo_info_list/1/ubo_id_doc_copy_back': undefined },
    '/subject_info/ubo_info_list/1/ubo_id_doc_copy_back',
  ],
  [society, { '/subject_info/ubo_info_list': [ubo] }, '/subject_info/ubo_info_list'],
  // scenes
  [company, { [`${sales}/mini_program_info`]: undefined }, `${sales}/mini_program_info`],
  [company, { [`${sales}/web_info`]: { domain: 'https://www.example.com' } }, `${sales}/web_info`],
  [
    company,
    { [`${sales}/sales_scenes_type`]: ['SALES_SCENES_MINI_PROGRAM', 'SALES_SCENES_MINI_PROGRAM'] },
    `${sales}/sales_scenes_type`,
  ],
  [
    company,
    { [`${sales}/mini_program_info/mini_program_appid`]: 'wx8888888888888888' },
    `${sales}/mini_program_info/mini_program_appid`,
  ],
  [
    company,
    { [`${sales}/mini_program_info/mini_program_sub_appid`]: undefined },
    `${sales}/mini_program_info/mini_program_appid`,
  ],
  [
    company,
    { [sales]: { ...mini, mini_program_info: { mini_program_appid: 'wx9999999999999999' } } },
    `${sales}/mini_program_info/mini_program_appid`,
  ],
  [everything, { [`${sales}/web_info/domain`]: 'www.example.com' }, `${sales}/web_info/domain`],
  [everything, { [`${sales}/mp_info/mp_pics`]: Array(6).fill('V1_image') }, `${sales}/mp_info/mp_pics`],
  [company, { '/business_info/merchant_shortname': '张' }, '/business_info/merchant_shortname'],
  [company, { '/business_info/service_phone': '请打电话' }, '/business_info/service_phone'],
  [company, { '/settlement_info/settlement_id': '71' }, '/settlement_info/settlement_id'],
  [company, { '/settlement_info/activities_rate': '0.123' }, '/settlement_info/activities_rate'],
  // account
  [company, { [`${bank}/bank_account_type`]: 'BANK_ACCOUNT_TYPE_PERSONAL' }, `${bank}/bank_account_type`],
  [company, { [`${bank}/account_name`]: '别人的公司' }, `${bank}/account_name`],
  [shop, { [`${bank}/account_name`]: '李四' }, `${bank}/account_name`],
  [company, { [`${bank}/bank_name`]: undefined }, `${bank}/bank_name`],
  [company, { [`${bank}/account_bank`]: '火星银行' }, `${bank}/account_bank`],
  [office, { [`${bank}/account_cert_info`]: undefined }, `${bank}/account_name`],
];

describe('特约商户进件', () => {
  test.each(refused)('%s with %o is refused at %s', (variant, edits, pointer) => {
    const refusal = refusalOf('applyment4sub', changes(formOf(variant), edits));
    expect(refusal).toMatchObject({ code: 'PARAM_ERROR', pointer });
  });

  test('a mini-program of the provider itself is one of the two ways', () => {
    expect(refusalOf('applyment4sub', changes(formOf(company), { [sales]: mini }))).toBeUndefined();
  });

  test('党费 may settle to an account of another name', () => {
    const cert = (formOf(office).bank_account_info as Json).account_cert_info;
    const form = changes(formOf(society), {
      '/settlement_info/qualification_type': '党费',
      [`${bank}/account_name`]: '某某市财政局',
      [`${bank}/account_cert_info`]: cert,
    });
    expect(refusalOf('applyment4sub', form)).toBeUndefined();
  });
});
