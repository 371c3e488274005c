/** Reads bodies: a value of another type than documented is 47001, a wrong value has a code of its own. */
import type { Text } from '../../text.ts';
import { WeixinProblem } from './problem.ts';

export type Json = Readonly<Record<string, unknown>>;

export const malformed = (path: string, type: Text) =>
  new WeixinProblem(47001, { en: `${path} must be ${type.en}`, zh: `${path} 须为${type.zh}` });

export const aString: Text = { en: 'a string', zh: '字符串' };

export function objectAt(from: Json, name: string): Json {
  const value = from[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw malformed(name, { en: 'an object', zh: '对象' });
}

export function optionalObject(from: Json, name: string): Json {
  return from[name] === undefined || from[name] === null ? {} : objectAt(from, name);
}

export function listAt(from: Json, name: string): Json[] {
  const value = from[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw malformed(name, { en: 'an array, also for one entry', zh: '数组，只有一项时也是' });
  return value.map((each: unknown, index) => objectAt({ [`${name}[${index}]`]: each }, `${name}[${index}]`));
}

/** Empty when absent. */
export function textAt(from: Json, name: string): string {
  const value = from[name];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw malformed(name, aString);
  return value;
}

export function numberAt(from: Json, name: string): number | undefined {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw malformed(name, { en: 'a number', zh: '数字' });
  return value;
}

export function booleanAt(from: Json, name: string): boolean | undefined {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean')
    throw malformed(name, { en: 'true or false', zh: '布尔值（true 或 false）' });
  return value;
}
