/**
 * 电商收付通 二级商户进件: POST /v3/ecommerce/applyments/
 * https://pay.weixin.qq.com/doc/v3/partner/4012713017
 *
 * The form is the official request without out_request_no, which the server adds. Fields that WeChat Pay removed in
 * August 2024 (id_card_address, id_doc_address, contact_email) are refused like any unknown one. What depends on
 * another field is in ../rules/ecommerce.ts.
 */
import * as z from 'zod/mini';
import * as f from './fields.ts';
import type { DocumentKind } from './identity.ts';
import { media } from './sensitive.ts';

export const ecommerceDocumentTypes = {
  IDENTIFICATION_TYPE_MAINLAND_IDCARD: 'mainlandId',
  IDENTIFICATION_TYPE_OVERSEA_PASSPORT: 'passport',
  IDENTIFICATION_TYPE_HONGKONG: 'hongKongPermit',
  IDENTIFICATION_TYPE_MACAO: 'macaoPermit',
  IDENTIFICATION_TYPE_TAIWAN: 'taiwanPermit',
  IDENTIFICATION_TYPE_FOREIGN_RESIDENT: 'foreignResident',
  IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT: 'hongKongMacaoResident',
  IDENTIFICATION_TYPE_TAIWAN_RESIDENT: 'taiwanResident',
} as const satisfies Record<string, DocumentKind>;

const documentType = () =>
  z.enum(Object.keys(ecommerceDocumentTypes) as (keyof typeof ecommerceDocumentTypes)[]);

/** 2401 小微, 2500 个人卖家, 4 个体工商户, 2 企业, 3 事业单位, 2502 政府机关, 1708 社会组织. */
export const organizationTypes = ['2401', '2500', '4', '2', '3', '2502', '1708'] as const;
export type OrganizationType = (typeof organizationTypes)[number];

const businessLicense = z.strictObject({
  cert_type: z.optional(z.enum(f.certificateTypes)),
  business_license_copy: media(),
  business_license_number: f.pattern(/^[\dA-Za-z-]{1,18}$/, 'licenceNumber'),
  merchant_name: f.text(110, 2),
  legal_person: f.legalPersonName(128),
  company_address: z.optional(f.text(128)),
  business_time: z.optional(f.text(256)),
});

const idCard = z.strictObject({
  id_card_copy: media(),
  id_card_national: media(),
  id_card_name: f.personName(),
  id_card_number: f.mainlandIdNumber(),
  id_card_valid_time_begin: f.dateBegin(),
  id_card_valid_time: f.dateEnd(),
});

const idDocument = z.strictObject({
  id_doc_copy: media(),
  id_doc_copy_back: z.optional(media()),
  id_doc_name: f.personName(),
  id_doc_number: f.documentNumber(),
  doc_period_begin: f.dateBegin(),
  doc_period_end: f.dateEnd(),
});

const beneficialOwner = z.strictObject({
  ubo_id_doc_type: documentType(),
  ubo_id_doc_copy: media(),
  ubo_id_doc_copy_back: z.optional(media()),
  ubo_id_doc_name: f.personName(),
  ubo_id_doc_number: f.documentNumber(),
  ubo_id_doc_address: z.optional(f.homeAddress()),
  ubo_id_doc_period_begin: f.dateBegin(),
  ubo_id_doc_period_end: f.dateEnd(),
});

const account = z.strictObject({
  bank_account_type: z.enum(['74', '75']),
  account_bank: f.accountBank(),
  account_name: f.accountName(),
  bank_address_code: f.areaCode(),
  bank_branch_id: z.optional(f.branchId()),
  bank_name: z.optional(f.text(128)),
  account_number: f.accountNumber(),
  account_cert_info: z.optional(
    z.strictObject({
      settlement_cert_pic: media(),
      relation_cert_pic: media(),
      other_cert_pics: f.listOf(media(), 3),
    }),
  ),
});

const contact = z.strictObject({
  contact_type: z.enum(['65', '66']),
  contact_name: f.personName(),
  contact_id_doc_type: z.optional(documentType()),
  contact_id_card_number: z.optional(f.documentNumber()),
  contact_id_doc_copy: z.optional(media()),
  contact_id_doc_copy_back: z.optional(media()),
  contact_id_doc_period_begin: z.optional(f.dateBegin()),
  contact_id_doc_period_end: z.optional(f.dateEnd()),
  business_authorization_letter: z.optional(media()),
  mobile_phone: f.mobilePhone(),
});

const salesScene = z.strictObject({
  store_name: f.text(256),
  store_url: z.optional(f.url(1024)),
  store_qr_code: z.optional(media()),
  mini_program_sub_appid: z.optional(f.appid()),
});

const settlement = z.strictObject({
  settlement_id: z.optional(z.int().check(z.positive(), z.maximum(999_999))),
  qualification_type: z.optional(f.text(200)),
});

export const ecommerceForm = z.strictObject({
  organization_type: z.enum(organizationTypes),
  finance_institution: z.optional(z.boolean()),
  business_license_info: z.optional(businessLicense),
  finance_institution_info: z.optional(
    z.strictObject({
      finance_type: z.enum(f.financeTypes),
      finance_license_pics: f.listOf(media(), 5),
    }),
  ),
  id_holder_type: z.optional(z.enum(['LEGAL', 'SUPER'])),
  id_doc_type: z.optional(documentType()),
  authorize_letter_copy: z.optional(media()),
  id_card_info: z.optional(idCard),
  id_doc_info: z.optional(idDocument),
  owner: z.optional(z.boolean()),
  ubo_info_list: z.optional(f.listOf(beneficialOwner, 4)),
  account_info: account,
  contact_info: contact,
  sales_scene_info: salesScene,
  settlement_info: z.optional(settlement),
  merchant_shortname: f.textBytes(64),
  qualifications: z.optional(f.listOf(media(), 5)),
  business_addition_pics: z.optional(f.listOf(media(), 5)),
  business_addition_desc: z.optional(f.text(512)),
});

export type EcommerceForm = z.infer<typeof ecommerceForm>;
