import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, hangUp, type Reaction, unsigned } from '../testing/fake-wechatpay.ts';
import { createAxiosTransport } from './axios-transport.ts';
import type { HttpRequest } from './client-types.ts';
import type { TransportError } from './transport-error.ts';

const server = await fakeServer();
afterAll(() => server.close());
afterEach(() => void vi.useRealTimers());

const request = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  ...{ method: 'GET', url: `${server.base}/v3/x`, headers: {} },
  ...{ connectTimeoutMs: 3_000, responseTimeoutMs: 3_000, maxResponseBytes: 1_000 },
  ...changes,
});
const transport = () => createAxiosTransport(() => 0);
const failed = async (sending: Promise<unknown>) =>
  (await sending.catch((error: unknown) => error)) as TransportError;

/** A port that takes connections and never says a word, as a TLS server that hangs. */
async function mute(): Promise<{ base: string; connected: Promise<void>; server: Server }> {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
  return { base: `https://127.0.0.1:${port}`, connected, server: silent };
}

it('gives the bytes as they were received, since they are what is signed', async () => {
  server.react(unsigned(200, 'not compressed', { 'Content-Encoding': 'gzip' }));
  const { status, body } = await transport()(request());
  expect([status, Buffer.from(body).toString()]).toEqual([200, 'not compressed']);
});

it('leaves no timer behind, which would keep the process alive', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  server.react(unsigned(200, '{}'));
  await transport()(request());
  expect(vi.getTimerCount()).toBe(0);
});

describe('a connection', () => {
  it.each([
    ['that is not made in time', { connectTimeoutMs: 50 }, 'no connection within 50 ms'],
    [
      'that is not made before the answer is due',
      { responseTimeoutMs: 50 },
      'no connection (timeout: response)',
    ],
  ])('%s is told from a lost answer: nothing was sent', async (_, limits, message) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const host = await mute();
    const sending = failed(transport()(request({ url: `${host.base}/v3/x`, ...limits })));
    await host.connected;
    vi.advanceTimersByTime(50);
    expect(await sending).toMatchObject({ failure: 'connect', message });
    host.server.close();
  });

  it('that could not even be tried because of a mistake says which', async () => {
    const error = await failed(transport()(request({ url: 'http://[' })));
    expect(error).toMatchObject({ failure: 'connect', message: 'no connection (Invalid URL)' });
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('that is refused says why, without the request', async () => {
    const host = await mute();
    await new Promise((resolve) => host.server.close(resolve));
    const headers = { Authorization: 'WECHATPAY2-SHA256-RSA2048 …' };
    const error = await failed(transport()(request({ url: `${host.base}/v3/x`, headers })));
    expect(error).toMatchObject({ failure: 'connect', message: 'no connection (ECONNREFUSED)' });
    expect(error.cause).toMatchObject({
      code: 'ECONNREFUSED',
      message: expect.stringContaining('127.0.0.1'),
    });
    expect(Object.keys(error.cause as object)).toEqual(['code']);
  });

  const partOf: Reaction = (_, __, socket) => socket.write('HTTP/1.1 20', () => socket.destroySoon());
  const cutOff: Reaction = (_, response, socket) =>
    void response.writeHead(200, { 'Content-Length': '9' }).write('x', () => socket.destroySoon());
  it.each([
    [
      'before a word of the answer, was dead already',
      hangUp,
      'dead-socket',
      'the kept-alive connection was closed (ECONNRESET)',
    ],
    [
      'within the first line of the answer, is lost',
      partOf,
      'lost',
      expect.stringMatching(/^the connection broke \((ECONNRESET|HPE_\w+)\)$/),
    ],
    ['within the answer, is lost', cutOff, 'lost', expect.stringMatching(/^the connection broke \(\w+\)$/)],
  ])('that was used before and breaks %s', async (_, how, failure, message) => {
    server.received.length = 0;
    server.react(unsigned(200, '{}'), how);
    const send = transport();
    await send(request());
    const error = await failed(send(request()));
    expect(new Set(server.received.map(({ port }) => port)).size).toBe(1);
    expect(error).toMatchObject({ failure, message });
  });

  it('that is new and breaks before a word of the answer is lost: the request may have arrived', async () => {
    server.react(hangUp);
    expect(await failed(transport()(request()))).toMatchObject({ failure: 'lost' });
  });
});
