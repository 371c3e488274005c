/** What a checked form consists of, found in one walk over it by its schema. */
import type * as z from 'zod/mini';
import { mediaFields, sensitiveFields } from './forms/sensitive.ts';
import { mapLeaves } from './forms/walk.ts';

export interface FormParts {
  /** The form without anything that names or identifies a person, so that it may be stored. */
  readonly storable: Record<string, unknown>;
  /** Last characters of sensitive values, to recognise them: `…6789`, by path, for the fields that allow it. */
  readonly masks: readonly { readonly path: string; readonly mask: string }[];
  /** Every media_id, and the kind of file that its field requires. */
  readonly media: readonly {
    readonly path: string;
    readonly mediaId: string;
    readonly kind: 'image' | 'video';
  }[];
}

/**
 * @param form one that `checkForm` found nothing wrong with.
 * @throws TypeError for a field that the schema does not know: it is unknown whether it is sensitive.
 */
export function formParts(schema: z.core.$ZodType, form: unknown): FormParts {
  const masks: { path: string; mask: string }[] = [];
  const media: { path: string; mediaId: string; kind: 'image' | 'video' }[] = [];
  const storable = mapLeaves(schema, form, ({ kind, path, value, schema: leaf }) => {
    if (kind === 'personal') return undefined;
    if (kind === 'sensitive') {
      const mask = maskOf(String(value), sensitiveFields.get(leaf as z.core.$ZodString)?.keepTail ?? 0);
      if (mask !== undefined) masks.push({ path, mask });
      return undefined;
    }
    const wanted = mediaFields.get(leaf as z.core.$ZodString)?.media;
    if (wanted) media.push({ path, mediaId: String(value), kind: wanted });
    return value;
  });
  return { storable: storable as Record<string, unknown>, masks, media };
}

function maskOf(value: string, keepTail: number): string | undefined {
  return keepTail > 0 && value.length >= keepTail * 2 ? `…${value.slice(-keepTail)}` : undefined;
}
