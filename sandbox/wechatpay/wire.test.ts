import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, serve } from '../server.ts';
import { directOrder, type Sandbox, startSandbox } from './testing/sandbox.ts';

let sandbox: Sandbox;
let server: RunningServer;
beforeAll(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  server = await serve((request) => sandbox.fetch(request), { port: 0 });
});
afterAll(async () => {
  await server.close();
  await sandbox.close();
});

/** Header names exactly as received, with their values. */
interface RawMessage {
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

function parse(text: string): RawMessage {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  return { start, headers, body: text.slice(end + 4) };
}

const names = (message: RawMessage) => message.headers.map(([name]) => name);
const headerOf = (message: RawMessage, name: string) => message.headers.find(([one]) => one === name)?.[1];

/** Sends a request over a socket and gives its answer byte by byte, the connection kept alive. */
async function exchange(method: string, target: string, body: string): Promise<RawMessage> {
  const request = [
    `${method} ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${server.port}`,
    'Accept: application/json',
    'User-Agent: raw',
    `Authorization: ${sandbox.direct.authorize(method, target, body)}`,
    ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ].join('\r\n');
  const socket = connect(server.port, '127.0.0.1');
  const text = await firstMessage(socket, `${request}\r\n\r\n${body}`);
  socket.destroy();
  return parse(text);
}

/** Resolves with a message once as many bytes as Content-Length have arrived. */
function firstMessage(socket: Socket, send = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^content-length: (\d+)/im.exec(received.subarray(0, end).toString())?.[1] ?? 0);
      if (received.length >= end + 4 + length) resolve(received.toString());
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection ended before a whole message')));
    socket.write(send);
  });
}

const signatureNames = [
  'Wechatpay-Nonce',
  'Wechatpay-Serial',
  'Wechatpay-Signature',
  'Wechatpay-Signature-Type',
  'Wechatpay-Timestamp',
];

test('an answer has the capitals of the real one, its length, and no chunks', async () => {
  const answer = await exchange('POST', '/v3/pay/transactions/jsapi', JSON.stringify(directOrder(sandbox)));
  expect(answer.start).toBe('HTTP/1.1 200 OK');
  expect(names(answer).sort()).toEqual(
    [
      'Cache-Control',
      'Connection',
      'Content-Language',
      'Content-Length',
      'Content-Type',
      'Date',
      'Keep-Alive',
      'Request-ID',
      'Sandbox-Fidelity',
      ...signatureNames,
    ].sort(),
  );
  expect(headerOf(answer, 'Content-Length')).toBe(String(Buffer.byteLength(answer.body)));
  expect(headerOf(answer, 'Keep-Alive')).toBe('timeout=8');
  expect(JSON.parse(answer.body)).toHaveProperty('prepay_id');
});

test('a refusal has the same form', async () => {
  const { mchid } = sandbox.direct.account;
  const answer = await exchange('GET', `/v3/pay/transactions/out-trade-no/NOSUCHORDER?mchid=${mchid}`, '');
  expect(answer.start).toBe('HTTP/1.1 404 Not Found');
  expect(names(answer)).toEqual(expect.arrayContaining(['Content-Length', 'Request-ID', ...signatureNames]));
  expect(names(answer)).not.toContain('Transfer-Encoding');
});

test('an answer without a body has no length either', async () => {
  const order = directOrder(sandbox);
  await sandbox.direct.post('/v3/pay/transactions/jsapi', order);
  const { mchid } = sandbox.direct.account;
  const target = `/v3/pay/transactions/out-trade-no/${order.out_trade_no}/close`;
  const answer = await exchange('POST', target, JSON.stringify({ mchid }));
  expect([answer.start, answer.body]).toEqual(['HTTP/1.1 204 No Content', '']);
  expect(names(answer)).toEqual(expect.arrayContaining(['Request-ID', ...signatureNames]));
  expect(names(answer)).not.toContain('Transfer-Encoding');
});

test('a callback has the capitals of the real one', async () => {
  const receiver = createServer();
  const received = new Promise<string>((resolve, reject) => {
    receiver.on('connection', (socket) => firstMessage(socket).then(resolve, reject));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as { port: number };
  const order = directOrder(sandbox, { notify_url: `http://127.0.0.1:${port}/notify` });
  await sandbox.direct.post('/v3/pay/transactions/jsapi', order);
  await sandbox.control('POST', `/orders/${order.out_trade_no}/pay`, {});
  const callback = parse(await received);
  expect(callback.start).toBe('POST /notify HTTP/1.1');
  expect(names(callback).sort()).toEqual(
    [
      'Accept',
      'Connection',
      'Content-Length',
      'Content-Type',
      'Host',
      'Request-ID',
      'User-Agent',
      ...signatureNames,
    ].sort(),
  );
  receiver.closeAllConnections();
  receiver.close();
});
