import { createServer } from 'node:net';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlatformKeys } from '../crypto/platform-keys.ts';
import { answer, fakeServer, hangUp, type Reaction, silence, unsigned } from '../testing/fake-wechatpay.ts';
import { apiV3Key, rejection, rsaPair } from '../testing/material.ts';
import { type ClientOptions, createClient } from './client.ts';

const [merchant, platform] = [rsaPair('merchant'), rsaPair('platform')];
const nowMs = () => 1_750_000_000_000;
const serial = 'PUB_KEY_ID_0119000000012024';
const signing = { privatePem: platform.privatePem, serial, nowMs };
const account = {
  mchid: '1900000001',
  serialNo: '5157F09EFDC096DE',
  privateKey: merchant.privateKey,
  apiV3Key,
};
const platformKeys = createPlatformKeys({ publicKey: { id: serial, key: platform.publicKey }, nowMs });
const [main, backup] = await Promise.all([fakeServer(), fakeServer()]);
afterAll(() => Promise.all([main.close(), backup.close()]));

const fine = answer(signing, 200, { from: 'main' });
const failing = answer(signing, 500, { code: 'SYSTEM_ERROR', message: '系统异常' });
const post = { method: 'POST', path: '/v3/x', body: '{"out_trade_no":"T1"}' } as const;
const idempotent = { ...post, idempotent: true };
const get = { method: 'GET', path: '/v3/x' } as const;
const failure = (kind: string, code: string) =>
  expect.objectContaining({ name: 'WechatpayError', kind, code });

beforeEach(() => {
  main.received.length = 0;
  backup.received.length = 0;
  main.react(fine);
  backup.react(answer(signing, 200, { from: 'backup' }));
});

let nonces = 0;
function client(options: Partial<ClientOptions> = {}) {
  return createClient({
    account,
    platformKeys,
    bases: [main.base, backup.base],
    nowMs,
    nonce: () => `nonce${++nonces}`,
    random: () => 0,
    limits: { responseTimeoutMs: 3_000, connectTimeoutMs: 3_000 },
    ...options,
  });
}

/** Quick where the answer never comes, patient where it is only slow because the machine is busy. */
const patience = (how: Reaction) => ({
  limits: { responseTimeoutMs: how === silence || how === drip ? 400 : 3_000 },
});

/** A port on which nothing listens. */
async function deadBase(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('a lost answer', () => {
  const lost: Record<string, [Reaction, string]> = {
    'the connection breaks after the request': [hangUp, 'CONNECTION_LOST'],
    'the connection breaks inside the answer': [cutOff, 'CONNECTION_LOST'],
    'no answer in time': [silence, 'RESPONSE_TIMEOUT'],
    'an answer that drips forever': [drip, 'RESPONSE_TIMEOUT'],
    'a failing host': [failing, 'SYSTEM_ERROR'],
    'a gateway that fails without a signature': [unsigned(502, '<html>'), 'GATEWAY_ERROR'],
  };

  it.each(Object.entries(lost))(
    'is asked for again at the other host, with the same body: %s',
    async (_, [how]) => {
      main.react(how);
      for (const request of [get, idempotent]) {
        main.received.length = backup.received.length = 0;
        expect(await client(patience(how)).send(request)).toEqual({ from: 'backup' });
        expect([main.received.length, backup.received.length]).toEqual([1, 1]);
        expect(backup.received[0]!.body).toBe(main.received[0]!.body);
        expect(backup.received[0]!.headers.authorization).not.toBe(main.received[0]!.headers.authorization);
      }
    },
  );

  it.each(Object.entries(lost))(
    'is unknown, and the request is not repeated when that is not safe: %s',
    async (_, [how, code]) => {
      main.react(how);
      await expect(client(patience(how)).send(post)).rejects.toEqual(failure('unknown', code));
      expect([main.received.length, backup.received.length]).toEqual([1, 0]);
    },
  );

  it.each(Object.entries(lost))('is unknown after three attempts: %s', async (_, [how, code]) => {
    main.react(how);
    backup.react(how);
    await expect(client(patience(how)).send(idempotent)).rejects.toEqual(failure('unknown', code));
    expect(main.received.length + backup.received.length).toBe(3);
    expect(new Set([...main.received, ...backup.received].map(({ body }) => body)).size).toBe(1);
  });
});

describe('a host that cannot be reached', () => {
  it('has the calls after it begin at the next host, and at the first again when that one fails, too', async () => {
    const sender = client();
    main.react(failing);
    expect(await sender.send(get)).toEqual({ from: 'backup' });
    backup.react(failing);
    main.react(fine);
    main.received.length = backup.received.length = 0;
    expect(await sender.send(get)).toEqual({ from: 'main' });
    expect([main.received.length, backup.received.length]).toEqual([1, 1]);
    main.received.length = backup.received.length = 0;
    expect(await sender.send(get)).toEqual({ from: 'main' });
    expect([main.received.length, backup.received.length]).toEqual([1, 0]);
  });

  it('costs nothing, so any request goes to the other host', async () => {
    const bases = [await deadBase(), backup.base];
    expect(await client({ bases }).send(post)).toEqual({ from: 'backup' });
  });

  it('is an error that says nothing was sent, when it is all of them', async () => {
    const bases = [await deadBase(), await deadBase()];
    const error = await rejection(client({ bases }).send(post));
    expect(error).toEqual(failure('unknown', 'CONNECT_FAILED'));
    expect(error.message).toContain('Nothing was sent');
  });

  it('is given up when it accepts no connection in time', async () => {
    // A full backlog is hard to arrange; a TLS handshake that never ends is the same to the client.
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const bases = [`https://127.0.0.1:${port}`, backup.base];
    // Without the connect timeout, the test would time out before the attempt does.
    const limits = { connectTimeoutMs: 150, responseTimeoutMs: 300_000, totalTimeoutMs: 600_000 };
    expect(await client({ bases, limits }).send(post)).toEqual({ from: 'backup' });
    mute.close();
  });
});

describe('a kept-alive connection', () => {
  it('is used again', async () => {
    const one = client();
    await one.send(get);
    await one.send(get);
    expect(new Set(main.received.map(({ port }) => port)).size).toBe(1);
  });

  it('that died is replaced by a new one, with the same body', async () => {
    const one = client();
    await Promise.all([one.send(get), one.send(get)]);
    const pooled = main.received.map(({ port }) => port);
    expect(new Set(pooled).size).toBe(2);
    main.react(hangUp, fine);
    expect(await one.send(idempotent)).toEqual({ from: 'main' });
    const [first, second] = main.received.slice(2);
    expect(pooled).toContain(first!.port);
    expect(pooled).not.toContain(second!.port);
    expect(second!.body).toBe(first!.body);
    expect(backup.received).toHaveLength(0);
  });

  it('is not used for a request that must not be sent twice: that goes once, over a new one', async () => {
    const one = client();
    await one.send(get);
    const pooled = main.received[0]!.port;
    main.react(hangUp);
    await expect(one.send(post)).rejects.toEqual(failure('unknown', 'CONNECTION_LOST'));
    expect(main.received).toHaveLength(2);
    expect(main.received[1]!.port).not.toBe(pooled);
  });

  it.each([
    [1_500, 1],
    [1_501, 2],
    [-1, 2],
  ])('that was idle for %s ms on the wall clock: connections used %s', async (idleMs, connections) => {
    let shiftMs = 0;
    const one = client({ nowMs: () => nowMs() + shiftMs });
    await one.send(get);
    shiftMs = idleMs;
    await one.send(get);
    expect(new Set(main.received.map(({ port }) => port)).size).toBe(connections);
  });

  it('that died costs none of the three attempts', async () => {
    const one = client({ bases: [main.base] });
    await one.send(get);
    main.react(hangUp);
    await expect(one.send(idempotent)).rejects.toEqual(failure('unknown', 'CONNECTION_LOST'));
    expect(main.received).toHaveLength(1 + 1 + 3);
  });

  it.each([
    ['inside the body', cutOff],
    ['inside the status line', cutOffAtOnce],
  ])('is not to blame once a byte of the answer has come: %s', async (_, how) => {
    const one = client();
    await one.send(get);
    main.react(how);
    await expect(one.send(post)).rejects.toEqual(failure('unknown', 'CONNECTION_LOST'));
    expect(main.received).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it('is final', async () => {
    main.react(answer(signing, 400, { code: 'PARAM_ERROR', message: '' }));
    await expect(client().send(idempotent)).rejects.toEqual(failure('refused', 'PARAM_ERROR'));
    expect([main.received.length, backup.received.length]).toEqual([1, 0]);
  });

  it('for too many requests is waited out at the same host', async () => {
    main.react(answer(signing, 429, { code: 'FREQUENCY_LIMITED', message: '' }), fine);
    expect(await client().send(post)).toEqual({ from: 'main' });
    main.react(answer(signing, 429, { code: 'FREQUENCY_LIMITED', message: '' }));
    await expect(client().send(post)).rejects.toEqual(failure('refused', 'FREQUENCY_LIMITED'));
    expect(backup.received).toHaveLength(0);
  });
});

it('reports each failure to the log without query, body or key', async () => {
  main.react(failing);
  backup.react(failing);
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const request = { ...get, path: '/v3/x?account_number=SECRET' };
  await client({ log })
    .send(request)
    .catch(() => undefined);
  expect(log.warn.mock.calls.map(([event]) => event)).toEqual([
    'wechatpay_retry',
    'wechatpay_retry',
    'wechatpay_failed',
  ]);
  const fields = { method: 'GET', path: '/v3/x', kind: 'unknown', code: 'SYSTEM_ERROR', status: 500 };
  for (const [, logged] of log.warn.mock.calls) expect(logged).toMatchObject(fields);
  expect(JSON.stringify(log.warn.mock.calls)).not.toMatch(/SECRET|T1|Signature/);
});

function cutOff(...[, response, socket]: Parameters<Reaction>): void {
  response.writeHead(200, { 'Content-Length': '100' }).write('{"from":', () => socket.destroySoon());
}

function cutOffAtOnce(...[, , socket]: Parameters<Reaction>): void {
  socket.write('HTTP/1.1 20', () => socket.destroySoon());
}

function drip(...[, response]: Parameters<Reaction>): void {
  response.writeHead(200, { 'Content-Length': '100000' });
  const timer = setInterval(() => response.write('x'), 20);
  response.once('close', () => clearInterval(timer));
}
