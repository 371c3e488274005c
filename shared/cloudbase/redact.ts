/** Removes secrets and personal data from text, and from values by the names of their fields. */

export const redacted = '[redacted]';

/** Longer input is cut before it is searched, so that the cost of a log line is bounded. */
const maxSearchedLength = 20_000;
/** A mobile number, the shortest of what is recognised by how it looks. */
const shortestPattern = 11;
/** Longest possible remainder of a truncated secret: no key is longer. */
const longestRun = 8192;

/**
 * Text without key material, tokens, signatures, mainland ID numbers, bank cards, mobile numbers and openids.
 * @param secrets values to remove wherever they appear, whatever they look like.
 */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let result = cutToSearch(text);
  for (const secret of secrets) {
    if (secret.length >= 6) result = result.replaceAll(secret, redacted);
  }
  if (result.length < shortestPattern) return result;
  result = result.replace(/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, redacted);
  result = result.replace(/WECHATPAY2-SHA256-RSA2048\s+[^\r\n]*/gi, `WECHATPAY2-SHA256-RSA2048 ${redacted}`);
  result = result.replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, redacted);
  result = result.replace(longBase64, redacted);
  result = result
    .replace(identityNumber, redacted)
    .replace(digitGroups, (run) => (isBankCard(run) ? redacted : run));
  result = result.replace(mobileNumber, redacted);
  return result.replace(openid, (id) => maskId(id));
}

/** Truncation may leave part of a secret that no pattern matches, so the last unbroken run is removed too. */
function cutToSearch(text: string): string {
  if (text.length <= maxSearchedLength) return text;
  // A regular expression would be quadratic in the length of such a run.
  let end = maxSearchedLength;
  while (end > maxSearchedLength - longestRun && !/\s/.test(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)}…`;
}

/** Base64 of more than 44 bytes, also over several lines (a key whose PEM frame was lost). Hashes in hex stay. */
const longBase64 =
  /(?<![A-Za-z0-9+/])(?![0-9a-fA-F]{60,}(?![A-Za-z0-9+/]))[A-Za-z0-9+/]{60,}(?:(?:\s|\\n)+[A-Za-z0-9+/]{4,}={0,2})*={0,2}/g;
/** 身份证号码: region, date of birth, sequence, check digit. */
const identityNumber =
  /(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g;
const digitGroups = /(?<![0-9A-Za-z])\d(?:[ -]?\d){15,18}(?![0-9A-Za-z])/g;
const mobileNumber = /(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])/g;
/** 28 characters that start with o. */
const openid = /(?<![\w-])o[A-Za-z0-9_-]{27}(?![\w-])/g;

/** Card numbers end in a Luhn check digit; order numbers of digits mostly do not. */
function isBankCard(run: string): boolean {
  const digits = run.replace(/[ -]/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Enough of an id to tell two apart in a log. */
export function maskId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 6)}…` : redacted;
}

/** What a field's name says about its value: `hide` it, `mask` it (an id of a person), or look at the value itself. */
export function classifyFieldName(name: string): 'hide' | 'mask' | 'look' {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (/openid|unionid/.test(plain)) return 'mask';
  if (hiddenWords.test(plain)) return 'hide';
  if (plain.endsWith('name')) return harmlessNames.has(plain) ? 'look' : 'hide';
  return 'look';
}

const hiddenWords = new RegExp(
  [
    'privatekey|apiv3key|apikey|secret|password|passwd|credential|cookie|authorization|accesstoken|sessiontoken|apitoken',
    'paysign|signature|ciphertext|plaintext|noncestr',
    'idcard|iddoc|identification|idnumber|cardn|certn|passport|birth',
    'phone|mobile|email|telephone|address',
    'bankaccount|accountno|accountnumber|accountinfo|cardholder|payeraccount',
    'rawbody|requestbody|^form$',
  ].join('|'),
);

/** Fields that name things, not people. */
const harmlessNames: ReadonlySet<string> = new Set([
  'functionname',
  'triggername',
  'collectionname',
  'fieldname',
  'variablename',
  'eventname',
  'hostname',
  'errorname',
]);
