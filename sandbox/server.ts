/**
 * Serves a `fetch` handler on 127.0.0.1, or on the given address. It keeps what a `Request` would lose: the request
 * target exactly as it was sent (it is part of what the caller signed), and a way to break the connection instead of
 * answering.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

export interface ServeOptions {
  /** 0 = any free port. */
  readonly port: number;
  /** The address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Answers https instead of http. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface RunningServer {
  readonly port: number;
  /** e.g. `http://127.0.0.1:8700`, without trailing slash. */
  readonly url: string;
  /** Stops listening, gives requests in flight a moment, then drops what is left. */
  close(): Promise<void>;
}

type FetchHandler = (request: Request) => Promise<Response>;

/** Bodies beyond this are refused with 413; WeChat Pay's largest upload is 7.5 MB. */
const maxBodyBytes = 16 * 1024 * 1024;
/** A whole state to be restored; the longest text that can be parsed. */
const maxStateBytes = 512 * 1024 * 1024 - 1024;
const closeGraceMs = 1_000;
/** Sent as `Keep-Alive: timeout=8`, which is what WeChat Pay's hosts send (doc/v3/merchant/4013053249). */
const keepAliveMs = 8_000;
const resetHeader = 'x-sandbox-reset';
const targets = new WeakMap<Request, string>();
const answers = new WeakMap<Request, ServerResponse>();
const streams = new WeakSet<Response>();

/** Path and query exactly as sent; for a request that did not come through {@link serve}, as its URL has them. */
export function rawTargetOf(request: Request): string {
  const known = targets.get(request);
  if (known !== undefined) return known;
  const url = new URL(request.url);
  return url.pathname + url.search;
}

/**
 * Calls `listener` once when the client is gone. Not by `request.signal`: a signal for each request, which
 * only streams need, costs more than all the rest of the server.
 */
export function onceGone(request: Request, listener: () => void): void {
  const outgoing = answers.get(request);
  if (outgoing) outgoing.once('close', listener);
  else request.signal.addEventListener('abort', listener, { once: true });
}

/** A placeholder for no answer: the server breaks the connection. */
export function connectionReset(): Response {
  return new Response(null, { status: 599, headers: { [resetHeader]: '1' } });
}

/** Marks a response that is sent as it is made, without a Content-Length; any other one is sent whole. */
export function streamed(response: Response): Response {
  streams.add(response);
  return response;
}

export function isConnectionReset(response: Response): boolean {
  return response.headers.has(resetHeader);
}

/** @throws Error with code EADDRINUSE when the port is taken. */
export async function serve(fetch: FetchHandler, options: ServeOptions): Promise<RunningServer> {
  const listener: RequestListener = (incoming, outgoing) => void answer(fetch, incoming, outgoing, options);
  const server: Server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        const drop = setTimeout(() => server.closeAllConnections(), closeGraceMs);
        server.close(() => {
          clearTimeout(drop);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(
  fetch: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ServeOptions,
): Promise<void> {
  try {
    const body = await readBody(incoming);
    if (body === undefined) {
      outgoing.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const request = toRequest(incoming, body, options.tls ? 'https' : 'http');
    answers.set(request, outgoing);
    const response = await fetch(request);
    if (isConnectionReset(response)) {
      incoming.socket.destroy();
      return;
    }
    await send(response, outgoing);
  } catch (error) {
    // A disconnected client is not an error; anything else is a bug in the sandbox and must be visible.
    if (outgoing.destroyed) return;
    process.stderr.write(`sandbox server: ${error instanceof Error ? error.stack : String(error)}\n`);
    if (outgoing.headersSent) incoming.socket.destroy();
    else outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('The sandbox failed; see its log.\n');
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const most = incoming.url === '/_sandbox/restore' ? maxStateBytes : maxBodyBytes;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toRequest(incoming: IncomingMessage, body: Buffer, scheme: string): Request {
  const target = incoming.url ?? '/';
  const headers = new Headers();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index]!;
    if (!name.startsWith(':')) headers.append(name, incoming.rawHeaders[index + 1]!);
  }
  const method = incoming.method ?? 'GET';
  const request = new Request(urlOf(target, scheme, headers.get('host')), {
    method,
    headers,
    ...(body.length > 0 && method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
  });
  targets.set(request, target.startsWith('/') ? target : new URL(request.url).pathname);
  return request;
}

/** Absolute form, a malformed Host or `//` in front must not move the request to another address. */
function urlOf(target: string, scheme: string, host: string | null): string {
  const base = `${scheme}://${host && /^[\w.:[\]-]+$/.test(host) ? host : '127.0.0.1'}`;
  const path = target.startsWith('/') ? target : new URL(target, base).pathname;
  return base + path;
}

/** Names whose usual capitals are not simply those of each word. */
const irregularNames: Readonly<Record<string, string>> = {
  etag: 'ETag',
  'request-id': 'Request-ID',
  'www-authenticate': 'WWW-Authenticate',
};

/**
 * `Headers` keeps names in lower case, and some clients (the official Java SDK among them) look names up with
 * the capitals that WeChat Pay sends: `Wechatpay-Nonce`, `Request-ID`.
 */
function capitalised(name: string): string {
  return irregularNames[name] ?? name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[] | number> = {};
  for (const [name, value] of response.headers) headers[capitalised(name)] = value;
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['Set-Cookie'] = cookies;
  // Sending it whole is cheaper.
  if (!streams.has(response)) {
    const whole = Buffer.from(await response.arrayBuffer());
    if (!hasNoBody(response.status)) headers['Content-Length'] = whole.length;
    outgoing.writeHead(response.status, headers).end(whole);
    return;
  }
  outgoing.writeHead(response.status, headers);
  outgoing.flushHeaders();
  // A client that disconnects ends the stream with an error that can be ignored.
  await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing).catch(() => undefined);
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
