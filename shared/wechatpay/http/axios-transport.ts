/** The only file that loads axios; the client loads it with its first request. */
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import axios from 'axios';
import type { HttpRequest, HttpResponse, Transport } from './client-types.ts';
import { TransportError } from './transport-error.ts';

/**
 * Below the keep-alive time of WeChat Pay's servers (8 s), above the pauses within an invocation; the same as for
 * CloudBase (docs/decisions/006). An instance is frozen after its response, and its idle connections may die unnoticed.
 */
const maxIdleMs = 1_500;

/**
 * Keeps connections open between calls, since a TLS handshake costs more than the call, but only recently used ones.
 */
export function createAxiosTransport(nowMs: () => number): Transport {
  const idleSinceMs = new WeakMap<Duplex, number>();
  const agents = { http: new http.Agent(keepAlive), https: new https.Agent(keepAlive) };
  for (const agent of Object.values(agents)) noteIdleSockets(agent, idleSinceMs, nowMs);
  const plain = axios.create({
    // Send exactly the signed bytes, and verify exactly the received ones.
    transformRequest: [],
    transformResponse: [],
    responseType: 'arraybuffer',
    decompress: false,
    maxRedirects: 0,
    maxBodyLength: 16 * 1024 * 1024,
    validateStatus: () => true,
    proxy: false,
  });
  return async (request) => {
    const watch = new Watch(request);
    for (const agent of Object.values(agents)) closeStaleSockets(agent, idleSinceMs, nowMs());
    try {
      const { status, headers, data } = await plain.request<Buffer>({
        method: request.method,
        url: request.url,
        headers: { 'Accept-Encoding': 'identity', ...request.headers },
        ...(request.body === undefined ? {} : { data: bytesOf(request.body) }),
        maxContentLength: request.maxResponseBytes,
        httpAgent: request.freshConnection ? new http.Agent() : agents.http,
        httpsAgent: request.freshConnection ? new https.Agent() : agents.https,
        transport: watch,
      });
      return { status, headers: flat(headers), body: data } satisfies HttpResponse;
    } catch (error) {
      throw watch.explain(error);
    } finally {
      watch.stop();
    }
  };
}

const keepAlive = { keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' } as const;

type IdleSince = WeakMap<Duplex, number>;

/** `keepSocketAlive` is documented to be overridden: https://nodejs.org/docs/latest-v20.x/api/http.html */
function noteIdleSockets(agent: http.Agent, idleSinceMs: IdleSince, nowMs: () => number): void {
  const keepSocketAlive = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    idleSinceMs.set(socket, nowMs());
    return keepSocketAlive(socket);
  };
}

function closeStaleSockets(agent: http.Agent, idleSinceMs: IdleSince, nowMs: number): void {
  for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
    const idleMs = nowMs - (idleSinceMs.get(socket) ?? 0);
    if (idleMs > maxIdleMs || idleMs < 0) socket.destroy();
  }
}

/** Tracks how far a request got, which decides whether it may be repeated, and aborts it when it takes too long. */
class Watch {
  #connected = false;
  #timedOut: 'connect' | 'response' | undefined;
  #request: http.ClientRequest | undefined;
  #socket: Socket | undefined;
  #bytesReadBefore = 0;
  readonly #limits: HttpRequest;
  readonly #responseTimer: NodeJS.Timeout;
  #connectTimer: NodeJS.Timeout | undefined;

  constructor(limits: HttpRequest) {
    this.#limits = limits;
    this.#responseTimer = setTimeout(() => this.#stopAs('response'), limits.responseTimeoutMs);
  }

  /** What axios calls instead of http.request. */
  request(
    options: https.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const { request } = options.protocol === 'https:' ? https : http;
    this.#request = request(options, onResponse);
    this.#connectTimer = setTimeout(() => this.#stopAs('connect'), this.#limits.connectTimeoutMs);
    this.#request.once('socket', (socket) => this.#watchSocket(socket));
    return this.#request;
  }

  #watchSocket(socket: Socket): void {
    const connected = () => {
      clearTimeout(this.#connectTimer);
      this.#connected = true;
    };
    this.#socket = socket;
    this.#bytesReadBefore = socket.bytesRead;
    if (!socket.connecting && this.#request?.reusedSocket) connected();
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected);
  }

  #stopAs(what: 'connect' | 'response'): void {
    this.#timedOut ??= what;
    this.#request?.destroy(new Error(`timeout: ${what}`));
  }

  stop(): void {
    clearTimeout(this.#responseTimer);
    clearTimeout(this.#connectTimer);
  }

  explain(cause: unknown): TransportError {
    const code = axios.isAxiosError(cause) ? (cause.code ?? '') : '';
    const text = cause instanceof Error ? cause.message : String(cause);
    const { responseTimeoutMs, connectTimeoutMs, maxResponseBytes } = this.#limits;
    if (this.#timedOut === 'connect') {
      return new TransportError('connect', `no connection within ${connectTimeoutMs} ms`);
    }
    if (!this.#connected) {
      return new TransportError('connect', `no connection (${code || text})`, reason(cause));
    }
    if (this.#timedOut === 'response') {
      return new TransportError('timeout', `no complete response within ${responseTimeoutMs} ms`);
    }
    if (text.includes('maxContentLength')) {
      return new TransportError('too-large', `the response is longer than ${maxResponseBytes} bytes`);
    }
    const silent = (this.#socket?.bytesRead ?? 0) === this.#bytesReadBefore;
    if (silent && this.#request?.reusedSocket && /ECONNRESET|EPIPE|ECONNABORTED/.test(code)) {
      return new TransportError(
        'dead-socket',
        `the kept-alive connection was closed (${code})`,
        reason(cause),
      );
    }
    return new TransportError('lost', `the connection broke (${code || text})`, reason(cause));
  }
}

/**
 * An AxiosError carries the whole request, Authorization and body too, which would end up in every log that prints
 * causes.
 */
function reason(error: unknown): Error | undefined {
  if (!axios.isAxiosError(error)) return error instanceof Error ? error : undefined;
  return Object.assign(new Error(error.message), { code: error.code });
}

function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === 'string'
    ? Buffer.from(body, 'utf8')
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function flat(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
