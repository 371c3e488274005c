/**
 * Parses the event of HTTP access (HTTP 访问服务) and builds its response. docs.cloudbase.net/service/access-cloud-function
 */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /**
   * As in the event, with a leading slash. Whether the function's own access path is still in front of it is not
   * confirmed against the real cloud, so match the end of the path.
   */
  readonly path: string;
  /** Names in lower case; of a repeated header the values are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The body's bytes as they were sent: signatures are made over these. */
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** `statusCode` is what to answer: 400 or 413. */
export class HttpEventError extends Error {
  override readonly name = 'HttpEventError';
  readonly statusCode: 400 | 413;

  constructor(statusCode: 400 | 413, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** The platform limits text bodies over HTTP access to 100 KB; a callback of WeChat Pay has about 2 KB. */
const defaultBodyLimitBytes = 100 * 1024;

/** Whether an event has the shape of an HTTP request. Anyone can write such an event: it proves nothing. */
export function isHttpEvent(event: unknown): event is Record<string, unknown> {
  return (
    typeof event === 'object' &&
    event !== null &&
    'httpMethod' in event &&
    typeof event.httpMethod === 'string' &&
    'headers' in event &&
    typeof event.headers === 'object' &&
    event.headers !== null
  );
}

/** @throws HttpEventError 400 when the event is not an HTTP request, 413 when its body exceeds `bodyLimitBytes`. */
export function readHttpEvent(event: unknown, bodyLimitBytes = defaultBodyLimitBytes): HttpRequest {
  if (!isHttpEvent(event)) throw new HttpEventError(400, 'The event is not an HTTP request.');
  return {
    method: String(event.httpMethod).toUpperCase(),
    path: leadingSlash(typeof event.path === 'string' ? event.path : ''),
    headers: lowerCaseNames(event.headers),
    query: textValues(event.queryStringParameters),
    body: readBody(event, bodyLimitBytes),
  };
}

/** An answer with a JSON body; without one (204, or an empty 200) leave `value` out. */
export function jsonAnswer(
  statusCode: number,
  value?: unknown,
  more: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const headers: Record<string, string> = { 'cache-control': 'no-store', ...more };
  if (value !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  const body = value === undefined ? '' : JSON.stringify(value);
  return { statusCode, headers, body, isBase64Encoded: false };
}

function readBody(event: Record<string, unknown>, limitBytes: number): Buffer {
  const raw = event.body;
  const tooLarge = () => new HttpEventError(413, `The body exceeds ${limitBytes} bytes.`);
  if (raw === undefined || raw === null) return Buffer.alloc(0);
  // HTTP access hands over a string. An object means that something on the way parsed the body, and with it went
  // the bytes that were signed: writing it out again would never verify, so say so at once.
  if (typeof raw !== 'string') throw new HttpEventError(400, 'The body is not text: its bytes are lost.');
  if (event.isBase64Encoded === true) {
    if (raw.length > Math.ceil(limitBytes / 3) * 4) throw tooLarge();
    const bytes = Buffer.from(raw, 'base64');
    if (bytes.length > limitBytes) throw tooLarge();
    return bytes;
  }
  if (Buffer.byteLength(raw) > limitBytes) throw tooLarge();
  return Buffer.from(raw);
}

function lowerCaseNames(headers: unknown): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers ?? {})) {
    const values = (Array.isArray(value) ? value : [value]).filter(isScalar);
    if (values.length === 0) continue;
    const key = name.toLowerCase();
    // The same name in two cases with two values is one repeated header: never let one of them win silently.
    result[key] = [...(key in result ? [result[key]] : []), ...values.map(String)].join(', ');
  }
  return result;
}

function textValues(value: unknown): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  if (typeof value !== 'object' || value === null) return result;
  for (const [name, each] of Object.entries(value)) {
    const last: unknown = Array.isArray(each) ? each.at(-1) : each;
    if (isScalar(last)) result[name] = String(last);
  }
  return result;
}

/** Header and query values must not be objects; converting one to a string may throw. */
function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function leadingSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
