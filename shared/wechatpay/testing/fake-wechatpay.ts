/** A real HTTP server on loopback that signs like WeChat Pay and misbehaves on request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { signatureHeaders } from './material.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The same for requests over one connection. */
  readonly port: number;
}

export type Reaction = (received: Received, response: ServerResponse, socket: Socket) => void;

export interface FakeServer {
  readonly base: string;
  readonly received: Received[];
  /** What happens to the next requests, one each; the last one repeats. */
  react(...reactions: Reaction[]): void;
  close(): Promise<void>;
}

export async function fakeServer(): Promise<FakeServer> {
  const received: Received[] = [];
  let reactions: Reaction[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry = {
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('latin1'),
      port: request.socket.remotePort!,
    };
    received.push(entry);
    const reaction = reactions.length > 1 ? reactions.shift() : reactions[0];
    reaction?.(entry, response, request.socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    react: (...next) => {
      reactions = next;
    },
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export interface Signing {
  readonly privatePem: string;
  readonly serial: string;
  readonly nowMs: () => number;
}

/** An answer signed like the real one. `change` spoils its headers. */
export function answer(
  signing: Signing,
  status: number,
  body: unknown,
  change: Record<string, string | undefined> = {},
): Reaction {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Request-Id': '08F78BB5AF0610D302-0',
    ...signatureHeaders(text, { ...signing, nowMs: signing.nowMs() }),
    ...change,
  };
  return (_, response) => {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.writeHead(status).end(text);
  };
}

/** An answer without any signature, as from a gateway. */
export function unsigned(status: number, body: string, headers: Record<string, string> = {}): Reaction {
  return (_, response) => void response.writeHead(status, headers).end(body);
}

export const hangUp: Reaction = (_, __, socket) => socket.destroy();
export const silence: Reaction = () => undefined;
