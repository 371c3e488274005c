import { ApiProblem } from '../../context.ts';
import type { Json } from '../rules/check.ts';
import { checkForm } from '../rules/check-form.ts';
import type { ApplicationKind } from '../store.ts';

/** A copy of `form` with the value at a JSON pointer replaced, or removed when it is `undefined`. */
export function change(form: Json, pointer: string, value: unknown): Json {
  const copy = structuredClone(form);
  const names = pointer.slice(1).split('/');
  const last = names.pop()!;
  let at = copy;
  for (const name of names) at = at[name] as Json;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** Several changes, one after the other. */
export const changes = (form: Json, edits: Readonly<Record<string, unknown>>): Json =>
  Object.entries(edits).reduce((changed, [pointer, value]) => change(changed, pointer, value), form);

export interface Refusal {
  readonly code: string;
  /** Where the field at fault is. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * The error that the simulator's rules report for a form in clear text; undefined when it is accepted. Media are not
 * looked up.
 */
export function refusalOf(
  kind: ApplicationKind,
  form: Json,
  options: { readonly today?: string; readonly providerAppids?: readonly string[] } = {},
): Refusal | undefined {
  const { today = '2026-06-01', providerAppids = ['wx8888888888888888'] } = options;
  try {
    checkForm(kind, form, { today, providerAppids });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return { code: error.code, pointer: error.detail?.field ?? '', message: error.message };
  }
}
