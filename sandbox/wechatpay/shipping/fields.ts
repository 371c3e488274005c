/** Reads bodies: a value of another type than documented is 47001, a wrong value has a code of its own. */
import { WeixinProblem } from './problem.ts';

export type Json = Readonly<Record<string, unknown>>;

const malformed = (path: string, type: string) => new WeixinProblem(47001, `${path} must be ${type}`);

export function objectAt(from: Json, name: string): Json {
  const value = from[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw malformed(name, 'an object');
}

export function optionalObject(from: Json, name: string): Json {
  return from[name] === undefined || from[name] === null ? {} : objectAt(from, name);
}

export function listAt(from: Json, name: string): Json[] {
  const value = from[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(name, 'an array, also for one entry');
  return value.map((each: unknown, index) => objectAt({ [`${name}[${index}]`]: each }, `${name}[${index}]`));
}

/** Empty when absent. */
export function textAt(from: Json, name: string): string {
  const value = from[name];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw malformed(name, 'a string');
  return value;
}

export function numberAt(from: Json, name: string): number | undefined {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw malformed(name, 'a number');
  return value;
}

export function booleanAt(from: Json, name: string): boolean | undefined {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw malformed(name, 'true or false');
  return value;
}
