/** In what an answer of the sandbox differs from the captured one. */
import { apiOf } from './apis.ts';
import type { CapturedExchange } from './capture.ts';
import { isObject, type Json } from './json.ts';
import { placeholderOf } from './placeholders.ts';
import type { Replayed, ReplayedAnswer } from './replay.ts';

export interface Difference {
  readonly kind: 'status' | 'code' | 'field' | 'type' | 'value' | 'header';
  /** A JSON pointer with `*` for each entry of a list; the name of a header; empty for the status. */
  readonly where: string;
  /** Undefined: the captured answer has none. */
  readonly captured?: string | number | undefined;
  /** Undefined: the answer of the sandbox has none. */
  readonly sandbox?: string | number | undefined;
}

export interface Comparison {
  /** As documented: `GET /v3/pay/transactions/id/{transaction_id}`. */
  readonly api: string;
  /** Which of the capture's exchanges, from 0. */
  readonly exchange: number;
  /** How the sandbox answers it: `behaviour`, `shape`, or undefined for an API that it does not know. */
  readonly fidelity?: string | undefined;
  readonly differences: readonly Difference[];
}

/**
 * Whether headers were recorded, and none of a signature is among them: an answer of WeChat Pay has them, so they were lost
 * on the way into the capture, as a proxy or a tool does that keeps those it knows.
 */
export function hasLostSignatures(exchanges: readonly CapturedExchange[]): boolean {
  const recorded = exchanges.flatMap(({ response: { headers } }) => (headers ? [headers] : []));
  return (
    recorded.length > 0 && recorded.every((headers) => signatureHeaders.every((name) => !(name in headers)))
  );
}

/** Where the capture has lost the headers of signatures, they are not compared. */
export function compare(replayed: readonly Replayed[]): Comparison[] {
  const names = hasLostSignatures(replayed.map(({ captured }) => captured))
    ? otherHeaders
    : [...otherHeaders, ...signatureHeaders];
  return replayed.map(({ captured, answer }, exchange) => {
    const { method, target } = captured.request;
    const known = apiOf(method, target);
    return {
      api: `${method} ${known?.route.path ?? target.split('?')[0]}`,
      exchange,
      fidelity: answer.fidelity,
      differences: differencesOf(captured.response, answer, names),
    };
  });
}

function differencesOf(
  captured: CapturedExchange['response'],
  sandbox: ReplayedAnswer,
  names: readonly string[],
): Difference[] {
  const headers = captured.headers ? headerDifferences(captured.headers, sandbox.headers, names) : [];
  if (captured.status !== sandbox.status) {
    const status: Difference = {
      kind: 'status',
      where: '',
      captured: captured.status,
      sandbox: sandbox.status,
    };
    return [status, ...codeDifference(captured.body, sandbox.body)];
  }
  // The text of an error is for people; its code is compared.
  if (captured.status >= 400) return [...codeDifference(captured.body, sandbox.body), ...headers];
  return [...bodyDifferences(captured.body, sandbox.body), ...headers];
}

function codeDifference(captured: Json | undefined, sandbox: Json | undefined): Difference[] {
  const codeOf = (body: Json | undefined) =>
    isObject(body) && typeof body.code === 'string' ? body.code : undefined;
  const [one, other] = [codeOf(captured), codeOf(sandbox)];
  return one === other ? [] : [{ kind: 'code', where: '/code', captured: one, sandbox: other }];
}

const otherHeaders = ['content-type', 'request-id'];
const signatureHeaders = [
  'wechatpay-nonce',
  'wechatpay-serial',
  'wechatpay-signature',
  'wechatpay-timestamp',
];

function headerDifferences(
  captured: Readonly<Record<string, string>>,
  sandbox: Readonly<Record<string, string>>,
  names: readonly string[],
): Difference[] {
  const shown = (name: string, value: string | undefined) =>
    name === 'content-type' || value === undefined ? value?.split(';')[0] : 'present';
  return names.flatMap((name): Difference[] => {
    const [one, other] = [shown(name, captured[name]), shown(name, sandbox[name])];
    return one === other ? [] : [{ kind: 'header', where: name, captured: one, sandbox: other }];
  });
}

/** By place: one line for a field, however many entries of a list have it. */
function bodyDifferences(captured: Json | undefined, sandbox: Json | undefined): Difference[] {
  const [one, other] = [fieldsOf(captured), fieldsOf(sandbox)];
  const places = [...new Set([...one.keys(), ...other.keys()])];
  return places.flatMap((where): Difference[] => {
    const [left, right] = [one.get(where), other.get(where)];
    const parent = where.slice(0, where.lastIndexOf('/'));
    if (left === undefined || right === undefined) {
      // A missing object is one difference, not one for each of its fields.
      const both = parent === '' || (one.has(parent) && other.has(parent));
      return both ? [{ kind: 'field', where, captured: left?.type, sandbox: right?.type }] : [];
    }
    if (left.type !== right.type) return [{ kind: 'type', where, captured: left.type, sandbox: right.type }];
    if (left.constant === undefined || right.constant === undefined || left.constant === right.constant)
      return [];
    return [{ kind: 'value', where, captured: left.constant, sandbox: right.constant }];
  });
}

interface Field {
  readonly type: string;
  /** A text that is not made up: a constant of the API. */
  readonly constant?: string;
}

function fieldsOf(body: Json | undefined): Map<string, Field> {
  const fields = new Map<string, Field>();
  const visit = (value: Json, where: string): void => {
    const placeholder = placeholderOf(value);
    const type = placeholder?.number
      ? 'number'
      : Array.isArray(value)
        ? 'list'
        : value === null
          ? 'null'
          : typeof value;
    const constant = typeof value === 'string' && !placeholder && value !== '' ? value : undefined;
    if (where !== '' && !fields.has(where))
      fields.set(where, { type, ...(constant !== undefined && { constant }) });
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      visit(inner, `${where}/${Array.isArray(value) ? '*' : key}`);
  };
  if (body !== undefined) visit(body, '');
  return fields;
}
