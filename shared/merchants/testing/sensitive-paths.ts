/**
 * The fields that WeChat Pay wants encrypted, copied by hand from the `x-is-sensitive` marks of
 * github.com/TheNorthMemory/wechatpay-openapi (docs/v3/ecommerce/applyments/{empty}.yaml 2024.08.30,
 * docs/v3/applyment4sub/applyment/{empty}.yaml 2022.05.13, …/modify-settlement.yaml 2023.08.16, definitions/Applyment.yaml)
 * and from the 该字段需要使用微信支付公钥加密 rows of the official pages, where the marks are wanting (id_doc_info of
 * applyment4sub, account_name). It is a second list on purpose: the schemas must agree with it.
 */
export const sensitivePaths = {
  ecommerce: [
    'id_card_info.id_card_name',
    'id_card_info.id_card_number',
    'id_doc_info.id_doc_name',
    'id_doc_info.id_doc_number',
    'ubo_info_list[].ubo_id_doc_name',
    'ubo_info_list[].ubo_id_doc_number',
    'ubo_info_list[].ubo_id_doc_address',
    'account_info.account_name',
    'account_info.account_number',
    'contact_info.contact_name',
    'contact_info.contact_id_card_number',
    'contact_info.mobile_phone',
  ],
  applyment4sub: [
    'contact_info.contact_name',
    'contact_info.contact_id_number',
    'contact_info.openid',
    'contact_info.mobile_phone',
    'contact_info.contact_email',
    'subject_info.identity_info.id_card_info.id_card_name',
    'subject_info.identity_info.id_card_info.id_card_number',
    'subject_info.identity_info.id_card_info.id_card_address',
    'subject_info.identity_info.id_doc_info.id_doc_name',
    'subject_info.identity_info.id_doc_info.id_doc_number',
    'subject_info.identity_info.id_doc_info.id_doc_address',
    'subject_info.ubo_info_list[].ubo_id_doc_name',
    'subject_info.ubo_info_list[].ubo_id_doc_number',
    'subject_info.ubo_info_list[].ubo_id_doc_address',
    'bank_account_info.account_name',
    'bank_account_info.account_number',
  ],
  settlement: ['account_number', 'account_name'],
} as const;
