import { decodePart } from '../../decode-part.ts';
import { type SignedParts, signedMessage } from '../auth/message.ts';

/** A message that may have been signed by mistake, and the mistake it indicates. */
export interface Variant {
  readonly cause: Cause;
  readonly message: string;
  /** The signed bytes, when they are not text. */
  readonly bytes?: Buffer;
}

export type Cause =
  | 'body-reserialised'
  | 'body-left-out'
  | 'body-not-sent'
  | 'whole-multipart-signed'
  | 'missing-trailing-newline'
  | 'query-left-out'
  | 'query-differs'
  | 'url-with-host'
  | 'path-decoded'
  | 'method-differs'
  | 'order-of-lines'
  | 'literal-backslash-n'
  | 'crlf'
  | 'second-timestamp'
  | 'trimmed'
  | 'nonce-case'
  | 'other-appid'
  | 'package-without-prefix'
  | 'timestamp-unit';

/** What is known about the request beyond the signed parts. */
export interface Surroundings {
  readonly hosts: readonly string[];
  /** The raw body of a multipart request, of which only `meta` is signed. */
  readonly multipartBody?: Buffer;
}

/** The candidate messages, most common mistakes first. */
export function* variants(parts: SignedParts, around: Surroundings): Generator<Variant> {
  const expected = signedMessage(parts);
  const [path] = parts.target.split('?') as [string];
  yield { cause: 'missing-trailing-newline', message: expected.slice(0, -1) };
  if (parts.target.includes('?')) {
    yield { cause: 'query-left-out', message: signedMessage({ ...parts, target: path }) };
  }
  for (const body of reserialised(parts.body)) {
    yield { cause: 'body-reserialised', message: signedMessage({ ...parts, body }) };
  }
  if (around.multipartBody) yield wholeMultipart(parts, around.multipartBody);
  yield* otherBodies(parts);
  yield* otherTargets(parts, path, around.hosts);
  yield* otherShapes(parts, expected);
  for (let offset = -5; offset <= 5; offset++) {
    const timestamp = String(Number(parts.timestamp) + offset);
    if (offset !== 0) yield { cause: 'second-timestamp', message: signedMessage({ ...parts, timestamp }) };
  }
}

function wholeMultipart(parts: SignedParts, body: Buffer): Variant {
  const head = signedMessage({ ...parts, body: '' }).slice(0, -1);
  const bytes = Buffer.concat([Buffer.from(head), body, Buffer.from('\n')]);
  return { cause: 'whole-multipart-signed', message: bytes.toString('utf8'), bytes };
}

function* otherBodies(parts: SignedParts): Generator<Variant> {
  if (parts.body !== '') {
    yield { cause: 'body-left-out', message: signedMessage({ ...parts, body: '' }) };
    const { method, target, timestamp, nonce } = parts;
    yield { cause: 'body-left-out', message: `${method}\n${target}\n${timestamp}\n${nonce}\n` };
    const trimmed = parts.body.trim();
    if (trimmed !== parts.body)
      yield { cause: 'trimmed', message: signedMessage({ ...parts, body: trimmed }) };
  } else {
    for (const body of ['{}', 'null', 'undefined', '[]', '""']) {
      yield { cause: 'body-not-sent', message: signedMessage({ ...parts, body }) };
    }
  }
}

function* otherTargets(parts: SignedParts, path: string, hosts: readonly string[]): Generator<Variant> {
  for (const host of hosts) {
    for (const scheme of ['https', 'http']) {
      const target = `${scheme}://${host}${parts.target}`;
      yield { cause: 'url-with-host', message: signedMessage({ ...parts, target }) };
    }
    yield { cause: 'url-with-host', message: signedMessage({ ...parts, target: host + parts.target }) };
  }
  const decoded = decodePart(parts.target) ?? parts.target;
  if (decoded !== parts.target)
    yield { cause: 'path-decoded', message: signedMessage({ ...parts, target: decoded }) };
  const encoded = encodeURI(decoded);
  if (encoded !== parts.target)
    yield { cause: 'path-decoded', message: signedMessage({ ...parts, target: encoded }) };
  const strict = path
    .split('/')
    .map((part) => encodeURIComponent(decodePart(part) ?? part))
    .join('/');
  const target = strict + parts.target.slice(path.length);
  if (target !== parts.target) yield { cause: 'path-decoded', message: signedMessage({ ...parts, target }) };
  for (const other of [`${path}?`, `${path}/`, path.replace(/^\/v3/, '')]) {
    if (other === path) continue;
    const changed = other + parts.target.slice(path.length);
    yield { cause: 'query-differs', message: signedMessage({ ...parts, target: changed }) };
  }
  yield* shuffledQueries(parts, path);
}

function* shuffledQueries(parts: SignedParts, path: string): Generator<Variant> {
  const pairs = parts.target.slice(path.length + 1).split('&');
  if (pairs.length < 2) return;
  for (const changed of [[...pairs].sort(), [...pairs].reverse()]) {
    const target = `${path}?${changed.join('&')}`;
    if (target !== parts.target)
      yield { cause: 'query-differs', message: signedMessage({ ...parts, target }) };
  }
}

function* otherShapes(parts: SignedParts, expected: string): Generator<Variant> {
  for (const method of ['GET', 'POST', 'PUT', 'get', 'post']) {
    if (method !== parts.method)
      yield { cause: 'method-differs', message: signedMessage({ ...parts, method }) };
  }
  yield { cause: 'order-of-lines', message: `${parts.timestamp}\n${parts.nonce}\n${parts.body}\n` };
  const { method, target, timestamp, nonce, body } = parts;
  yield { cause: 'order-of-lines', message: `${method}\n${target}\n${nonce}\n${timestamp}\n${body}\n` };
  yield { cause: 'order-of-lines', message: `${timestamp}\n${nonce}\n${method}\n${target}\n${body}\n` };
  yield { cause: 'literal-backslash-n', message: expected.replaceAll('\n', '\\n') };
  yield { cause: 'crlf', message: expected.replaceAll('\n', '\r\n') };
  yield { cause: 'trimmed', message: `${expected}\n` };
  for (const changed of [nonce.toLowerCase(), nonce.toUpperCase()]) {
    if (changed !== nonce)
      yield { cause: 'nonce-case', message: signedMessage({ ...parts, nonce: changed }) };
  }
}

/** The same JSON as other libraries, or a second serialization by the same one, would write it. */
function* reserialised(body: string): Generator<string> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return;
  }
  const compact = JSON.stringify(value);
  const forms = [
    compact,
    JSON.stringify(value, null, 2),
    JSON.stringify(value, null, 4),
    JSON.stringify(value, null, '\t'),
    spaced(value),
    JSON.stringify(sorted(value)),
    spaced(sorted(value)),
  ];
  const escaped = forms.flatMap((form) => [
    form.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    form.replaceAll('/', '\\/'),
    form.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  ]);
  for (const form of new Set([...forms, ...escaped])) if (form !== body) yield form;
}

/** As Python writes it: a space after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
