/** From a route and its parameters to the request that is sent, by the facts of the table. */
import type { KeyObject } from 'node:crypto';
import { decryptOaep, encryptOaep } from '../crypto/ciphers.ts';
import type { PlatformKeys } from '../crypto/platform-keys.ts';
import { WechatpayError } from '../errors.ts';
import type { CallOptions, WechatpayRequest } from '../http/client-types.ts';
import { mediaUpload } from '../http/multipart.ts';
import { buildPath } from '../http/path.ts';
import { changeAt, hasAny } from './sensitive.ts';
import type { MediaFile, RouteFacts } from './types.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** A file travels longer than a question. */
const uploadLimits = { responseTimeoutMs: 20_000, totalTimeoutMs: 40_000 };
/** A bill of a day: far more than any JSON response. */
const maxFileBytes = 64 * 1024 * 1024;

/**
 * Puts each parameter where it belongs (path, query or body) and encrypts what has to be encrypted.
 * @throws WechatpayError REQUEST_INVALID, PLAINTEXT_TOO_LONG, PLATFORM_KEY_MISSING
 */
export async function routeRequest(
  route: string,
  parameters: Parameters,
  facts: RouteFacts | undefined,
  platformKeys: PlatformKeys,
  options: CallOptions = {},
): Promise<WechatpayRequest> {
  if (!facts) {
    throw new WechatpayError(
      'fault',
      'REQUEST_INVALID',
      `The route ${route} is not in this client's table, so it is not known which of its fields must be encrypted. Give createClient the table that has it (routes: allRoutes).`,
    );
  }
  const [method, template] = route.split(' ') as [WechatpayRequest['method'], string];
  const encrypted = await encrypt(parameters, facts, platformKeys);
  const { path, query, body } = place(method, template, encrypted.parameters, facts);
  const common = {
    method,
    path: buildPath(template, path, query),
    ...(encrypted.serial !== undefined && { encryptedWithSerial: encrypted.serial }),
    ...(facts.repeat && { idempotent: true }),
  };
  if (facts.upload) {
    const { file, ...meta } = body as { file: MediaFile };
    const upload = mediaUpload(file, { part: facts.upload, meta });
    return { ...common, upload, ...uploadLimits, ...options };
  }
  if (facts.bytes) return { ...common, response: 'bytes', maxResponseBytes: maxFileBytes, ...options };
  return { ...common, ...(body && { body }), ...options };
}

async function encrypt(
  parameters: Parameters,
  { encrypt: paths, serial: isRequired }: RouteFacts,
  platformKeys: PlatformKeys,
): Promise<{ parameters: Parameters; serial?: string }> {
  const some = paths !== undefined && hasAny(parameters, paths);
  if (!some && !isRequired) return { parameters };
  const { serial, key } = await platformKeys.encryptionKey();
  if (!some) return { parameters, serial };
  const changed = changeAt(parameters, paths, (text) => encryptOaep(text, key)) as Parameters;
  return { parameters: changed, serial };
}

interface Placed {
  readonly path: Record<string, string | number>;
  readonly query: Record<string, string | number | undefined>;
  readonly body: Record<string, unknown> | undefined;
}

function place(method: string, template: string, parameters: Parameters, facts: RouteFacts): Placed {
  const inPath = new Set([...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!));
  const inQuery = new Set(facts.query?.split(' '));
  const rest = (method === 'GET' || method === 'DELETE') && !facts.body ? 'query' : 'body';
  const placed = { path: {}, query: {}, body: {} } as Record<
    'path' | 'query' | 'body',
    Record<string, unknown>
  >;
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const where = inPath.has(name) ? 'path' : inQuery.has(name) ? 'query' : rest;
    placed[where][name] = where === 'body' ? value : scalar(name, value);
  }
  const { path, query, body } = placed as unknown as Placed;
  // A write without parameters has no body.
  return { path, query, body: Object.keys(body!).length > 0 ? body : undefined };
}

function scalar(name: string, value: unknown): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  throw new WechatpayError(
    'fault',
    'REQUEST_INVALID',
    `The parameter ${name} goes into the URL, so it must be a string or a number.`,
  );
}

/** 256 bytes in base64. What has another form came masked or in clear, whatever the page says. */
const rsaCiphertext = /^[A-Za-z0-9+/]{342}==$/;

/**
 * Decrypts what the table says comes encrypted.
 * @throws WechatpayError DECRYPT_FAILED: of kind `unknown` after a write, which did take effect.
 */
export function decryptResponse(
  response: unknown,
  route: string,
  facts: RouteFacts,
  privateKey: KeyObject,
): unknown {
  if (facts.decrypt === undefined) return response;
  try {
    return changeAt(response, facts.decrypt, (text) =>
      rsaCiphertext.test(text) ? decryptOaep(text, privateKey) : text,
    );
  } catch (error) {
    if (!(error instanceof WechatpayError) || route.startsWith('GET ')) throw error;
    const message = `WeChat Pay carried out ${route}, but its response cannot be read. ${error.message}`;
    throw new WechatpayError('unknown', error.code, message, { cause: error });
  }
}
