import type * as z from 'zod/mini';
import type { FieldError } from '../contract/index.ts';
import { fieldError } from '../core/messages.ts';
import type { Documents } from '../core/ports.ts';
import { type MediaDocument, mediaCollection } from './media-document.ts';
import { messages } from './schema/messages.ts';
import { mediaFields } from './schema/sensitive.ts';
import { leavesOf, unwrap } from './schema/walk.ts';

/** A form may only use media that its own applicant uploaded, pictures and videos in their places. */
export async function checkMedia(
  documents: Documents,
  openid: string,
  form: unknown,
  schema: z.core.$ZodType,
): Promise<FieldError[]> {
  const leaves = leavesOf(schema, form).filter(({ kind }) => kind === 'media');
  const ids = [...new Set(leaves.map(({ value }) => String(value)))];
  const owned = await ownedMedia(documents, openid, ids);
  return leaves.flatMap(({ path, value, schema: leaf }) => {
    const kind = owned.get(String(value));
    if (kind === undefined) return [fieldError(path, messages.mediaNotYours)];
    const wanted = mediaFields.get(unwrap(leaf) as z.core.$ZodString)?.media;
    return kind === wanted ? [] : [fieldError(path, messages.mediaKind)];
  });
}

async function ownedMedia(
  documents: Documents,
  openid: string,
  ids: readonly string[],
): Promise<Map<string, MediaDocument['kind']>> {
  const owned = new Map<string, MediaDocument['kind']>();
  for (let start = 0; start < ids.length; start += 100) {
    const page = ids.slice(start, start + 100);
    const found = await documents.find<MediaDocument>(mediaCollection, {
      where: { _id: { in: page }, openid },
      limit: page.length,
    });
    for (const { _id, kind } of found) owned.set(_id, kind);
  }
  return owned;
}
