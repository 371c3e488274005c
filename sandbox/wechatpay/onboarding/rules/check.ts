import { forever } from './clear.ts';
import type { FormField, FormFields, TextRule } from './form.ts';
import { broken } from './problem.ts';

export type Json = Record<string, unknown>;

interface TextAt {
  readonly rule: TextRule;
  readonly pointer: string;
  readonly value: string;
}

/** Every text of a form that has the right shape, with its JSON pointer, in the order of the table. */
export function textsOf(fields: FormFields, form: Json): TextAt[] {
  return Object.entries(fields).flatMap(([name, rule]) => textsIn(rule, form[name], `/${name}`));
}

function textsIn(rule: FormField, value: unknown, pointer: string): TextAt[] {
  if (value === undefined) return [];
  if (rule.type === 'string') return [{ rule, pointer, value: value as string }];
  if (rule.type === 'array') {
    return (value as unknown[]).flatMap((item, at) => textsIn(rule.items, item, `${pointer}/${at}`));
  }
  if (rule.type !== 'object') return [];
  const inner = value as Json;
  return Object.entries(rule.fields).flatMap(([name, field]) =>
    textsIn(field, inner[name], `${pointer}/${name}`),
  );
}

/**
 * The form in clear: the rule of each text, then begin before end in each document's period.
 * @param today `YYYY-MM-DD` in China.
 * @throws ApiProblem for the first field at fault.
 */
export function checkClear(fields: FormFields, form: Json, today: string): void {
  for (const { rule, pointer, value } of textsOf(fields, form)) {
    const issue = rule.check?.(value, today);
    if (issue) throw broken(pointer, rule.label, issue, rule.sensitive ? '******' : value);
  }
  for (const [name, rule] of Object.entries(fields)) checkPeriods(rule, form[name], `/${name}`);
}

function checkPeriods(rule: FormField, value: unknown, pointer: string): void {
  if (value === undefined) return;
  if (rule.type === 'array') {
    for (const [at, item] of (value as unknown[]).entries()) {
      checkPeriods(rule.items, item, `${pointer}/${at}`);
    }
  }
  if (rule.type !== 'object') return;
  const inner = value as Json;
  if (rule.period) {
    const [begin, end] = [inner[rule.period.begin], inner[rule.period.end]];
    if (typeof begin === 'string' && typeof end === 'string' && end !== forever && end <= begin) {
      const label = rule.fields[rule.period.end]!.label;
      throw broken(`${pointer}/${rule.period.end}`, label, '结束时间需大于开始时间', end);
    }
  }
  for (const [name, field] of Object.entries(rule.fields)) {
    checkPeriods(field, inner[name], `${pointer}/${name}`);
  }
}

/** The label of a field by its JSON pointer or bare name, for the reviewer's reasons. */
export function labelOf(fields: FormFields, nameOrPointer: string): string | undefined {
  const wanted = nameOrPointer.split('/').filter((part) => part !== '' && !/^\d+$/.test(part));
  const last = wanted.at(-1);
  return last === undefined ? undefined : findLabel(fields, last);
}

function findLabel(fields: FormFields, name: string): string | undefined {
  if (Object.hasOwn(fields, name)) return fields[name]!.label;
  for (const rule of Object.values(fields)) {
    const inner = rule.type === 'array' ? rule.items : rule;
    const label = inner.type === 'object' ? findLabel(inner.fields, name) : undefined;
    if (label !== undefined) return label;
  }
  return undefined;
}

/** JSON pointers of the sensitive fields; any position of a list is written `*`. */
export function sensitivePointers(fields: FormFields, at = ''): string[] {
  return Object.entries(fields).flatMap(([name, rule]) => pointersIn(rule, `${at}/${name}`));
}

function pointersIn(rule: FormField, pointer: string): string[] {
  if (rule.type === 'string') return rule.sensitive ? [pointer] : [];
  if (rule.type === 'array') return pointersIn(rule.items, `${pointer}/*`);
  return rule.type === 'object' ? sensitivePointers(rule.fields, pointer) : [];
}
