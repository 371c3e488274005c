import type * as z from 'zod/mini';
import type { PlatformEncryptor } from './ports.ts';
import { sensitiveFields } from './schema/sensitive.ts';
import { leavesOf, mapLeaves, unwrap } from './schema/walk.ts';

export interface EncryptedForm {
  /** The form with every sensitive leaf as base64 ciphertext; JSON-ready. */
  readonly form: Record<string, unknown>;
  /** The one key that all of them were encrypted with: the value of the header Wechatpay-Serial. */
  readonly serial: string;
}

/**
 * Encrypts what the schema marks as sensitive, all with one key. The form must have passed validation: a
 * field that the schema does not know throws, since nobody could say whether it is sensitive.
 * https://pay.weixin.qq.com/doc/v3/partner/4012062378
 */
export function encryptForm(
  form: unknown,
  schema: z.core.$ZodType,
  encryptor: PlatformEncryptor,
): EncryptedForm {
  const encrypted = mapLeaves(schema, form, ({ kind, value, path }) => {
    if (kind !== 'sensitive') return value;
    if (typeof value !== 'string') throw new TypeError(`The sensitive field ${path} is not text.`);
    return encryptor.encrypt(value);
  });
  return { form: encrypted as Record<string, unknown>, serial: encryptor.serial };
}

/** The form without anything that names or identifies a person: what our own documents may hold. */
export function storableForm(form: unknown, schema: z.core.$ZodType): Record<string, unknown> {
  return mapLeaves(schema, form, ({ kind, value }) =>
    kind === 'sensitive' || kind === 'personal' ? undefined : value,
  ) as Record<string, unknown>;
}

/** What remains to recognise a sensitive value by: `…6789`, by path, for the fields that allow it. */
export function masksOf(form: unknown, schema: z.core.$ZodType): { path: string; mask: string }[] {
  const masks: { path: string; mask: string }[] = [];
  for (const { path, value, kind, schema: leaf } of leavesOf(schema, form)) {
    if (kind !== 'sensitive' || typeof value !== 'string') continue;
    const keepTail = sensitiveFields.get(unwrap(leaf) as z.core.$ZodString)?.keepTail ?? 0;
    if (keepTail > 0 && value.length >= keepTail * 2)
      masks.push({ path, mask: `…${value.slice(-keepTail)}` });
  }
  return masks;
}
