/**
 * What may go into a query or a document. A string from a user is data; an object from a user could be an operator
 * (`{ $gt: '' }` matches everything), so conditions are checked value by value before the SDK sees them.
 */
import type { Condition, Conditions, Document, DocumentQuery } from '../core/ports.ts';
import { CloudError } from './cloud-error.ts';

/** A media_id may be this long: pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/upload.html */
const maxIdLength = 512;
const maxConditionLength = 1024;
const maxInValues = 100;
const maxDepth = 20;
const fieldPath = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/;
const topLevelField = /^[A-Za-z_][A-Za-z0-9_]*$/;
const collectionName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const rangeOperators = ['gt', 'gte', 'lt', 'lte'] as const;

/** @throws CloudError INVALID */
export function checkCollection(name: string): void {
  if (typeof name !== 'string' || !collectionName.test(name))
    throw invalid('The name of a collection is malformed.');
}

/** @throws CloudError INVALID */
export function checkId(id: unknown): asserts id is string {
  if (typeof id !== 'string' || id === '' || id.length > maxIdLength || hasControlCharacter(id)) {
    throw invalid(`An _id must be a string of 1 to ${maxIdLength} characters without control characters.`);
  }
}

/** @throws CloudError INVALID */
function checkField(field: string): void {
  if (typeof field !== 'string' || !fieldPath.test(field)) throw invalid('The name of a field is malformed.');
}

/** @throws CloudError INVALID unless every field is a plain path and every value a primitive, a list or a range. */
function checkConditions(conditions: Conditions): void {
  for (const [field, condition] of Object.entries(conditions)) {
    checkField(field);
    checkCondition(field, condition);
  }
}

/** @throws CloudError INVALID; the `_id` of an update is an argument of its own. */
export function checkUpdateConditions(conditions: Conditions): void {
  checkConditions(conditions);
  if ('_id' in conditions)
    throw invalid('The _id of an update is an argument of its own; remove it from the conditions.');
}

/** @throws CloudError INVALID */
export function checkQuery({ where, orderBy, limit }: DocumentQuery): void {
  checkConditions(where);
  if (orderBy) checkField(orderBy.field);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw invalid('The limit of a query must be an integer from 1 to 1000.');
  }
}

/** @throws CloudError INVALID when a value could not be read back as it was written. */
export function checkDocument(doc: Document): void {
  checkId(doc._id);
  checkStorable(doc, 'document', 0);
}

/** @throws CloudError INVALID, also for `_id` and dotted names: an update sets whole top-level fields. */
export function checkChanges(set: Record<string, unknown>): void {
  const fields = Object.keys(set);
  if (fields.length === 0) throw invalid('An update must set something.');
  for (const field of fields) {
    if (field === '_id' || !topLevelField.test(field)) throw invalid(`An update cannot set "${field}".`);
  }
  checkStorable(set, 'set', 0);
}

export function isIn(condition: Condition): condition is { in: readonly (string | number)[] } {
  return typeof condition === 'object' && condition !== null && 'in' in condition;
}

function checkCondition(field: string, condition: unknown): void {
  if (condition === null || typeof condition === 'boolean') return;
  if (isComparable(condition)) return;
  if (!isPlainObject(condition))
    throw invalid(`The condition on "${field}" is neither a value, a list nor a range.`);
  const operators = Object.keys(condition);
  if (operators.length === 1 && Array.isArray(condition.in)) {
    const values: unknown[] = condition.in;
    if (values.length <= maxInValues && values.every(isComparable)) return;
    throw invalid(`The list for "${field}" must hold at most ${maxInValues} strings or numbers.`);
  }
  const isRange =
    operators.length > 0 &&
    operators.every((operator) => (rangeOperators as readonly string[]).includes(operator)) &&
    Object.values(condition).every(isComparable);
  if (!isRange) throw invalid(`The condition on "${field}" has an operator other than in, gt, gte, lt, lte.`);
}

function isComparable(value: unknown): value is string | number {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string' && value.length <= maxConditionLength;
}

function checkStorable(value: unknown, path: string, depth: number): void {
  if (depth > maxDepth) throw invalid(`${path} is nested deeper than ${maxDepth} levels.`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return;
    throw invalid(`${path} is not a finite number.`);
  }
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) checkStorable(each, `${path}[${index}]`, depth + 1);
    return;
  }
  if (!isPlainObject(value)) throw invalid(`${path} cannot be stored: it is ${describe(value)}.`);
  for (const [key, each] of Object.entries(value)) {
    // `$…` would be read back as an operator or a BSON type, a dot as a path.
    if (key === '' || key.startsWith('$') || key.includes('.') || key.includes('\0') || key === '__proto__') {
      throw invalid(`${path} has a field name that the database reserves.`);
    }
    checkStorable(each, `${path}.${key}`, depth + 1);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasControlCharacter(text: string): boolean {
  for (const character of text) if (character < ' ' || character === '\u007f') return true;
  return false;
}

function describe(value: unknown): string {
  return value instanceof Object ? `a ${value.constructor?.name ?? 'object'}` : typeof value;
}

function invalid(message: string): CloudError {
  return new CloudError('INVALID', message);
}
