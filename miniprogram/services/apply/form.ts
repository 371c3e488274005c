/** From answers to the official form, and from the server's errors back to fields. */
import type { FieldError } from '../../../shared/contract/index.ts';
import type { Pair } from '../../i18n/index';
import type { Field, Option, Questions, Step, Value, Values } from './types';

export function visibleFields(step: Step, values: Values): Field[] {
  return step.fields.filter((field) => field.when?.(values) ?? true);
}

/** Steps with something to ask: a micro merchant has no licence step. */
export function visibleSteps(form: Questions, values: Values): Step[] {
  return form.steps.filter((step) => visibleFields(step, values).length > 0);
}

export function optionsOf(field: Field, values: Values): readonly Option[] {
  if (typeof field.options === 'function') return field.options(values);
  return field.options ?? [];
}

/** The answer to a field: the user's own, else what another field suggests, else the only choice there is. */
export function answerOf(field: Field, values: Values): Value | undefined {
  const given = values[field.key];
  if (field.kind === 'choice') {
    const options = optionsOf(field, values);
    if (options.some(({ value }) => value === given)) return given;
    return options.length === 1 ? options[0]?.value : field.suggest?.(values);
  }
  if (given !== undefined && given !== '') return given;
  return field.suggest?.(values) || undefined;
}

/** The answers, including those that need no question: a choice with only one option. */
export function withImplied(form: Questions, values: Values): Values {
  let all = values;
  for (const field of form.steps.flatMap((step) => step.fields)) {
    if (field.kind !== 'choice' || !(field.when?.(all) ?? true)) continue;
    const answer = answerOf(field, all);
    if (answer !== all[field.key]) all = { ...all, [field.key]: answer ?? '' };
  }
  return all;
}

/** The fields of a step that still need an answer. */
export function missingFields(step: Step, values: Values): Field[] {
  return visibleFields(step, values).filter((field) => !field.optional && isEmpty(answerOf(field, values)));
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

type Tree = { [key: string]: unknown };

/** The official request: only visible fields that have an answer, nested; numbers in a path make lists. */
export function toForm(form: Questions, given: Values): Record<string, unknown> {
  const values = withImplied(form, given);
  const flat: Record<string, Value> = {};
  for (const step of form.steps) {
    for (const field of visibleFields(step, values)) {
      const answer = answerOf(field, values);
      if (!field.key.startsWith('_') && !isEmpty(answer) && answer !== undefined) flat[field.key] = answer;
    }
  }
  const tree: Tree = {};
  for (const [path, value] of Object.entries({ ...flat, ...form.derive(values) }))
    put(tree, path.split('.'), value);
  return listsOf(tree) as Record<string, unknown>;
}

function put(tree: Tree, [head = '', ...rest]: string[], value: Value): void {
  if (rest.length === 0) {
    tree[head] = typeof value === 'string' ? value.trim() : value;
    return;
  }
  tree[head] ??= {};
  put(tree[head] as Tree, rest, value);
}

function listsOf(node: unknown): unknown {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, listsOf(value)] as const);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key)))
    return entries.map(([, value]) => value);
  return Object.fromEntries(entries);
}

/**
 * The fields whose errors a new answer to `key` may have resolved: those whose visibility, options or suggestion depend
 * on it, and the other end of a period or the other side of a comparison.
 */
export function dependents(form: Questions, values: Values, key: string): string[] {
  return form.steps
    .flatMap(({ fields }) => fields)
    .filter((field) => field.key !== key && (field.compares?.includes(key) || reads(field, values).has(key)))
    .map((field) => field.key);
}

/** The answers that decide whether and how a field is asked. */
function reads(field: Field, values: Values): Set<string> {
  const seen = new Set<string>();
  const watched = new Proxy(values, {
    get(target, name) {
      if (typeof name === 'string') seen.add(name);
      return target[String(name)];
    },
  });
  field.when?.(watched);
  if (typeof field.options === 'function') field.options(watched);
  field.suggest?.(watched);
  return seen;
}

export interface PlacedErrors {
  /** By the key of the field that shows it. */
  readonly byKey: Readonly<Record<string, Pair>>;
  /** Errors that belong to no field on any page. */
  readonly elsewhere: readonly Pair[];
}

/**
 * Finds the field of each error: by its path, by a path the field reports for, or by the longest visible
 * field above or below it (an error about a whole block shows at the block's first field).
 */
export function placeErrors(form: Questions, values: Values, errors: readonly FieldError[]): PlacedErrors {
  const fields = form.steps.flatMap((step) => visibleFields(step, values));
  const byKey: Record<string, Pair> = {};
  const elsewhere: Pair[] = [];
  for (const { path, message, messageEn } of errors) {
    const wanted = path.replace(/^form\./, '');
    const field = fields.find((candidate) => matches(candidate, wanted)) ?? nearest(fields, wanted);
    if (field) byKey[field.key] ??= [message, messageEn];
    else elsewhere.push([message, messageEn]);
  }
  return { byKey, elsewhere };
}

function matches(field: Field, path: string): boolean {
  return field.key === path || (field.reports ?? []).includes(path);
}

function nearest(fields: readonly Field[], path: string): Field | undefined {
  if (path === '') return undefined;
  const below = fields.find(({ key }) => key.startsWith(`${path}.`));
  return below ?? fields.find(({ key }) => path.startsWith(`${key}.`));
}

/** A reviewer's reasons, which come in Chinese only. */
export function inTheirWords(rejections: readonly FieldError[]): FieldError[] {
  return rejections.map(({ path, message }) => ({ path, message, messageEn: `WeChat Pay: ${message}` }));
}

/** The step that shows a field; 0 when none does. */
export function stepOfKey(form: Questions, values: Values, key: string): number {
  const index = visibleSteps(form, values).findIndex((step) =>
    step.fields.some((field) => field.key === key),
  );
  return Math.max(0, index);
}
