/** The control API of the sandbox. Everything the page does goes through here, so a test can do the same. */
import { inBoth, type Text } from '../text.ts';
import type { Exchange } from './model/events.ts';

export interface ControlCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** There was no answer: the sandbox was stopped. */
export class SandboxUnreachable extends Error {}

/** The sandbox refused a call. */
export class SandboxRefusal extends Error {
  readonly text: Text;

  constructor({ en, zh }: Text) {
    super(inBoth(en, zh));
    this.text = { en, zh };
  }
}

/** @throws SandboxRefusal with the sandbox's own message. @throws SandboxUnreachable */
async function control<T>(call: ControlCall): Promise<T> {
  const response = await request(call);
  const text = await response.text();
  const answer = text === '' ? undefined : (JSON.parse(text) as unknown);
  if (!response.ok) throw refusalOf(answer) ?? new Error(`HTTP ${response.status}`);
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

function refusalOf(answer: unknown): Error | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { en, zh, message } = answer as { en?: unknown; zh?: unknown; message?: unknown };
  if (typeof en === 'string' && typeof zh === 'string') return new SandboxRefusal({ en, zh });
  return typeof message === 'string' ? new Error(message) : undefined;
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

/**
 * A request to WeChat Pay for a terminal. Its signature could be used once only, so the sandbox is asked to sign it anew;
 * everything else is as it was sent.
 */
export function asSignedCurl(exchange: Exchange, origin: string = location.origin): string {
  const { method, target, body, headers } = exchange.request;
  const query = new URLSearchParams({ mchid: exchange.mchid ?? '', method, target });
  const kept = ['accept', 'content-type', 'user-agent', 'wechatpay-serial'];
  const sent = kept.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [`  -H ${quoted(`${name}: ${value}`)}`];
  });
  const data = body === '' ? '' : ' --data-raw "$body"';
  return [
    ...(body === '' ? [] : [`body=${quoted(body)}`]),
    `authorization=$(curl -sS -X POST ${quoted(`${origin}/_sandbox/sign?${query}`)}${data})`,
    [
      `curl -sS -X ${method} ${quoted(origin + target)}`,
      '  -H "authorization: $authorization"',
      ...sent,
      ...(body === '' ? [] : ['  --data-raw "$body"']),
    ].join(' \\\n'),
  ].join('\n');
}
