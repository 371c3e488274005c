/**
 * Reads what a client sent, by a zod schema. Unknown keys are refused (use `z.strictObject`), so that a request cannot
 * set amounts or identities.
 */
import * as z from 'zod/mini';
import type { ErrorCode, FieldError } from '../contract/index.ts';
import { CommerceError } from './errors.ts';
import { fieldError, type Text } from './messages.ts';

// A schema is used a few times in the life of an instance: compiling code for it costs more than it saves.
z.config({ jitless: true });

/** Texts for invalid fields, by the message in the schema's issue; with the error code of the whole request. */
const texts = {
  serverSide: {
    code: 'AMOUNT_NOT_ACCEPTED',
    zh: '此项由服务器决定，请勿传入。',
    en: 'The server decides this; leave it out.',
  },
  unknown: { zh: '未知的字段。', en: 'This field is not known.' },
  malformed: { zh: '此项缺失或格式不正确。', en: 'This is missing or malformed.' },
  token: {
    zh: '应为 16 到 64 位字母、数字、下划线或连字符。',
    en: '16 to 64 of A-Z, a-z, 0-9, _ and - are expected.',
  },
  id: { zh: '应为 1 到 64 位的编号。', en: 'An identifier of 1 to 64 characters is expected.' },
  maskedContact: {
    zh: '应为打码的电话号码，后四位不打码，例如 189****1234。',
    en: 'A masked telephone number with its last four digits in clear is expected, e.g. 189****1234.',
  },
  shortText: { zh: '应为 1 到 127 个字。', en: '1 to 127 characters are expected.' },
  parcels: { zh: '应有 1 到 15 个包裹。', en: '1 to 15 parcels are expected.' },
  items: { zh: '购物车应有至少一件商品。', en: 'A cart with at least one item is expected.' },
  quantity: {
    code: 'QUANTITY_INVALID',
    zh: '数量必须是 1 到 999 的整数。',
    en: 'A whole number from 1 to 999 is expected.',
  },
  amount: {
    code: 'AMOUNT_OUT_OF_RANGE',
    zh: '金额必须是以分为单位的整数。',
    en: 'An amount is a whole number of fen.',
  },
} satisfies Record<string, Text & { code?: ErrorCode }>;

type TextName = keyof typeof texts;

/** Text of a pattern. */
export const text = (pattern: RegExp, name: TextName = 'malformed') =>
  z.string(name).check(z.regex(pattern, name));

/** A whole number within bounds. */
export const whole = (min: number, max: number, name: TextName = 'malformed') =>
  z.int(name).check(z.minimum(min, name), z.maximum(max, name));

/** The client's token for one cart or form: the same token is the same request. */
export const requestToken = text(/^[A-Za-z0-9_-]{16,64}$/, 'token');

/** An id of a document of ours. */
export const documentId = text(/^[A-Za-z0-9_.:|*-]{1,64}$/, 'id');

/** Keys for values that only the server may set: amounts, payees, identities. */
const serverSideKey = /amount|total|price|fee|fen$|discount|currency|open_?id|mch_?id|app_?id|seller|payer/i;

const maxFields = 50;
const maxKeyLength = 64;

/**
 * @param path where `value` is in the request, for messages
 * @throws CommerceError BAD_REQUEST with each field at fault, or a code that says more: AMOUNT_NOT_ACCEPTED for an
 * unknown key about money or identity
 */
export function parseInput<T extends z.ZodMiniType>(schema: T, value: unknown, path = ''): z.output<T> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues.flatMap((issue) => problemsOf(issue, path));
  const code = found.find((each) => each.code !== 'BAD_REQUEST')?.code ?? 'BAD_REQUEST';
  const fields = found.filter((each) => each.code === code).map(({ field }) => field);
  throw new CommerceError(code, { fields: fields.slice(0, maxFields) });
}

/** @throws CommerceError with one field at fault. */
export function refuse(code: ErrorCode, path: string, text: Text): never {
  throw new CommerceError(code, { fields: [fieldError(path, text)] });
}

function problemsOf(issue: z.core.$ZodIssue, path: string): { code: ErrorCode; field: FieldError }[] {
  const at = [...(path === '' ? [] : [path]), ...issue.path.map(String)];
  if (issue.code !== 'unrecognized_keys')
    return [problem(isName(issue.message) ? issue.message : 'malformed', at)];
  return issue.keys.map((key) =>
    problem(serverSideKey.test(key) ? 'serverSide' : 'unknown', [...at, key.slice(0, maxKeyLength)]),
  );
}

function problem(name: TextName, at: readonly string[]): { code: ErrorCode; field: FieldError } {
  const text: Text & { code?: ErrorCode } = texts[name];
  return { code: text.code ?? 'BAD_REQUEST', field: fieldError(at.join('.'), text) };
}

function isName(message: string): message is TextName {
  return Object.hasOwn(texts, message);
}
