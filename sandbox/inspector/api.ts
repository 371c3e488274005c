/** The control API of the sandbox. Everything the page does goes through here, so a test can do the same. */

export interface ControlCall {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
}

/** @throws Error with the sandbox's own message when it refused. */
export async function control<T>(call: ControlCall): Promise<T> {
  const response = await fetch(call.path, {
    method: call.method,
    ...(call.body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call.body),
    }),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : (JSON.parse(text) as unknown);
  if (!response.ok) throw new Error(messageOf(answer) ?? `HTTP ${response.status}`);
  return answer as T;
}

export const get = <T>(path: string): Promise<T> => control<T>({ method: 'GET', path });
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
  control<T>({ method: 'POST', path, body });
export const put = <T>(path: string, body: unknown): Promise<T> => control<T>({ method: 'PUT', path, body });

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { message } = answer as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

/** The same call for a terminal. */
export function asCurl(call: ControlCall, origin: string = location.origin): string {
  const parts = [`curl -s${call.method === 'GET' ? '' : ` -X ${call.method}`} '${origin}${call.path}'`];
  if (call.body !== undefined) {
    parts.push(
      `-H 'content-type: application/json'`,
      `-d '${JSON.stringify(call.body).replaceAll("'", `'\\''`)}'`,
    );
  }
  return parts.join(' \\\n  ');
}

/** The same call as a test to paste into a suite. */
export function asTest(call: ControlCall, title: string): string {
  const init =
    call.method === 'GET'
      ? ''
      : `, {\n    method: '${call.method}',\n    headers: { 'content-type': 'application/json' },\n    body: JSON.stringify(${JSON.stringify(call.body ?? {})}),\n  }`;
  return [
    `import { expect, it } from 'vitest';`,
    ``,
    `const sandbox = process.env.SANDBOX_URL ?? '${location.origin}';`,
    ``,
    `it(${JSON.stringify(title)}, async () => {`,
    `  const response = await fetch(\`\${sandbox}${call.path}\`${init});`,
    `  expect(response.ok).toBe(true);`,
    `});`,
    ``,
  ].join('\n');
}
