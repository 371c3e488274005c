/** Applications of sub-merchants. */
import { list, number, object, oneOf, text } from '../edit.ts';
import { type Correction, page } from './correction.ts';

const ecommerceDocumentType = oneOf(
  'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
  'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
  'IDENTIFICATION_TYPE_HONGKONG',
  'IDENTIFICATION_TYPE_MACAO',
  'IDENTIFICATION_TYPE_TAIWAN',
  'IDENTIFICATION_TYPE_FOREIGN_RESIDENT',
  'IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT',
  'IDENTIFICATION_TYPE_TAIWAN_RESIDENT',
);

export const applyments: readonly Correction[] = [
  {
    page: page('doc/v3/partner/4012713017'),
    routes: ['POST /v3/ecommerce/applyments/'],
    request: {
      rename: {
        'ubo_info_list[].ubo_period_begin': 'ubo_id_doc_period_begin',
        'ubo_info_list[].ubo_period_end': 'ubo_id_doc_period_end',
        'contact_info.contact_period_begin': 'contact_id_doc_period_begin',
        'contact_info.contact_period_end': 'contact_id_doc_period_end',
      },
      types: {
        id_doc_type: ecommerceDocumentType,
        'contact_info.contact_id_doc_type': ecommerceDocumentType,
        'ubo_info_list[].ubo_id_doc_type': ecommerceDocumentType,
        business_addition_desc: text,
        'settlement_info.settlement_id': number,
        'account_info.account_cert_info': object({
          settlement_cert_pic: text,
          relation_cert_pic: text,
          other_cert_pics: list(text),
        }),
      },
      optional: ['ubo_info_list[].ubo_id_doc_copy_back', 'ubo_info_list[].ubo_id_doc_address'],
    },
  },
  {
    page: page('docs/partner/apis/ecommerce-merchant-application/applyment/get-state-by-out-request-no.html'),
    routes: [
      'GET /v3/ecommerce/applyments/out-request-no/{out_request_no}',
      'GET /v3/ecommerce/applyments/{applyment_id}',
    ],
    answer: {
      types: {
        applyment_state: oneOf(
          'CHECKING',
          'ACCOUNT_NEED_VERIFY',
          'AUDITING',
          'REJECTED',
          'NEED_SIGN',
          'FINISH',
          'FROZEN',
          'CANCELED',
        ),
      },
      required: [
        'applyment_id',
        'out_request_no',
        'account_validation.account_name',
        'account_validation.pay_amount',
        'account_validation.destination_account_number',
        'account_validation.destination_account_name',
        'account_validation.destination_account_bank',
        'account_validation.city',
        'account_validation.remark',
        'account_validation.deadline',
      ],
      // 需商户使用本方私钥解密
      encrypted: ['account_validation.account_name', 'account_validation.account_no'],
    },
  },
  {
    page: page('doc/v3/partner/4012697052'),
    routes: [
      'GET /v3/applyment4sub/applyment/business_code/{business_code}',
      'GET /v3/applyment4sub/applyment/applyment_id/{applyment_id}',
    ],
    answer: {
      types: {
        applyment_state: oneOf(
          'APPLYMENT_STATE_EDITTING',
          'APPLYMENT_STATE_AUDITING',
          'APPLYMENT_STATE_REJECTED',
          'APPLYMENT_STATE_TO_BE_CONFIRMED',
          'APPLYMENT_STATE_TO_BE_SIGNED',
          'APPLYMENT_STATE_SIGNING',
          'APPLYMENT_STATE_FINISHED',
          'APPLYMENT_STATE_CANCELED',
        ),
      },
      required: ['business_code', 'applyment_id', 'applyment_state_msg'],
    },
  },
];
