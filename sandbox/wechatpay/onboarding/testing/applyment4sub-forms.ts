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
  card_period_begin: '2016-06-06',
  card_period_end: '长期',
});

export const identity = (image: string) => ({
  id_doc_type: 'IDENTIFICATION_TYPE_IDCARD',
  id_card_info: idCard(image),
});

const pass = (image: string) => ({
  id_doc_type: 'IDENTIFICATION_TYPE_HONGKONG_PASSPORT',
  id_doc_info: {
    id_doc_copy: image,
    id_doc_copy_back: image,
    id_doc_name: legalPerson.name,
    id_doc_number: 'H1234567801',
    doc_period_begin: '2021-01-01',
    doc_period_end: '2099-01-01',
  },
});

const licence = (image: string, name: string) => ({
  license_copy: image,
  license_number: creditCode,
  merchant_name: name,
  legal_person: legalPerson.name,
  license_address: address,
  period_begin: '2019-08-01',
  period_end: '长期',
});

const certificate = (image: string, type: string) => ({
  cert_copy: image,
  cert_type: type,
  cert_number: '111111111111',
  merchant_name: organName,
  company_address: address,
  legal_person: legalPerson.name,
  period_begin: '2019-08-01',
  period_end: '2099-08-01',
});

const ubo = (image: string, at: number) => ({
  ubo_id_doc_type: 'IDENTIFICATION_TYPE_IDCARD',
  ubo_id_doc_copy: image,
  ubo_id_doc_copy_back: image,
  ubo_id_doc_name: beneficiaries[at]!.name,
  ubo_id_doc_number: beneficiaries[at]!.idCard,
  ubo_id_doc_address: address,
  ubo_period_begin: '2016-06-06',
  ubo_period_end: '2099-06-06',
});

const legalContact = {
  contact_type: 'LEGAL',
  contact_name: legalPerson.name,
  mobile_phone: legalPerson.phone,
  contact_email: 'boss@example.com',
};

const agentContact = (image: string) => ({
  contact_type: 'SUPER',
  contact_name: agent.name,
  contact_id_doc_type: 'IDENTIFICATION_TYPE_IDCARD',
  contact_id_number: agent.idCard,
  contact_id_doc_copy: image,
  contact_id_doc_copy_back: image,
  contact_period_begin: '2016-06-06',
  contact_period_end: '2099-06-06',
  business_authorization_letter: image,
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  mobile_phone: agent.phone,
  contact_email: 'agent@example.com',
});

export const personalAccount = {
  bank_account_type: 'BANK_ACCOUNT_TYPE_PERSONAL',
  account_name: legalPerson.name,
  account_bank: '招商银行',
  bank_address_code: '440300',
  account_number: '6225880000000001',
};

const corporateAccount = (name: string) => ({
  bank_account_type: 'BANK_ACCOUNT_TYPE_CORPORATE',
  account_name: name,
  account_bank: '其他银行',
  bank_address_code: '440300',
  bank_name: '施秉县农村信用合作联社城关信用社',
  account_number: '755912345678901',
});

const miniProgram = (image: string) => ({
  sales_scenes_type: ['SALES_SCENES_MINI_PROGRAM'],
  mini_program_info: { mini_program_sub_appid: 'wx1234567890123456', mini_program_pics: [image] },
});

const everyScene = (image: string) => ({
  sales_scenes_type: [
    'SALES_SCENES_STORE',
    'SALES_SCENES_MP',
    'SALES_SCENES_MINI_PROGRAM',
    'SALES_SCENES_WEB',
    'SALES_SCENES_APP',
    'SALES_SCENES_WEWORK',
  ],
  biz_store_info: {
    biz_store_name: '大郎烧饼',
    biz_address_code: '440305',
    biz_store_address: '南山区某某大厦1层101室',
    store_entrance_pic: [image],
    indoor_pic: [image],
  },
  mp_info: { mp_sub_appid: 'wx1234567890123457', mp_pics: [image] },
  mini_program_info: { mini_program_sub_appid: 'wx1234567890123456' },
  web_info: { domain: 'https://www.example.com', web_authorisation: image },
  app_info: { app_sub_appid: 'wx1234567890123458', app_pics: [image] },
  wework_info: { sub_corp_id: 'wx1234567890123459', wework_pics: [image] },
});

export const settlement = (image: string) => ({
  settlement_id: '719',
  qualification_type: '餐饮',
  qualifications: [image],
  activities_id: '20191030111cff5b5e',
  activities_rate: '0.6',
  activities_additions: [image],
});

interface Shape {
  readonly variant: string;
  readonly subject: Json & { readonly subject_type: string };
  readonly account: Json;
  readonly contact?: Json;
  readonly sales?: Json;
  readonly addition?: Json;
}

const licensed = (image: string, video: string): Shape[] => {
  const individual = {
    subject_type: 'SUBJECT_TYPE_INDIVIDUAL',
    business_license_info: licence(image, shopName),
    identity_info: identity(image),
  };
  const card = { ...idCard(image), id_card_address: address };
  const enterprise = {
    subject_type: 'SUBJECT_TYPE_ENTERPRISE',
    finance_institution: false,
    business_license_info: licence(image, companyName),
    identity_info: { ...identity(image), id_card_info: card, owner: true },
  };
  return [
    { variant: '个体户, own card', subject: individual, account: personalAccount },
    {
      variant: '个体户, account of the shop, pass',
      subject: { ...individual, identity_info: pass(image) },
      account: corporateAccount(shopName),
      addition: { legal_person_commitment: image, legal_person_video: video },
    },
    {
      variant: '企业',
      subject: { ...enterprise, ubo_info_list: [ubo(image, 0)] },
      account: corporateAccount(companyName),
    },
    {
      variant: '企业, beneficiaries, agent, every scene, finance',
      subject: {
        ...enterprise,
        identity_info: { ...enterprise.identity_info, owner: false },
        ubo_info_list: [0, 1, 2, 3].map((at) => ubo(image, at)),
        finance_institution: true,
        finance_institution_info: { finance_type: 'INSURANCE', finance_license_pics: [image] },
      },
      account: corporateAccount(companyName),
      contact: agentContact(image),
      sales: everyScene(image),
      addition: { business_addition_pics: [image], business_addition_msg: '特殊情况，说明原因' },
    },
  ];
};

const registered = (image: string): Shape[] => [
  {
    variant: '政府机关',
    subject: {
      subject_type: 'SUBJECT_TYPE_GOVERNMENT',
      certificate_info: certificate(image, 'CERTIFICATE_TYPE_2389'),
      certificate_letter_copy: image,
      identity_info: identity(image),
    },
    account: {
      ...corporateAccount('某某市财政局'),
      account_cert_info: { settlement_cert_pic: image, relation_cert_pic: image, other_cert_pics: [image] },
    },
  },
  {
    variant: '事业单位, agent in place of the legal person',
    subject: {
      subject_type: 'SUBJECT_TYPE_INSTITUTIONS',
      certificate_info: certificate(image, 'CERTIFICATE_TYPE_2388'),
      identity_info: { id_holder_type: 'SUPER', authorize_letter_copy: image },
    },
    account: corporateAccount(organName),
    contact: agentContact(image),
  },
  {
    variant: '社会组织',
    subject: {
      subject_type: 'SUBJECT_TYPE_OTHERS',
      certificate_info: certificate(image, 'CERTIFICATE_TYPE_2394'),
      identity_info: identity(image),
    },
    account: corporateAccount(organName),
  },
];

function formOf(shape: Shape, full: Full, at: number): ValidApplication {
  const { variant, subject, account, contact = legalContact, sales, addition } = shape;
  return {
    subjectType: subject.subject_type,
    variant,
    form: {
      business_code: `${full.prefix}_${at}`,
      contact_info: contact,
      subject_info: subject,
      business_info: {
        merchant_shortname: '张三餐饮店',
        service_phone: '0755-86013388',
        sales_info: sales ?? miniProgram(full.imageId),
      },
      settlement_info: settlement(full.imageId),
      bank_account_info: account,
      ...(addition ? { addition_info: addition } : {}),
    },
  };
}

export function applyment4subForms(full: Full): ValidApplication[] {
  const shapes = [...licensed(full.imageId, full.videoId), ...registered(full.imageId)];
  return shapes.map((shape, at) => formOf(shape, full, at));
}
