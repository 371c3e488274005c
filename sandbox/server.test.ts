import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectionReset, onceGone, type RunningServer, rawTargetOf, serve, streamed } from './server.ts';

let server: RunningServer;
afterEach(() => server.close());

/** Sends bytes as they are, and reads until the other side closes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

test('the target reaches the handler exactly as it was sent', async () => {
  server = await serve(async (request) => new Response(rawTargetOf(request)), { port: 0 });
  for (const target of ['/v3/a%7Cb|c?x=%20&y=', '//two/slashes', '/a/../b', '/a%2Fb']) {
    const text = await raw(
      server.port,
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toContain(target);
    expect(text).toContain('200 OK');
  }
});

test('a target cannot move the request to another address', async () => {
  server = await serve(async (request) => new Response(new URL(request.url).hostname), { port: 0 });
  for (const target of ['//evil.example/x', 'http://evil.example/x', '/@evil.example']) {
    const text = await raw(
      server.port,
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/127\.0\.0\.1/);
  }
});

test('a reset breaks the connection without a byte of an answer', async () => {
  server = await serve(async () => connectionReset(), { port: 0 });
  expect(await raw(server.port, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')).toBe('');
  await expect(fetch(server.url)).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET/) },
  });
});

test('body, method, status, headers and stream pass through', async () => {
  const echo = async (request: Request) => {
    const text = `${request.method} ${await request.text()} ${request.headers.get('x-test')}`;
    return new Response(text, { status: 201, headers: { 'x-answer': 'yes' } });
  };
  server = await serve(echo, { port: 0 });
  const response = await fetch(server.url, { method: 'POST', body: '内容', headers: { 'x-test': 'a' } });
  expect([response.status, response.headers.get('x-answer'), await response.text()]).toEqual([
    201,
    'yes',
    'POST 内容 a',
  ]);
});

test('a handler that fails answers 500 and leaves the server running', async () => {
  let fail = true;
  server = await serve(
    async () => {
      if (fail) throw new Error('on purpose, for a test');
      return new Response('fine');
    },
    { port: 0 },
  );
  expect((await fetch(server.url)).status).toBe(500);
  fail = false;
  expect(await (await fetch(server.url)).text()).toBe('fine');
});

test('a taken port is an error', async () => {
  server = await serve(async () => new Response(), { port: 0 });
  await expect(serve(async () => new Response(), { port: server.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('close ends event streams, which would never end by themselves', async () => {
  server = await serve(
    async () => {
      const endless = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
      return streamed(new Response(endless));
    },
    { port: 0 },
  );
  const response = await fetch(server.url);
  const reading = response.text().then(
    () => 'ended',
    () => 'broken',
  );
  await server.close();
  expect(await reading).toBe('broken');
});

test('a handler learns when its reader is gone', async () => {
  let gone = 0;
  server = await serve(
    async (request) => {
      onceGone(request, () => gone++);
      return streamed(new Response(new ReadableStream()));
    },
    { port: 0 },
  );
  const abort = new AbortController();
  await fetch(server.url, { signal: abort.signal });
  expect(gone).toBe(0);
  abort.abort();
  await expect.poll(() => gone).toBe(1);
});
