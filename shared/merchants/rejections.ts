import type * as z from 'zod/mini';
import type { FieldError } from '../contract/index.ts';
import { leavesOf, schemaPaths } from '../wechatpay/applyment/forms/walk.ts';

/**
 * Where in the form a bare parameter name belongs. WeChat Pay names the field, not its path: a name present in the form
 * wins over one that is only in the schema; an unknown one stays as it is.
 */
export function pathOfParameter(name: string, form: unknown, schema: z.core.$ZodType): string {
  const bare =
    name
      .split(/[./[\]]+/)
      .filter((part) => part !== '')
      .at(-1) ?? name;
  const isNamed = (path: string) => path.split('.').some((part) => part.replace('[]', '') === bare);
  const inForm = leavesOf(schema, form).find(({ path }) => isNamed(path));
  if (inForm) return cutAt(inForm.path, bare);
  const inSchema = schemaPaths(schema).find(({ path }) => isNamed(path));
  return inSchema ? cutAt(inSchema.path.replaceAll('[]', '.0'), bare) : name;
}

/** `a.b.c` for `b` is `a.b`: what is rejected may be a whole block. */
function cutAt(path: string, name: string): string {
  const parts = path.split('.');
  return parts.slice(0, parts.indexOf(name) + 1).join('.');
}

/** WeChat Pay's reasons as field errors. It writes them in Chinese only. */
export function rejectionsOf(
  auditDetail: readonly { readonly field: string; readonly reason: string }[],
  form: unknown,
  schema: z.core.$ZodType,
): FieldError[] {
  return auditDetail.map(({ field, reason }) => ({
    path: pathOfParameter(field, form, schema),
    message: reason,
    messageEn: `WeChat Pay rejected this (${field}): ${reason}`,
  }));
}
