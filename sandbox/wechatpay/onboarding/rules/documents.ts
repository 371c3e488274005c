/** Enumerations both kinds share, and the two families of identity documents, which differ in three names. */

export const certificateTypes = {
  institution: ['CERTIFICATE_TYPE_2388'],
  government: ['CERTIFICATE_TYPE_2389'],
  social: [
    'CERTIFICATE_TYPE_2389',
    'CERTIFICATE_TYPE_2394',
    'CERTIFICATE_TYPE_2395',
    'CERTIFICATE_TYPE_2396',
    'CERTIFICATE_TYPE_2399',
    'CERTIFICATE_TYPE_2400',
    'CERTIFICATE_TYPE_2520',
    'CERTIFICATE_TYPE_2521',
    'CERTIFICATE_TYPE_2522',
  ],
} as const;

/** 2390–2393 are on neither page's list of choices, only in its list of values. */
export const allCertificateTypes: readonly string[] = [
  'CERTIFICATE_TYPE_2388',
  ...certificateTypes.social,
  'CERTIFICATE_TYPE_2390',
  'CERTIFICATE_TYPE_2391',
  'CERTIFICATE_TYPE_2392',
  'CERTIFICATE_TYPE_2393',
];

export const financeTypes = [
  'BANK_AGENT',
  'PAYMENT_AGENT',
  'INSURANCE',
  'TRADE_AND_SETTLE',
  'OTHER',
] as const;

export interface DocumentFamily {
  readonly idCard: string;
  readonly passport: string;
  readonly all: readonly string[];
}

const common = [
  'IDENTIFICATION_TYPE_FOREIGN_RESIDENT',
  'IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT',
  'IDENTIFICATION_TYPE_TAIWAN_RESIDENT',
];

export const ecommerceDocuments: DocumentFamily = {
  idCard: 'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
  passport: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
  all: [
    'IDENTIFICATION_TYPE_MAINLAND_IDCARD',
    'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
    'IDENTIFICATION_TYPE_HONGKONG',
    'IDENTIFICATION_TYPE_MACAO',
    'IDENTIFICATION_TYPE_TAIWAN',
    ...common,
  ],
};

export const applyment4subDocuments: DocumentFamily = {
  idCard: 'IDENTIFICATION_TYPE_IDCARD',
  passport: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
  all: [
    'IDENTIFICATION_TYPE_IDCARD',
    'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
    'IDENTIFICATION_TYPE_HONGKONG_PASSPORT',
    'IDENTIFICATION_TYPE_MACAO_PASSPORT',
    'IDENTIFICATION_TYPE_TAIWAN_PASSPORT',
    ...common,
  ],
};
