import * as z from 'zod/mini';

/** RSA-OAEP with SHA-1 under a 2048-bit key takes 256 - 2 × 20 - 2 bytes. */
const maxSensitiveBytes = 214;

/** What may be stored of a sensitive leaf: so many of its last characters, or nothing. */
export interface SensitiveMeta {
  readonly keepTail?: number;
}

/**
 * Leaves that WeChat Pay demands encrypted. Being sensitive is a property of the field's schema, so the walk that
 * encrypts a form cannot miss one; there is no second list to keep in sync.
 */
export const sensitiveFields: z.core.$ZodRegistry<SensitiveMeta, z.core.$ZodString> = z.registry();

/** Leaves that WeChat Pay takes unencrypted although they name a person: never stored, never logged. */
export const personalFields = new WeakSet<z.core.$ZodString>();

/** Leaves that hold a media_id, and whether it must be a picture or a video. */
export const mediaFields: z.core.$ZodRegistry<{ readonly media: 'image' | 'video' }, z.core.$ZodString> =
  z.registry();

type Check = z.core.$ZodCheck<string>;

/** A string that must be encrypted; at most 214 bytes of UTF-8. The last `keepTail` characters are kept as a mask. */
export function sensitive(checks: readonly Check[], meta: SensitiveMeta = {}): z.ZodMiniString {
  const schema = z.string().check(
    z.refine((value) => new TextEncoder().encode(value).length <= maxSensitiveBytes, {
      error: 'tooLongToEncrypt',
    }),
    ...checks,
  );
  sensitiveFields.add(schema, meta);
  return schema;
}

/** A string that names a person but is sent unencrypted. */
export function personal(...checks: Check[]): z.ZodMiniString {
  const schema = z.string().check(...checks);
  personalFields.add(schema);
  return schema;
}

/** A media_id from uploadMedia. */
export function media(kind: 'image' | 'video' = 'image', maxLength = 256): z.ZodMiniString {
  const schema = z.string().check(z.regex(/^[\w+/=-]+$/, { error: 'mediaId' }), z.maxLength(maxLength));
  mediaFields.add(schema, { media: kind });
  return schema;
}
