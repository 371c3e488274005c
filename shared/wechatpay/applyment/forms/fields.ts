/**
 * The fields that both kinds of application share. The rules are those of the parameter tables of
 * pay.weixin.qq.com/doc/v3/partner/4012713017 (二级商户进件) and
 * pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html (特约商户进件); each `error` is a key of ./messages.ts.
 */
import * as z from 'zod/mini';
import { isCalendarDate, isMainlandIdNumber } from './identity.ts';
import { personal, sensitive } from './sensitive.ts';

const untrimmed = /^\s|\s$/u;
const controlOrLineBreak = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** 不能仅含数字、特殊字符: something in it must be a letter of some script. */
const letter = /\p{L}/u;

/** Stops checking a value that is too long: a pattern may take time quadratic in its length. */
function lengthBetween(min: number, max: number) {
  return z.refine<string>(
    (value) => {
      const length = [...value].length;
      return length >= min && length <= max;
    },
    { error: 'length', abort: true },
  );
}

const trimmed = z.refine<string>((value) => !untrimmed.test(value), 'trim');
const printable = z.refine<string>((value) => !controlOrLineBreak.test(value), 'printable');
const notOnlyDigits = z.refine<string>((value) => letter.test(value), 'letters');

/** Free text of `min` to `max` characters, without spaces around it or control characters in it. */
export function text(max: number, min = 1) {
  return z.string().check(lengthBetween(min, max), trimmed, printable);
}

/** At most `max` bytes of UTF-8, for the fields whose page counts bytes. */
export function textBytes(max: number) {
  return text(max).check(
    z.refine<string>((value) => new TextEncoder().encode(value).length <= max, { error: 'bytes' }),
  );
}

export function digits(min: number, max: number) {
  return z
    .string()
    .check(z.refine((value) => /^\d+$/.test(value) && value.length >= min && value.length <= max, 'digits'));
}

export function pattern(regex: RegExp, error: string) {
  return z.string().check(z.refine((value) => regex.test(value), error));
}

/** A person's name: 2 to 100 characters with at least one letter. */
export function personName() {
  return sensitive([lengthBetween(2, 100), trimmed, printable, notOnlyDigits]);
}

/** Name of the legal representative as printed on the licence: sent unencrypted, not stored. */
export function legalPersonName(max: number) {
  return personal(lengthBetween(1, max), trimmed, printable, notOnlyDigits);
}

/** Account holder: a person or an organisation. */
export function accountName() {
  return sensitive([lengthBetween(2, 128), trimmed, printable, notOnlyDigits]);
}

/** A home address: 4 to 128 characters. */
export function homeAddress() {
  return sensitive([lengthBetween(4, 128), trimmed, printable, notOnlyDigits]);
}

/** 17 digits and a check character (GB 11643). */
export function mainlandIdNumber() {
  return sensitive([z.refine(isMainlandIdNumber, 'idNumber')]);
}

/** A document number whose form depends on the document type: ../rules check it against the type. */
export function documentNumber() {
  return sensitive([lengthBetween(4, 30), z.refine((value) => /^[\dA-Za-z-]+$/.test(value), 'docNumber')]);
}

/** 11 digits. */
export function mobilePhone() {
  return sensitive([z.refine((value) => /^1\d{10}$/.test(value), 'mobilePhone')], { keepTail: 4 });
}

export function email() {
  return sensitive([
    lengthBetween(3, 128),
    z.refine((value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), 'email'),
  ]);
}

/** Digits only; the longest in the table of card lengths is 30, the shortest 8. */
export function accountNumber() {
  return sensitive([z.refine((value) => /^\d{8,30}$/.test(value), 'accountNumber')], { keepTail: 4 });
}

/** An openid of the administrator, which this API wants encrypted. */
export function encryptedOpenid() {
  return sensitive([z.refine((value) => /^[\w-]{6,64}$/.test(value), 'openid')]);
}

/** YYYY-MM-DD, from 1900-01-01; ../rules compare it with the end and with today. */
export function dateBegin() {
  return z.string().check(z.refine((value) => isCalendarDate(value) && value >= '1900-01-01', 'date'));
}

/** YYYY-MM-DD or 长期. */
export function dateEnd() {
  return z.string().check(z.refine((value) => value === '长期' || isCalendarDate(value), 'dateOrLongTerm'));
}

/** 18 digits and capital letters. */
export function licenceNumber() {
  return pattern(/^[\dA-Z]{18}$/, 'licenceNumber');
}

/** 17家直连银行, and 其他银行 for every other: the 开户银行 rows of the pages. */
const accountBanks = [
  ...[
    '工商银行',
    '交通银行',
    '招商银行',
    '民生银行',
    '中信银行',
    '浦发银行',
    '兴业银行',
    '光大银行',
    '广发银行',
  ],
  ...['平安银行', '北京银行', '华夏银行', '农业银行', '建设银行', '邮政储蓄银行', '中国银行', '宁波银行'],
  '其他银行',
];

/** 开户银行. */
export function accountBank() {
  return z.enum(accountBanks);
}

/** 省市区编号, at least down to the city. */
export function areaCode() {
  return digits(6, 12);
}

/** 联行号. */
export function branchId() {
  return digits(12, 12);
}

export function appid() {
  return pattern(/^\w{1,256}$/, 'appid');
}

export function url(max: number) {
  return text(max).check(z.refine((value) => /^https?:\/\/[^\s/]+\.[^\s]+$/i.test(value), { error: 'url' }));
}

/** A rate in percent with at most two decimals. */
export function ratePercent() {
  return pattern(/^\d{1,2}(\.\d{1,2})?$/, 'rate');
}

/** 1 to `max` items. */
export function listOf<T extends z.ZodMiniType>(item: T, max: number) {
  return z.array(item).check(z.minLength(1), z.maxLength(max));
}

/** 登记证书类型 of 政府机关 and of 其他组织, as both kinds of application name them. */
export const organisationCertificates = [
  'CERTIFICATE_TYPE_2389',
  'CERTIFICATE_TYPE_2394',
  'CERTIFICATE_TYPE_2395',
  'CERTIFICATE_TYPE_2396',
  'CERTIFICATE_TYPE_2399',
  'CERTIFICATE_TYPE_2400',
  'CERTIFICATE_TYPE_2520',
  'CERTIFICATE_TYPE_2521',
  'CERTIFICATE_TYPE_2522',
] as const;

/** 登记证书类型, all that the pages name. */
export const certificateTypes = ['CERTIFICATE_TYPE_2388', ...organisationCertificates] as const;

export const financeTypes = [
  'BANK_AGENT',
  'PAYMENT_AGENT',
  'INSURANCE',
  'TRADE_AND_SETTLE',
  'OTHER',
] as const;
