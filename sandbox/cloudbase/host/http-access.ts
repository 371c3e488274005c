/**
 * HTTP access: a request becomes the function's event, its return value becomes the answer
 * (docs.cloudbase.net/service/access-cloud-function; limits: docs.cloudbase.net/error-code/service/EXCEED_MAX_PAYLOAD_SIZE).
 */
import { isPlainObject } from '../database/values.ts';
import type { InvocationOutcome } from '../types.ts';

const maxTextBodyBytes = 100 * 1024;
const maxBinaryBodyBytes = 6 * 1024 * 1024;

export interface HttpEvent {
  path: string;
  httpMethod: string;
  headers: Record<string, string>;
  queryStringParameters: Record<string, string>;
  requestContext: { requestId: string; envId: string; appId: number; uin: number };
  body: string;
  isBase64Encoded: boolean;
}

/** @returns the event, or the answer that refuses a body above the platform's limit. */
export async function httpEvent(
  request: Request,
  envId: string,
  requestId: string,
): Promise<HttpEvent | Response> {
  const url = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const bytes = Buffer.from(await request.arrayBuffer());
  const text = isText(headers['content-type'] ?? '');
  const maxBytes = text ? maxTextBodyBytes : maxBinaryBodyBytes;
  if (bytes.length > maxBytes) {
    const message = `The body has ${bytes.length} bytes; HTTP access takes ${maxBytes} of ${text ? 'text' : 'other content'}.`;
    return Response.json({ code: 'EXCEED_MAX_PAYLOAD_SIZE', message, requestId }, { status: 413 });
  }
  const base64 = !text && bytes.length > 0;
  return {
    path: url.pathname,
    httpMethod: request.method,
    headers: { host: url.host, ...headers },
    queryStringParameters: Object.fromEntries(url.searchParams),
    requestContext: { requestId, envId, appId: 1300000000, uin: 100000000000 },
    body: bytes.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  };
}

/** Texts and numbers are plain text, objects JSON, and an object with `statusCode` is the answer itself. */
export function httpAnswer(outcome: InvocationOutcome): Response {
  const requestId = { 'x-cloudbase-request-id': outcome.invocationId };
  if (outcome.error) {
    const timedOut = outcome.error.code === 'FUNCTIONS_TIME_LIMIT_EXCEEDED';
    const code = timedOut ? 'FUNCTION_TIME_LIMIT_EXCEEDED' : 'FUNCTION_INVOCATION_FAILED';
    const body = { code, message: outcome.error.message, requestId: outcome.invocationId };
    return Response.json(body, { status: timedOut ? 504 : 500, headers: requestId });
  }
  const { result } = outcome;
  if (isPlainObject(result) && 'statusCode' in result) return integratedAnswer(result, requestId);
  if (result === null || result === undefined) return new Response('', { headers: requestId });
  if (typeof result === 'object') return Response.json(result, { headers: requestId });
  return new Response(String(result), {
    headers: { ...requestId, 'content-type': 'text/plain; charset=utf-8' },
  });
}

function integratedAnswer(result: Record<string, unknown>, requestId: Record<string, string>): Response {
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    const message = `The function answered statusCode ${String(result.statusCode)}, which is no HTTP status.`;
    return Response.json(
      { code: 'FUNCTION_INVOCATION_FAILED', message },
      { status: 502, headers: requestId },
    );
  }
  const headers = new Headers(requestId);
  for (const [name, value] of Object.entries(isPlainObject(result.headers) ? result.headers : {})) {
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, String(each));
  }
  const { body } = result;
  const content =
    typeof body === 'string' && result.isBase64Encoded === true
      ? Buffer.from(body, 'base64')
      : typeof body === 'string' || body === undefined || body === null
        ? (body ?? '')
        : JSON.stringify(body);
  const bodyless = status === 204 || status === 205 || status === 304;
  return new Response(bodyless ? null : content, { status, headers });
}

function isText(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    type === '' ||
    type.startsWith('text/') ||
    /^application\/(json|javascript|xml|x-www-form-urlencoded)$/.test(type) ||
    /\+(json|xml)$/.test(type)
  );
}
