import { CaptureProblem } from './problem.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

const deepest = 40;
const mostValues = 500_000;
const longestText = 1024 * 1024;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

/** Limits of what is read from a file. @throws CaptureProblem */
export function checkJson(value: Json, where: string): void {
  let seen = 0;
  const visit = (one: Json, at: string, depth: number): void => {
    if (++seen > mostValues) throw new CaptureProblem('TOO_LARGE', where, `More than ${mostValues} values.`);
    if (depth > deepest) throw new CaptureProblem('TOO_DEEP', where, `Nested more than ${deepest} deep.`);
    if (typeof one === 'string' && one.length > longestText) {
      throw new CaptureProblem('TOO_LARGE', at, `A text of more than ${longestText} characters.`);
    }
    if (typeof one !== 'object' || one === null) return;
    for (const [key, inner] of Object.entries(one)) {
      if (forbiddenKeys.has(key))
        throw new CaptureProblem('FORBIDDEN_KEY', at, `The key "${key}" is not allowed.`);
      visit(inner, `${at}/${key.slice(0, 64)}`, depth + 1);
    }
  };
  visit(value, where, 0);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: Json | undefined, where: string): JsonObject {
  if (isObject(value)) return value;
  throw new CaptureProblem('WRONG_FORMAT', where, 'Must be an object.');
}

export function textAt(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw new CaptureProblem('WRONG_FORMAT', where, 'Must be a text.');
}
