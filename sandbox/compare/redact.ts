/**
 * Removes everything from a capture that could be a key, an identity or a person's data. Whatever is not known to be
 * harmless is replaced: a text stays only where it is a documented value or a constant in a field of constants.
 */
import { decodePart } from '../decode-part.ts';
import type { Shape } from '../wechatpay/documented/facts.ts';
import { apiOf, fieldShape, innerShape, isDocumentedValue, isSensitive, isWordOfPaths } from './apis.ts';
import type { Capture, CapturedExchange, CapturedMessage } from './capture.ts';
import type { Json } from './json.ts';
import { Placeholders, placeholderOf } from './placeholders.ts';
import { CaptureProblem } from './problem.ts';

/** Names of headers that may stay, without their values. */
const headerNames: ReadonlySet<string> = new Set([
  'accept',
  'request-id',
  'wechatpay-nonce',
  'wechatpay-serial',
  'wechatpay-signature',
  'wechatpay-signature-type',
  'wechatpay-timestamp',
]);

/** A redacted one comes out as it is. @throws CaptureProblem when something suspicious is left; nothing is returned then */
export function redact(capture: Capture): Capture {
  const placeholders = new Placeholders();
  const { format, account, source } = capture;
  const redacted: Capture = {
    format,
    ...sourceOf(source),
    ...(account !== undefined && { account }),
    exchanges: capture.exchanges.map((exchange) => exchangeOf(exchange, placeholders)),
  };
  for (const [index, { request, response }] of redacted.exchanges.entries()) {
    refuseSuspicious(request.body ?? null, `/exchanges/${index}/request/body`);
    refuseSuspicious(response.body ?? null, `/exchanges/${index}/response/body`);
  }
  return redacted;
}

const pages = String.raw`pay\.weixin\.qq\.com/(doc/v3/[a-z]+/\d+|docs/[a-z-]+(/[a-z-]+)*|wiki/doc/[a-z0-9_/]+)`;
const forum = String.raw`developers\.weixin\.qq\.com/community/[a-z]+/doc/[0-9a-f]+`;
const how = String.raw` \((not compared with the page|as quoted by github\.com/[\w.-]+/[\w.-]+)\)`;

/** A page of the documentation, and who quotes it, when it is not copied from the page itself; or a thread of the developers' forum. */
const publicSource = new RegExp(`^https://(${pages}(${how})?|${forum})$`);

/** Only a page of WeChat's: anything else may name a merchant. */
function sourceOf(source: string | undefined): { readonly source?: string } {
  return source !== undefined && publicSource.test(source) ? { source } : {};
}

function exchangeOf(
  { request, response, source }: CapturedExchange,
  placeholders: Placeholders,
): CapturedExchange {
  const { method, target } = request;
  const facts = apiOf(method, target)?.route.facts;
  const answer = response.status < 300 ? facts?.answer : undefined;
  return {
    ...sourceOf(source),
    request: {
      method,
      target: targetOf(method, target, placeholders),
      ...messageOf(request, facts?.body, placeholders),
    },
    response: { status: response.status, ...messageOf(response, answer, placeholders) },
  };
}

function targetOf(method: string, target: string, placeholders: Placeholders): string {
  const [path = '', ...queries] = target.split('?');
  const api = apiOf(method, target);
  const pattern = api?.route.path.split('/') ?? [];
  const steps = path.split('/').map((step, index) => {
    const name = /^\{(\w+)\}$/.exec(pattern[index] ?? '')?.[1];
    // Without a documented path, only words of documented ones stay.
    const stays = api ? name === undefined : isWordOfPaths(step);
    return stays ? step : textOf(decodePart(step) ?? step, name ?? 'segment', undefined, placeholders);
  });
  const query = [...new URLSearchParams(queries.join('?'))].map(([name, value]) => {
    const shape = fieldShape(api?.route.facts.query, name);
    const shown = shape === undefined ? keyOf(name, placeholders) : name;
    const kept = textOf(value, shown === name ? name : 'value', shape, placeholders);
    return `${shown}=${placeholderOf(kept) ? kept : encodeURIComponent(kept)}`;
  });
  return `${steps.join('/')}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

function messageOf(
  { headers, body }: CapturedMessage,
  shape: Shape | undefined,
  placeholders: Placeholders,
): CapturedMessage {
  return {
    ...(headers !== undefined && { headers: headersOf(headers) }),
    // A text that is no JSON, such as a bill or a page of a proxy, is left out whole.
    ...(typeof body === 'object' && { body: redactedValue(body, '', shape, placeholders) }),
  };
}

function headersOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (name === 'content-type') return [[name, /^[\w.+-]+\/[\w.+-]+/.exec(value)?.[0] ?? '[redacted]']];
    return headerNames.has(name) ? [[name, '[redacted]']] : [];
  });
  return Object.fromEntries(kept);
}

function redactedValue(
  value: Json,
  field: string,
  shape: Shape | undefined,
  placeholders: Placeholders,
): Json {
  if (typeof value === 'string') return textOf(value, field, shape, placeholders);
  if (typeof value === 'number') return numberOf(value, field, placeholders);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((each) =>
      redactedValue(each, field, innerShape(shape, ''), placeholders),
    );
  }
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    const shown = keyOf(key, placeholders);
    const name = shown === key ? key : 'value';
    return [shown, redactedValue(inner, name, innerShape(shape, key), placeholders)];
  });
  return Object.fromEntries(entries);
}

/** A key may be data as well, such as an order number. */
function keyOf(key: string, placeholders: Placeholders): string {
  const plain = key.length <= 64 && /^[a-z]+(_[a-z]+)*_?\d{0,2}$/.test(key) && !/[a-z]{24,}/.test(key);
  return plain || placeholderOf(key) ? key : placeholders.for(key, 'key');
}

/** Fields whose values are constants of the API, also where the documentation does not list them all. */
const ofConstants = /(^|_)(state|status|type|currency|channel)$|^code$/;

function textOf(text: string, field: string, shape: Shape | undefined, placeholders: Placeholders): string {
  if (text === '') return text;
  const placeholder = placeholderOf(text);
  if (placeholder) return text;
  if (isSensitive(shape)) return placeholders.for(text, field, true);
  const constant = ofConstants.test(field) && /^[A-Z]{2,}(_[A-Z]+){0,7}$/.test(text) && text.length <= 48;
  return constant || isDocumentedValue(shape, text) ? text : placeholders.for(text, field);
}

function numberOf(value: number, field: string, placeholders: Placeholders): Json {
  const identifies = /(^|_)(id|no|mchid|phone|mobile|card|number)$/.test(field);
  return identifies || !Number.isFinite(value) || Math.abs(value) >= 100_000_000
    ? placeholders.for(value, field)
    : value;
}

/** The last line of defence: no long number, address, key or Chinese text is in what is kept. */
const suspicious = /\d{7,}|@|-----|[\u2e80-\uffff]|[A-Za-z0-9+/=]{32,}/;

function refuseSuspicious(value: Json, where: string): void {
  if (typeof value === 'string' && !placeholderOf(value) && suspicious.test(value)) {
    throw new CaptureProblem('NOT_REDACTED', where, 'A value is left that may identify somebody.');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) refuseSuspicious(inner, `${where}/${key}`);
}
