/** One case per rule: a valid form of a subject, the change made to it, and the expected errors. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { checkForm, type FormKind } from '../check.ts';
import type { SubjectType } from '../forms/applyment4sub.ts';
import type { OrganizationType } from '../forms/ecommerce.ts';
import { type MessageKey, messages } from '../messages.ts';
import { applyment4subFormOf } from './applyment4sub.ts';
import { ecommerceFormOf } from './ecommerce.ts';

export const startMs = Date.parse('2026-11-24T10:00:00+08:00');

export type Form = Record<string, unknown>;

const samples = new Map<string, Form[]>();

function samplesOf(kind: FormKind, subject: string): Form[] {
  const known = samples.get(subject);
  if (known) return known;
  const arbitrary =
    kind === 'ecommerce'
      ? ecommerceFormOf(subject as OrganizationType)
      : applyment4subFormOf(subject as SubjectType);
  const forms = fc.sample(arbitrary, { numRuns: 60, seed: 42 });
  samples.set(subject, forms);
  return forms;
}

/** The first valid form of a subject that has every one of `needs`. */
export function formWith(kind: FormKind, subject: string, needs: readonly string[]): Form {
  const isFit = (form: Form) => needs.every((path) => valueAt(form, path) !== undefined);
  const form = samplesOf(kind, subject).find(isFit);
  if (!form) throw new Error(`No sample of ${subject} has ${needs.join(' and ')}.`);
  return form;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (inner as Form | undefined)?.[key], value);
}

export function withChanges(form: Form, changes: Record<string, unknown>): Form {
  const copy = structuredClone(form);
  for (const [path, value] of Object.entries(changes)) {
    const parts = path.split('.');
    const parent = valueAt(copy, parts.slice(0, -1).join('.')) as Form | undefined;
    const target = parts.length === 1 ? copy : parent!;
    if (value === undefined) delete target[parts.at(-1)!];
    else target[parts.at(-1)!] = value;
  }
  return copy;
}

export type Case = readonly [
  rule: string,
  subject: string,
  changes: Record<string, unknown>,
  wrong: Record<string, MessageKey>,
  needs?: readonly string[],
];

export const picture = 'MEDIA_1';

/** Fails unless exactly the named fields are found wrong, with those messages. */
export function expectErrors(kind: FormKind, [, subjectType, changes, wrong, needs = []]: Case): void {
  const form = withChanges(formWith(kind, subjectType, needs), changes);
  const found = checkForm(kind, form, startMs).map(({ path, zh, en }) => [path, zh, en]);
  const expected = Object.entries(wrong).map(([path, key]) => [path, messages[key].zh, messages[key].en]);
  expect(found.sort()).toEqual(expected.sort());
}

/** A case of one block of a form: what the block becomes, what is then wrong inside it, and what else is changed. */
export type BlockCase = readonly [
  rule: string,
  subject: string,
  block: unknown,
  wrong: Record<string, MessageKey>,
  more?: Record<string, unknown>,
];

/** Cases of the block at `path`, with these other changes where a case makes none of its own. */
export function blockCases(path: string, cases: readonly BlockCase[], others: Record<string, unknown> = {}) {
  return cases.map(([rule, subject, block, wrong, more = others]) => {
    const inside = Object.entries(wrong).map(([name, key]) => [name === '' ? path : `${path}.${name}`, key]);
    const one: Case = [rule, subject, { ...more, [path]: block }, Object.fromEntries(inside)];
    return { rule, subject, one };
  });
}
