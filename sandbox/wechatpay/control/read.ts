import { type ControlContext, ControlProblem } from '../context.ts';

/** The JSON object of a control call. */
export function objectBody(context: ControlContext): Record<string, unknown> {
  const { body } = context;
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw badRequest('The body must be a JSON object.');
}

export function badRequest(message: string): ControlProblem {
  return new ControlProblem(400, 'BAD_REQUEST', message);
}

export function notFound(what: string): ControlProblem {
  return new ControlProblem(404, 'NOT_FOUND', `There is no ${what}.`);
}

/** A whole number in `min` to `max`, or `fallback` when absent. */
export function integer(value: unknown, name: string, min: number, max: number, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw badRequest(`"${name}" must be a whole number from ${min} to ${max}.`);
}
