/** Document values as the store keeps them, and their conversion from and to the wire's EJSON. */
import { BSONRegExp, EJSON } from 'bson';
import type { StoredDocument } from '../types.ts';
import { invalidParam } from '../wire/errors.ts';

export type PlainObject = Record<string, unknown>;

export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A deep copy of plain objects, arrays and dates; BSON's own types are immutable and shared. */
export function cloneValue<T>(value: T): T {
  return mapValue(value, (leaf) => leaf) as T;
}

/**
 * Parses the EJSON the SDKs send: `serverDate` becomes the server's time, a regular expression a RegExp that
 * the query engine understands. The SDKs hide geo points and the like in plain objects, which stay as they are.
 * @throws CloudError INVALID_PARAM when it is not EJSON of an object.
 */
export function parseEjson(text: unknown, what: string, nowMs: number): PlainObject {
  if (typeof text !== 'string') throw invalidParam(`param.${what} must be an EJSON string`);
  let parsed: unknown;
  try {
    parsed = EJSON.parse(text);
  } catch {
    throw invalidParam(`param.${what} is not valid EJSON`);
  }
  const value = mapValue(parsed, (leaf) => (leaf instanceof BSONRegExp ? toRegExp(leaf) : leaf), nowMs);
  if (!isPlainObject(value)) throw invalidParam(`param.${what} must be an object`);
  return value;
}

export function stringifyEjson(value: unknown): string {
  return EJSON.stringify(value, { relaxed: true });
}

/** What a snapshot and a browser can hold: EJSON as a plain JSON value. */
export function toJsonValue(value: unknown): unknown {
  return JSON.parse(stringifyEjson(value));
}

export function fromJsonValue(value: unknown): StoredDocument {
  return EJSON.parse(JSON.stringify(value)) as StoredDocument;
}

function toRegExp(expression: BSONRegExp): RegExp {
  try {
    return new RegExp(expression.pattern, expression.options.replace(/[^imsu]/g, ''));
  } catch {
    throw invalidParam(`invalid regular expression: ${expression.pattern}`);
  }
}

function mapValue(value: unknown, leaf: (value: unknown) => unknown, nowMs?: number): unknown {
  if (Array.isArray(value)) return value.map((item) => mapValue(item, leaf, nowMs));
  if (value instanceof Date) return new Date(value.getTime());
  if (!isPlainObject(value)) return leaf(value);
  const serverDate = value.$tcb_server_date;
  if (nowMs !== undefined && isPlainObject(serverDate))
    return new Date(nowMs + Number(serverDate.offset ?? 0));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapValue(item, leaf, nowMs)]));
}

/** The value at a dotted path. */
export function valueAt(document: StoredDocument, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
      document,
    );
}
