import * as z from 'zod/mini';
import { applyment4subForm } from './forms/applyment4sub.ts';
import { ecommerceForm } from './forms/ecommerce.ts';
import { chinaDate } from './forms/identity.ts';
import { settlementForm } from './forms/settlement.ts';
import { messageFor, type Text } from './messages.ts';
import { checkApplyment4sub } from './rules/applyment4sub.ts';
import { checkEcommerce } from './rules/ecommerce.ts';
import { FormReader } from './rules/reader.ts';
import { checkSettlement } from './rules/settlement.ts';

/** What is wrong with one field of a form. */
export interface FormProblem extends Text {
  /** Dotted, with the indexes of lists: `ubo_info_list.0.ubo_id_doc_name`; empty for the form as a whole. */
  readonly path: string;
}

/** The form of each kind of provider: 二级商户进件 of a platform (`ecommerce`), 特约商户进件 of a service provider. */
export const formSchemas = { ecommerce: ecommerceForm, partner: applyment4subForm };

export type FormKind = keyof typeof formSchemas;

/**
 * Every wrong field of an application, by path; none means that it may be sent. `nowMs` decides which
 * documents have expired.
 */
export function checkForm(kind: FormKind, form: unknown, nowMs: number): FormProblem[] {
  const reader = new FormReader(form, chinaDate(nowMs));
  if (kind === 'ecommerce') checkEcommerce(reader);
  else checkApplyment4sub(reader);
  return collect(formSchemas[kind], form, reader);
}

/** The same for a change of the settlement account of a merchant whose subject type is `subject`. */
export function checkSettlementForm(form: unknown, subject: string, nowMs: number): FormProblem[] {
  const reader = new FormReader(form, chinaDate(nowMs));
  checkSettlement(reader, subject);
  return collect(settlementForm, form, reader);
}

/** One error per field: an error in the value itself takes precedence over a cross-field error. */
function collect(schema: z.ZodMiniType, form: unknown, reader: FormReader): FormProblem[] {
  const byPath = new Map<string, FormProblem>();
  const add = (path: string, key: string) => {
    if (!byPath.has(path)) byPath.set(path, { path, ...messageFor(key) });
  };
  const parsed = z.safeParse(schema, form);
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) add(path === '' ? key : `${path}.${key}`, 'unknownField');
    } else {
      add(path, keyOf(issue, reader));
    }
  }
  for (const { path, key } of reader.found) add(path, key);
  // Do not report errors inside a block that does not belong there.
  const outOfPlace = reader.found.filter(({ key }) => key === 'notForSubject').map(({ path }) => `${path}.`);
  return [...byPath.values()].filter(({ path }) => !outOfPlace.some((block) => path.startsWith(block)));
}

function keyOf(issue: z.core.$ZodIssue, reader: FormReader): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_type':
      if (issue.path.length === 0) return 'notJson';
      return reader.has(issue.path.join('.')) ? 'type' : 'required';
    case 'invalid_value': {
      const value = reader.at(issue.path.join('.'));
      return value === undefined ? 'required' : value === null ? 'type' : 'choice';
    }
    case 'too_big':
      return 'tooLong';
    case 'too_small':
      return 'tooShort';
    case 'invalid_format':
      return issue.message;
    default:
      return 'type';
  }
}
