import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Poster } from './post.ts';

const poster = new Poster();
let close = () => {};
afterEach(() => {
  poster.close();
  close();
});

const answered = 'HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n';

/** Answers the first request of each connection once so many have come, and resets a connection at its second. */
async function receiver(together: number): Promise<{ url: string; requests: () => number }> {
  const waiting: Socket[] = [];
  let requests = 0;
  let isFirstRound = true;
  const server = createServer((socket) => {
    let isUsed = false;
    socket.on('error', () => {});
    socket.on('data', () => {
      requests++;
      if (isUsed) return void socket.resetAndDestroy();
      isUsed = true;
      if (!isFirstRound) return void socket.write(answered);
      waiting.push(socket);
      if (waiting.length < together) return;
      isFirstRound = false;
      for (const each of waiting) each.write(answered);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/notify`, requests: () => requests };
}

test('a callback arrives although every connection that was kept has died', async () => {
  const { url, requests } = await receiver(3);
  const post = () => poster.post(url, {}, '{}', 5_000);
  const first = await Promise.all([post(), post(), post()]);
  expect(first.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(await post()).toMatchObject({ status: 204 });
  expect(requests()).toBeLessThanOrEqual(3 + 2);
});

test('a callback that nobody takes has an error that says why', async () => {
  const { url } = await receiver(1);
  close();
  const { error, status } = await poster.post(url.replace(/:\d+/, ':1'), {}, '{}', 5_000);
  expect([status, error]).toEqual([undefined, expect.stringContaining('ECONNREFUSED')]);
});
