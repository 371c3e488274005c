/** Reads what a client sent. Unknown keys are refused: a request that names money or people is not understood here. */
import type { ErrorCode } from '../contract/index.ts';
import { CommerceError } from './errors.ts';
import { fieldError, type Text } from './messages.ts';

/** Keys by which clients try to say what only the server may: amounts, payees, identities. */
const serverSideKey = /amount|total|price|fee|fen$|discount|currency|open_?id|mch_?id|app_?id|seller|payer/i;

const texts = {
  serverSide: {
    zh: '此项由服务器决定，请勿传入。',
    en: 'The server decides this; leave it out.',
  },
  unknown: { zh: '未知的字段。', en: 'This field is not known.' },
  object: { zh: '应为对象。', en: 'An object is expected.' },
  token: {
    zh: '应为 16 到 64 位字母、数字、下划线或连字符。',
    en: '16 to 64 of A-Z, a-z, 0-9, _ and - are expected.',
  },
  id: { zh: '应为 1 到 64 位的编号。', en: 'An identifier of 1 to 64 characters is expected.' },
} satisfies Record<string, Text>;

/** @throws CommerceError with one field at fault. */
export function refuse(code: ErrorCode, path: string, text: Text): never {
  throw new CommerceError(code, { fields: [fieldError(path, text)] });
}

/** @throws CommerceError BAD_REQUEST unless `value` is a plain object. */
export function asRecord(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  return refuse('BAD_REQUEST', path, texts.object);
}

/** @throws CommerceError AMOUNT_NOT_ACCEPTED for a key about money or identity, BAD_REQUEST for any other unknown one. */
export function onlyKeys(
  value: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
  path: string,
): void {
  for (const key of Object.keys(value)) {
    if (allowed.includes(key)) continue;
    const at = path === '' ? key.slice(0, 64) : `${path}.${key.slice(0, 64)}`;
    if (serverSideKey.test(key)) refuse('AMOUNT_NOT_ACCEPTED', at, texts.serverSide);
    refuse('BAD_REQUEST', at, texts.unknown);
  }
}

/** The client's token for one cart. @throws CommerceError BAD_REQUEST */
export function asToken(value: unknown, path: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_-]{16,64}$/.test(value)) return value;
  return refuse('BAD_REQUEST', path, texts.token);
}

/** An id of a document of ours. @throws CommerceError BAD_REQUEST */
export function asId(value: unknown, path: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_.:|*-]{1,64}$/.test(value)) return value;
  return refuse('BAD_REQUEST', path, texts.id);
}

/** @throws CommerceError BAD_REQUEST */
export function asInteger(value: unknown, path: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  return refuse('BAD_REQUEST', path, {
    zh: `应为 ${min} 到 ${max} 的整数。`,
    en: `A whole number from ${min} to ${max} is expected.`,
  });
}
