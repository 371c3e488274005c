/**
 * 特约商户进件: POST /v3/applyment4sub/applyment/
 * https://pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html, and for 小微 (SUBJECT_TYPE_MICRO, which needs its own
 * permission) https://pay.weixin.qq.com/doc/v3/partner/4012722249
 *
 * The form is the official request without business_code, which the server adds. organization_info and
 * SUBJECT_TYPE_INSTITUTIONS_CLONED are legacy and refused. What depends on another field is in
 * ../rules/applyment4sub.ts; the scenes and the 小微 parts have files of their own.
 */
import * as z from 'zod/mini';
import { microBusiness } from './applyment4sub-micro.ts';
import { salesInfo } from './applyment4sub-scenes.ts';
import * as f from './fields.ts';
import type { DocumentKind } from './identity.ts';
import { media } from './sensitive.ts';

export const applyment4subDocumentTypes = {
  IDENTIFICATION_TYPE_IDCARD: 'mainlandId',
  IDENTIFICATION_TYPE_OVERSEA_PASSPORT: 'passport',
  IDENTIFICATION_TYPE_HONGKONG_PASSPORT: 'hongKongPermit',
  IDENTIFICATION_TYPE_MACAO_PASSPORT: 'macaoPermit',
  IDENTIFICATION_TYPE_TAIWAN_PASSPORT: 'taiwanPermit',
  IDENTIFICATION_TYPE_FOREIGN_RESIDENT: 'foreignResident',
  IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT: 'hongKongMacaoResident',
  IDENTIFICATION_TYPE_TAIWAN_RESIDENT: 'taiwanResident',
} as const satisfies Record<string, DocumentKind>;

const documentType = () =>
  z.enum(Object.keys(applyment4subDocumentTypes) as (keyof typeof applyment4subDocumentTypes)[]);

export const subjectTypes = [
  'SUBJECT_TYPE_INDIVIDUAL',
  'SUBJECT_TYPE_ENTERPRISE',
  'SUBJECT_TYPE_GOVERNMENT',
  'SUBJECT_TYPE_INSTITUTIONS',
  'SUBJECT_TYPE_OTHERS',
  'SUBJECT_TYPE_MICRO',
] as const;
export type SubjectType = (typeof subjectTypes)[number];

const contact = z.strictObject({
  contact_type: z.optional(z.enum(['LEGAL', 'SUPER'])),
  contact_name: f.personName(),
  contact_id_doc_type: z.optional(documentType()),
  contact_id_number: z.optional(f.documentNumber()),
  contact_id_doc_copy: z.optional(media()),
  contact_id_doc_copy_back: z.optional(media()),
  contact_period_begin: z.optional(f.dateBegin()),
  contact_period_end: z.optional(f.dateEnd()),
  business_authorization_letter: z.optional(media()),
  openid: z.optional(f.encryptedOpenid()),
  mobile_phone: f.mobilePhone(),
  contact_email: f.email(),
});

const businessLicense = z.strictObject({
  license_copy: media('image', 255),
  license_number: f.licenceNumber(),
  merchant_name: f.text(110, 2),
  legal_person: f.legalPersonName(64),
  license_address: z.optional(f.text(256)),
  period_begin: z.optional(f.dateBegin()),
  period_end: z.optional(f.dateEnd()),
});

const certificate = z.strictObject({
  cert_copy: media('image', 255),
  cert_type: z.enum(f.certificateTypes),
  cert_number: f.pattern(/^[\dA-Za-z-]{1,32}$/, 'certNumber'),
  merchant_name: f.text(128, 2),
  company_address: f.text(128),
  legal_person: f.legalPersonName(64),
  period_begin: f.dateBegin(),
  period_end: f.dateEnd(),
});

const idCard = z.strictObject({
  id_card_copy: media(),
  id_card_national: media(),
  id_card_name: f.personName(),
  id_card_number: f.mainlandIdNumber(),
  id_card_address: z.optional(f.homeAddress()),
  card_period_begin: f.dateBegin(),
  card_period_end: f.dateEnd(),
});

const idDocument = z.strictObject({
  id_doc_copy: media('image', 512),
  id_doc_copy_back: z.optional(media('image', 512)),
  id_doc_name: f.personName(),
  id_doc_number: f.documentNumber(),
  id_doc_address: z.optional(f.homeAddress()),
  doc_period_begin: f.dateBegin(),
  doc_period_end: f.dateEnd(),
});

const beneficialOwner = z.strictObject({
  ubo_id_doc_type: documentType(),
  ubo_id_doc_copy: media(),
  ubo_id_doc_copy_back: z.optional(media()),
  ubo_id_doc_name: f.personName(),
  ubo_id_doc_number: f.documentNumber(),
  ubo_id_doc_address: f.homeAddress(),
  ubo_period_begin: f.dateBegin(),
  ubo_period_end: f.dateEnd(),
});

const subject = z.strictObject({
  subject_type: z.enum(subjectTypes),
  finance_institution: z.optional(z.boolean()),
  micro_biz_info: z.optional(microBusiness),
  business_license_info: z.optional(businessLicense),
  certificate_info: z.optional(certificate),
  certificate_letter_copy: z.optional(media('image', 255)),
  finance_institution_info: z.optional(
    z.strictObject({
      finance_type: z.enum(f.financeTypes),
      finance_license_pics: f.listOf(media(), 5),
    }),
  ),
  identity_info: z.strictObject({
    id_holder_type: z.optional(z.enum(['LEGAL', 'SUPER'])),
    id_doc_type: z.optional(documentType()),
    authorize_letter_copy: z.optional(media('image', 255)),
    id_card_info: z.optional(idCard),
    id_doc_info: z.optional(idDocument),
    owner: z.optional(z.boolean()),
  }),
  ubo_info_list: z.optional(f.listOf(beneficialOwner, 4)),
});

const settlement = z.strictObject({
  settlement_id: f.digits(1, 3),
  qualification_type: f.text(128),
  qualifications: z.optional(f.listOf(media(), 5)),
  activities_id: z.optional(f.pattern(/^\w{1,64}$/, 'activityId')),
  activities_rate: z.optional(f.ratePercent()),
  debit_activities_rate: z.optional(f.ratePercent()),
  credit_activities_rate: z.optional(f.ratePercent()),
  activities_additions: z.optional(f.listOf(media(), 5)),
});

const bankAccount = z.strictObject({
  bank_account_type: z.enum(['BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL']),
  account_name: f.accountName(),
  account_bank: f.accountBank(),
  bank_address_code: f.areaCode(),
  bank_branch_id: z.optional(f.branchId()),
  bank_name: z.optional(f.text(128)),
  account_number: f.accountNumber(),
  account_cert_info: z.optional(
    z.strictObject({
      settlement_cert_pic: media('image', 255),
      relation_cert_pic: media('image', 255),
      other_cert_pics: f.listOf(media('image', 255), 3),
    }),
  ),
});

const addition = z.strictObject({
  legal_person_commitment: z.optional(media()),
  legal_person_video: z.optional(media('video')),
  business_addition_pics: z.optional(f.listOf(media(), 5)),
  business_addition_msg: z.optional(f.text(512)),
});

export const applyment4subForm = z.strictObject({
  contact_info: contact,
  subject_info: subject,
  business_info: z.strictObject({
    merchant_shortname: f.textBytes(64),
    service_phone: f.pattern(/^\d[\d-]{4,31}$/, 'servicePhone'),
    sales_info: z.optional(salesInfo),
  }),
  settlement_info: settlement,
  bank_account_info: bankAccount,
  addition_info: z.optional(addition),
});
