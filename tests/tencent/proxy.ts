/**
 * An HTTP proxy on loopback that answers for every host itself: what asks for https://tcb.tencentcloudapi.com by way of
 * it reaches the fake and nothing else. So unmodified tools run against a fake, and nothing leaves the machine.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerIdentity } from './tls.ts';

export interface ProxyRequest {
  readonly host: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface ProxyAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export interface LoopbackProxy {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The same requests by TLS directly, for names that resolve to loopback: `https://localhost:PORT`. */
  readonly tlsUrl: string;
  close(): Promise<void>;
}

export async function startProxy(
  identity: ServerIdentity,
  handle: (request: ProxyRequest) => Promise<ProxyAnswer>,
): Promise<LoopbackProxy> {
  const listener: RequestListener = (incoming, outgoing) => void answer(handle, incoming, outgoing);
  const tls = createTlsServer({ key: identity.key, cert: identity.cert }, listener);
  const plain = createServer(listener);
  plain.on('connect', (_request, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    tls.emit('connection', socket);
  });
  const ports = await Promise.all([plain, tls].map(listen));
  return {
    url: `http://127.0.0.1:${ports[0]}`,
    tlsUrl: `https://localhost:${ports[1]}`,
    close: async () => {
      for (const server of [plain, tls]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function answer(
  handle: (request: ProxyRequest) => Promise<ProxyAnswer>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    const {
      status = 200,
      headers = {},
      body = '',
    } = await handle({
      host: (incoming.headers.host ?? '').replace(/:\d+$/, ''),
      method: incoming.method ?? 'GET',
      target: (incoming.url ?? '/').replace(/^https?:\/\/[^/]+/, ''),
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    });
    outgoing.writeHead(status, headers).end(body);
  } catch (error) {
    outgoing.writeHead(500).end(error instanceof Error ? error.stack : String(error));
  }
}
