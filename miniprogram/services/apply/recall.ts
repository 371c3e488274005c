/** Turns the form stored by the server back into answers, to revise an application on another phone. */
import type { ApplicationForm, Value, Values } from './types';

/** Must be chosen again: the form has only their codes, and people know them by name. */
const byName = ['city', 'bank', 'branch'];

/**
 * @param official the form without sensitive fields, as `ApplicationView.form` has it
 * @returns answers by path; what is not in them is asked again
 */
export function recall(form: ApplicationForm, official: Readonly<Record<string, unknown>>): Values {
  const values: Record<string, Value> = {};
  collect(official, '', values);
  for (const field of form.steps.flatMap((step) => step.fields)) {
    if (byName.includes(field.kind)) delete values[field.key];
    const own = field.recall?.(values);
    if (own !== undefined) values[field.key] = own;
  }
  return values;
}

function collect(node: unknown, path: string, into: Record<string, Value>): void {
  if (typeof node === 'string' || typeof node === 'boolean') into[path] = node;
  else if (typeof node === 'number') into[path] = String(node);
  else if (isTexts(node)) into[path] = node;
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) collect(value, path ? `${path}.${key}` : key, into);
  }
}

function isTexts(node: unknown): node is readonly string[] {
  return Array.isArray(node) && node.every((item) => typeof item === 'string');
}
