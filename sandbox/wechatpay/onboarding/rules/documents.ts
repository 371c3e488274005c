/** Enumerations both kinds share, and the two families of identity documents, which differ in three names. */
import { type ClearRule, documentNumberRule, idCardRule } from './clear.ts';

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

/**
 * 号码规范 of each type of document, as public programs quote doc/v3/partner/4012713017. 特约商户's own page was found only in
 * the wording of 2022 (8-30位数字|字母|连字符); the newer formats are used for it too.
 */
const passport = documentNumberRule(/^[0-9A-Za-z-]{4,15}$/, '4-15位数字|字母|连字符');
const hongkong = documentNumberRule(/^[Hh]([0-9A-Za-z]{8}|[0-9A-Za-z]{10})$/, 'H/h开头+8或10位数字/字母');
const macao = documentNumberRule(/^[Mm]([0-9A-Za-z]{8}|[0-9A-Za-z]{10})$/, 'M/m开头+8或10位数字/字母');
const taiwan = documentNumberRule(/^(\d{8}|\d{10})$/, '8位数字或10位数字');

const residents = {
  IDENTIFICATION_TYPE_FOREIGN_RESIDENT: documentNumberRule(/^[0-9A-Za-z]{15}$/, '15位数字|字母'),
  IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT: documentNumberRule(/^\d{17}[\dX]$/, '17位数字+1位数字|X'),
  IDENTIFICATION_TYPE_TAIWAN_RESIDENT: documentNumberRule(/^\d{17}[\dX]$/, '17位数字+1位数字|X'),
};

export interface DocumentFamily {
  readonly idCard: string;
  readonly passport: string;
  readonly all: readonly string[];
  /** The rule of the number, by type of document. */
  readonly numberRules: Readonly<Record<string, ClearRule>>;
}

const family = (idCard: string, passes: Readonly<Record<string, ClearRule>>): DocumentFamily => {
  const overseas = 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT';
  const numberRules = { [idCard]: idCardRule, [overseas]: passport, ...passes, ...residents };
  return { idCard, passport: overseas, all: Object.keys(numberRules), numberRules };
};

export const ecommerceDocuments = family('IDENTIFICATION_TYPE_MAINLAND_IDCARD', {
  IDENTIFICATION_TYPE_HONGKONG: hongkong,
  IDENTIFICATION_TYPE_MACAO: macao,
  IDENTIFICATION_TYPE_TAIWAN: taiwan,
});

export const applyment4subDocuments = family('IDENTIFICATION_TYPE_IDCARD', {
  IDENTIFICATION_TYPE_HONGKONG_PASSPORT: hongkong,
  IDENTIFICATION_TYPE_MACAO_PASSPORT: macao,
  IDENTIFICATION_TYPE_TAIWAN_PASSPORT: taiwan,
});
