/** Applies what the SDKs send as an update: one object of MongoDB operators over dotted paths. */
import { update as applyOperator } from 'mingo';
import type { StoredDocument } from '../types.ts';
import { CloudError, requestFailed } from '../wire/errors.ts';
import { cloneValue, isPlainObject, type PlainObject } from './values.ts';

const operators = new Set([
  '$set',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$rename',
  '$push',
  '$pull',
  '$pullAll',
  '$pop',
  '$addToSet',
  '$bit',
]);

/**
 * @returns the changed copy, or undefined when the document is already as asked: MongoDB counts documents
 * modified, not matched, and the cloud's `updated` is that count.
 */
export function updatedCopy(document: StoredDocument, changes: PlainObject): StoredDocument | undefined {
  const copy = cloneValue(document);
  let changed = false;
  for (const [operator, fields] of Object.entries(changes)) {
    if (!operators.has(operator)) {
      throw new CloudError(
        'DATABASE_INVALID_OPERRATOR',
        `[InvalidParameter] unknown update operator: ${operator}`,
      );
    }
    if (!isPlainObject(fields))
      throw requestFailed(`[FailedOperation] ${operator} needs an object of fields`);
    for (const path of Object.keys(fields)) checkPath(copy, operator, path);
    changed = apply(copy, operator, fields) || changed;
  }
  return changed ? copy : undefined;
}

function apply(copy: StoredDocument, operator: string, fields: PlainObject): boolean {
  try {
    // One operator per call: the engine refuses more.
    const paths = applyOperator(copy, { [operator]: fields } as Parameters<typeof applyOperator>[1]);
    return paths.length > 0;
  } catch (cause) {
    throw requestFailed(`[FailedOperation] ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/**
 * The SDKs flatten nested objects to dotted paths, so a field that is stored as null cannot be updated with an
 * object. The engine used here would quietly replace the null; the cloud refuses, and so does this.
 */
function checkPath(document: StoredDocument, operator: string, path: string): void {
  if (path === '_id' || path.startsWith('_id.')) {
    throw requestFailed(
      `[FailedOperation] Performing an update on the path '${path}' would modify the immutable field '_id'`,
    );
  }
  if (operator === '$unset' || operator === '$pull' || operator === '$pullAll' || operator === '$pop') return;
  const steps = path.split('.');
  let holder: unknown = document;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    if (!isPlainObject(holder) && !Array.isArray(holder)) return;
    const next: unknown = Reflect.get(holder, step);
    if (next === undefined) return;
    if (next === null || typeof next !== 'object') {
      const element = `{${step}: ${JSON.stringify(next)}}`;
      throw requestFailed(
        `[FailedOperation] Cannot create field '${steps[index + 1]}' in element ${element}`,
      );
    }
    holder = next;
  }
}
