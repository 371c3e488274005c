/** Which fields of the payment and onboarding APIs hold personal data, and how they look until someone asks. */

const personal =
  /(^|_)(id_card_name|id_card_number|id_card_address|id_doc_name|id_doc_number|doc_name|doc_number|legal_person|contact_name|contact_id_card_number|contact_id_number|mobile_phone|contact_email|account_name|account_number|business_license_number|license_number|cert_number|ubo_\w*(name|number|address)|openid)$|^(name|number|address|mobile|email|phone|openid)$/;

/** @param field the last part of its path, in snake_case or camelCase */
export function isPersonal(field: string): boolean {
  const snake = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return personal.test(snake) || personal.test(field.toLowerCase());
}

/** Keeps the first and last character of longer texts, as WeChat's own pages do. */
export function masked(text: string): string {
  const letters = [...text];
  if (letters.length <= 2) return '＊＊';
  return `${letters[0]}${'＊'.repeat(Math.min(letters.length - 2, 6))}${letters.at(-1)}`;
}

/** A cipher text is longer than what it hides, and hides it already. */
const longestClearChars = 100;
const jsonText = /"(\w+)"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;

/** The same for a text with JSON in it, such as a body or a signed message. */
export function textWithoutPersonal(text: string): string {
  return text.replace(jsonText, (whole, field: string, colon: string, value: string) =>
    isPersonal(field) && value.length <= longestClearChars ? `"${field}"${colon}"${masked(value)}"` : whole,
  );
}

/** A copy with every personal text masked. */
export function withoutPersonal(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return isPersonal(field) ? masked(value) : value;
  if (Array.isArray(value)) return value.map((inner) => withoutPersonal(inner, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutPersonal(inner, name)]),
  );
}
