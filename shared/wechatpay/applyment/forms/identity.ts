/** Rules of identity documents that need no schema: check digits, dates, number forms by document. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';

/** The 18th character of a citizen number, from its first 17 digits (GB 11643, ISO 7064 MOD 11-2). */
export function idCheckCharacter(digits: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return checkCharacters[sum % 11] ?? '';
}

/** 17 digits with a possible date of birth, then the right check character (capital X). */
export function isMainlandIdNumber(value: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(value)) return false;
  const birth = `${value.slice(6, 10)}-${value.slice(10, 12)}-${value.slice(12, 14)}`;
  return isCalendarDate(birth) && birth >= '1900-01-01' && value[17] === idCheckCharacter(value);
}

/** Whether `value` is YYYY-MM-DD and that day exists. */
export function isCalendarDate(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === value;
}

/** The day it is in China (UTC+8, no summer time) at `epochMs`, as YYYY-MM-DD. */
export function chinaDate(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 10);
}

/**
 * The document kinds, whatever each API calls them. The number forms are those of the 证件号码 rows of
 * pay.weixin.qq.com/doc/v3/partner/4012713017.
 */
export type DocumentKind =
  | 'mainlandId'
  | 'passport'
  | 'hongKongPermit'
  | 'macaoPermit'
  | 'taiwanPermit'
  | 'foreignResident'
  | 'hongKongMacaoResident'
  | 'taiwanResident';

const numberForms: Record<Exclude<DocumentKind, 'mainlandId'>, RegExp> = {
  passport: /^[\dA-Za-z-]{4,15}$/,
  hongKongPermit: /^[Hh]([\dA-Za-z]{8}|[\dA-Za-z]{10})$/,
  macaoPermit: /^[Mm]([\dA-Za-z]{8}|[\dA-Za-z]{10})$/,
  taiwanPermit: /^(\d{8}|\d{10})$/,
  foreignResident: /^[\dA-Za-z]{15}$/,
  hongKongMacaoResident: /^\d{17}[\dX]$/,
  taiwanResident: /^\d{17}[\dX]$/,
};

export function isDocumentNumber(kind: DocumentKind, value: string): boolean {
  return kind === 'mainlandId' ? isMainlandIdNumber(value) : numberForms[kind].test(value);
}
