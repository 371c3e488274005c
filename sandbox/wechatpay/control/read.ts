import { type ControlContext, ControlProblem } from '../context.ts';

/** The JSON object of a control call. */
export function objectBody(context: ControlContext): Record<string, unknown> {
  const { body } = context;
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw badRequest('The body must be a JSON object.', '请求体须为 JSON 对象。');
}

export function badRequest(en: string, zh: string): ControlProblem {
  return new ControlProblem(400, 'BAD_REQUEST', en, zh);
}

/** @param en what there is none of, such as `order 1`; `zh` the same: `订单 1` */
export function notFound(en: string, zh: string): ControlProblem {
  return new ControlProblem(404, 'NOT_FOUND', `There is no ${en}.`, `没有${zh}。`);
}

/** 409: it is in a state in which this is not possible. */
export function wrongState(en: string, zh: string): ControlProblem {
  return new ControlProblem(409, 'WRONG_STATE', en, zh);
}

export function oneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  const list = allowed.join(', ');
  throw badRequest(`"${name}" must be one of ${list}.`, `"${name}" 只能是 ${allowed.join('、')}。`);
}

export function flag(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw badRequest(`"${name}" must be true or false.`, `"${name}" 只能是 true 或 false。`);
}

export function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw badRequest(`"${name}" must be a text.`, `"${name}" 须为字符串。`);
}

/** Reads what is given; what is absent stays so. */
export function optional<T>(value: unknown, name: string, read: (value: unknown, name: string) => T) {
  return value === undefined ? undefined : read(value, name);
}

/** A whole number in `min` to `max`, or `fallback` when absent. */
export function integer(value: unknown, name: string, min: number, max: number, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  const range = [min, max] as const;
  throw badRequest(
    `"${name}" must be a whole number from ${range.join(' to ')}.`,
    `"${name}" 须为 ${range.join(' 到 ')} 的整数。`,
  );
}
