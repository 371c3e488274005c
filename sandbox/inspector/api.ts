/** The control API of the sandbox. Everything the page does goes through here, so a test can do the same. */

export interface ControlCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Nobody answered: the sandbox was stopped. */
export class SandboxUnreachable extends Error {}

/** @throws Error with the sandbox's own message when it refused. @throws SandboxUnreachable */
async function control<T>(call: ControlCall): Promise<T> {
  const response = await request(call);
  const text = await response.text();
  const answer = text === '' ? undefined : (JSON.parse(text) as unknown);
  if (!response.ok) throw new Error(messageOf(answer) ?? `HTTP ${response.status}`);
  return answer as T;
}

async function request(call: ControlCall): Promise<Response> {
  try {
    return await fetch(call.path, {
      method: call.method,
      headers: headersOf(call),
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    });
  } catch (cause) {
    throw new SandboxUnreachable('The sandbox does not answer.', { cause });
  }
}

export const get = <T>(path: string): Promise<T> => control<T>({ method: 'GET', path });
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
  control<T>({ method: 'POST', path, body });
export const remove = (path: string): Promise<unknown> => control({ method: 'DELETE', path });
export const put = <T>(path: string, body: unknown): Promise<T> => control<T>({ method: 'PUT', path, body });

function headersOf({ body, headers }: ControlCall): Record<string, string> {
  return { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
}

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { message } = answer as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

/** The same call for a terminal. */
export function asCurl(call: ControlCall, origin: string = location.origin): string {
  const text = typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const parts = [
    `curl -s${call.method === 'GET' ? '' : ` -X ${call.method}`} ${quoted(origin + call.path)}`,
    ...Object.entries(headersOf(call)).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(call.body === undefined ? [] : [`--data-raw ${quoted(text)}`]),
  ];
  return parts.join(' \\\n  ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A call and what a test expects of its answer, as a matcher for the parsed JSON. */
export interface TestRecipe {
  title: string;
  call: ControlCall;
  expected?: unknown;
}

/** The same call as a vitest test to paste into a suite. */
export function asTest({ title, call, expected }: TestRecipe, origin: string = location.origin): string {
  const headers = headersOf(call);
  const init = [
    ...(call.method === 'GET' ? [] : [`method: '${call.method}'`]),
    ...(Object.keys(headers).length > 0 ? [`headers: ${JSON.stringify(headers)}`] : []),
    ...(call.body === undefined ? [] : [`body: JSON.stringify(${JSON.stringify(call.body, null, 2)})`]),
  ];
  const lines = [
    `const response = await fetch(sandbox + ${JSON.stringify(call.path)}${init.length > 0 ? `, {\n${init.join(',\n')},\n}` : ''});`,
    ...(expected === undefined
      ? ['expect(response.status).toBe(200);']
      : [`expect(await response.json()).toMatchObject(${JSON.stringify(expected, null, 2)});`]),
  ];
  return [
    `import { expect, it } from 'vitest';`,
    '',
    `const sandbox = process.env.SANDBOX_URL ?? '${origin}';`,
    '',
    `it(${JSON.stringify(title)}, async () => {`,
    ...lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`),
    `});`,
    '',
  ].join('\n');
}
