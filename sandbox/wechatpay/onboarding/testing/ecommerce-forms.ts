import type { Json } from '../rules/check.ts';
import type { FormOptions, ValidApplication } from './form-types.ts';
import {
  address,
  agent,
  beneficiaries,
  companyName,
  creditCode,
  legalPerson,
  organName,
  shopName,
} from './people.ts';

type Full = Required<FormOptions>;

const idCard = (image: string) => ({
  id_card_copy: image,
  id_card_national: image,
  id_card_name: legalPerson.name,
  id_card_number: legalPerson.idCard,
  id_card_valid_time_begin: '2016-06-06',
  id_card_valid_time: '长期',
});

const passport = (image: string) => ({
  id_doc_name: legalPerson.name,
  id_doc_number: 'E63602232',
  id_doc_copy: image,
  doc_period_begin: '2021-01-01',
  doc_period_end: '2099-01-01',
});

const licence = (image: string, name: string) => ({
  business_license_copy: image,
  business_license_number: creditCode,
  merchant_name: name,
  legal_person: legalPerson.name,
});

const certificate = (image: string, type: string) => ({
  cert_type: type,
  business_license_copy: image,
  business_license_number: '12440300MB1',
  merchant_name: organName,
  legal_person: legalPerson.name,
  company_address: address,
  business_time: '["2014-01-01","长期"]',
});

const ubo = (image: string, at: number) => ({
  ubo_id_doc_type: 'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
  ubo_id_doc_copy: image,
  ubo_id_doc_copy_back: image,
  ubo_id_doc_name: beneficiaries[at]!.name,
  ubo_id_doc_number: beneficiaries[at]!.idCard,
  ubo_id_doc_address: address,
  ubo_id_doc_period_begin: '2016-06-06',
  ubo_id_doc_period_end: '2099-06-06',
});

const legalContact = {
  contact_type: '65',
  contact_name: legalPerson.name,
  contact_id_card_number: legalPerson.idCard,
  mobile_phone: legalPerson.phone,
};

const agentContact = (image: string) => ({
  contact_type: '66',
  contact_name: agent.name,
  contact_id_doc_type: 'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
  contact_id_card_number: agent.idCard,
  contact_id_doc_copy: image,
  contact_id_doc_copy_back: image,
  contact_id_doc_period_begin: '2016-06-06',
  contact_id_doc_period_end: '2099-06-06',
  business_authorization_letter: image,
  mobile_phone: agent.phone,
});

const privateAccount = {
  bank_account_type: '75',
  account_bank: '工商银行',
  account_name: legalPerson.name,
  bank_address_code: '440300',
  account_number: '6222020000000000001',
};

const publicAccount = (name: string) => ({
  bank_account_type: '74',
  account_bank: '其他银行',
  account_name: name,
  bank_address_code: '440300',
  bank_branch_id: '402713354941',
  account_number: '755912345678901',
});

const base = (full: Full, subject: string) => ({
  organization_type: subject,
  sales_scene_info: { store_name: '爱烧烤', store_url: 'https://www.example.com/shop' },
  merchant_shortname: '爱烧烤',
  contact_info: legalContact,
  settlement_info: { settlement_id: 719, qualification_type: '零售批发/生活娱乐/其他' },
  qualifications: [full.imageId],
});

type Variant = readonly [subject: string, variant: string, form: Json];

const personal = (full: Full): Variant[] => {
  const { imageId: image } = full;
  const person = {
    id_doc_type: 'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
    id_card_info: idCard(image),
    account_info: privateAccount,
  };
  const shop = { store_name: '爱烧烤', store_qr_code: image };
  return [
    ['2401', '小微', { ...person, sales_scene_info: shop }],
    ['2500', '个人卖家', { ...person, business_addition_desc: '该商户已持续从事电子商务经营活动满6个月' }],
    [
      '4',
      '个体工商户, own card',
      { ...person, business_license_info: licence(image, shopName), finance_institution: false },
    ],
    [
      '4',
      '个体工商户, account of the shop, agent',
      {
        ...person,
        business_license_info: licence(image, shopName),
        account_info: publicAccount(shopName),
        contact_info: agentContact(image),
      },
    ],
  ];
};

const enterprises = (full: Full): Variant[] => {
  const { imageId: image } = full;
  const company = {
    business_license_info: licence(image, companyName),
    account_info: publicAccount(companyName),
    id_card_info: idCard(image),
    owner: true,
  };
  const { id_card_info, ...foreign } = company;
  return [
    ['2', '企业', company],
    [
      '2',
      '企业, beneficiaries, agent, pictures',
      {
        ...company,
        owner: false,
        ubo_info_list: [0, 1, 2, 3].map((at) => ubo(image, at)),
        contact_info: agentContact(image),
        business_addition_pics: [image],
        business_addition_desc: '特殊情况，说明原因',
      },
    ],
    [
      '2',
      '企业, passport, finance',
      {
        ...foreign,
        id_doc_type: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
        id_doc_info: passport(image),
        contact_info: { ...legalContact, contact_id_card_number: 'E63602232' },
        finance_institution: true,
        finance_institution_info: { finance_type: 'BANK_AGENT', finance_license_pics: [image] },
        sales_scene_info: {
          store_name: '爱烧烤',
          store_url: 'https://www.example.com',
          mini_program_sub_appid: 'wx1234567890123456',
        },
      },
    ],
  ];
};

const organisations = (full: Full): Variant[] => {
  const { imageId: image } = full;
  const organ = (type: string) => ({
    business_license_info: certificate(image, type),
    account_info: publicAccount(organName),
    id_card_info: idCard(image),
  });
  const { id_card_info, ...secretive } = organ('CERTIFICATE_TYPE_2388');
  return [
    ['3', '事业单位', organ('CERTIFICATE_TYPE_2388')],
    [
      '3',
      '事业单位, agent in place of the legal person',
      {
        ...secretive,
        id_holder_type: 'SUPER',
        authorize_letter_copy: image,
        contact_info: agentContact(image),
      },
    ],
    [
      '2502',
      '政府机关, account of another name',
      {
        ...organ('CERTIFICATE_TYPE_2389'),
        account_info: {
          ...publicAccount('某某市财政局'),
          account_cert_info: {
            settlement_cert_pic: image,
            relation_cert_pic: image,
            other_cert_pics: [image],
          },
        },
      },
    ],
    ['1708', '社会组织', organ('CERTIFICATE_TYPE_2394')],
  ];
};

export function ecommerceForms(full: Full): ValidApplication[] {
  const variants = [...personal(full), ...enterprises(full), ...organisations(full)];
  return variants.map(([subjectType, variant, form], at) => ({
    subjectType,
    variant,
    form: { out_request_no: `${full.prefix}_${at}`, ...base(full, subjectType), ...form },
  }));
}
