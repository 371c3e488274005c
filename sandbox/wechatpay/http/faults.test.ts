import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectionReset } from '../../server.ts';
import { isSignedBy } from '../testing/client.ts';
import { directOrder, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
});
afterEach(() => sandbox.close());

const jsapi = '/v3/pay/transactions/jsapi';
const set = (...faults: object[]) => sandbox.control('PUT', '/faults', faults);
const exists = async (no: unknown) => (await sandbox.control('GET', `/orders/${no}`)).status === 200;

async function place() {
  const body = directOrder(sandbox);
  const answer = await sandbox.direct.post(jsapi, body);
  return {
    answer,
    no: body.out_trade_no,
    verifies: isSignedBy(sandbox.direct.account.publicKeyPem, answer.headers, answer.text),
  };
}

describe('kinds', () => {
  test.each([
    ['before', false],
    ['after', true],
  ])('reset %s effect', async (_name, afterEffect) => {
    await set({ route: jsapi, kind: 'reset', afterEffect });
    const { answer, no } = await place();
    expect(isConnectionReset(new Response(null, { headers: answer.headers }))).toBe(true);
    expect(await exists(no)).toBe(afterEffect);
    expect((await sandbox.lastExchange()).answer).toBeUndefined();
  });
  test('429 FREQUENCY_LIMITED, signed', async () => {
    await set({ route: '*', kind: 'rate-limit', times: 1 });
    const { answer, no, verifies } = await place();
    expect([answer.status, answer.json.code, verifies]).toEqual([429, 'FREQUENCY_LIMITED', true]);
    expect(await exists(no)).toBe(false);
  });
  test.each([
    [500, 'SYSTEM_ERROR', true],
    [503, 'SERVICE_UNAVAILABLE', false],
  ])('%i %s', async (status, code, signed) => {
    await set({ route: '*', kind: 'system-error', status, afterEffect: true });
    const { answer, no } = await place();
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.headers.has('wechatpay-signature')).toBe(signed);
    expect(await exists(no)).toBe(true);
  });
  test.each([
    [undefined, 'INVALID_REQUEST'],
    ['NO_AUTH', 'NO_AUTH'],
  ])('a refusal with the code %s, signed, without effect', async (code, expected) => {
    await set({ route: jsapi, kind: 'refusal', times: 1, ...(code && { code }) });
    const { answer, no, verifies } = await place();
    expect([answer.status, answer.json.code, verifies]).toEqual([400, expected, true]);
    expect(await exists(no)).toBe(false);
    expect((await set({ route: jsapi, kind: 'refusal', code: 'no code' })).status).toBe(400);
  });
  test('an unsigned answer', async () => {
    await set({ route: '*', kind: 'unsigned' });
    const { answer } = await place();
    expect([answer.status, answer.headers.has('wechatpay-signature')]).toEqual([200, false]);
  });
  test('a SIGNTEST answer has taken effect', async () => {
    await set({ route: '*', kind: 'signtest' });
    const { answer, no, verifies } = await place();
    expect(answer.headers.get('wechatpay-signature')).toMatch(/^WECHATPAY\/SIGNTEST\//);
    expect(verifies).toBe(false);
    expect(await exists(no)).toBe(true);
  });
  test('a stale timestamp is signed all the same', async () => {
    await set({ route: '*', kind: 'stale-timestamp' });
    const { answer, verifies } = await place();
    expect(verifies).toBe(true);
    // Older than the five minutes that a client accepts.
    expect(Date.now() / 1000 - Number(answer.headers.get('wechatpay-timestamp'))).toBeGreaterThan(350);
  });
  test('a wrong serial', async () => {
    await set({ route: '*', kind: 'wrong-serial' });
    expect((await place()).answer.headers.get('wechatpay-serial')).not.toBe(
      sandbox.direct.account.publicKeyId,
    );
  });
  test('latency', async () => {
    await set({ route: '*', kind: 'latency', latencyMs: 120 });
    const startedMs = performance.now();
    expect((await place()).answer.status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(118);
  });
});

describe('which requests they affect', () => {
  test('only the route named: by path, with method, by API name, by prefix', async () => {
    for (const route of [jsapi, `POST ${jsapi}`, 'JSAPI下单', '/v3/pay/*']) {
      await set({ route, kind: 'rate-limit' });
      expect((await place()).answer.status).toBe(429);
      expect((await sandbox.direct.get('/v3/bill')).status).toBe(404);
    }
    await set({ route: `GET ${jsapi}`, kind: 'rate-limit' });
    expect((await place()).answer.status).toBe(200);
  });
  test('as many times as asked', async () => {
    await set({ route: '*', kind: 'rate-limit', times: 2 });
    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await place()).answer.status);
    expect(statuses).toEqual([429, 429, 200, 200]);
    expect((await sandbox.control('GET', '/faults')).json.faults[0].struck).toBe(2);
  });
  test('by chance, the same from the same seed', async () => {
    const run = async () => {
      await set({ route: '*', kind: 'rate-limit', probability: 0.5 });
      const statuses = [];
      for (let count = 0; count < 12; count++) statuses.push((await place()).answer.status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 429]));
    expect(await run()).toEqual(first);
  });
  test('what is not a fault is refused, and nothing changes', async () => {
    await set({ route: '*', kind: 'rate-limit' });
    for (const fault of [
      { kind: 'reset' },
      { route: '*', kind: 'x' },
      { route: '*', kind: 'reset', times: 0 },
    ]) {
      expect((await set(fault)).status).toBe(400);
    }
    expect((await sandbox.control('GET', '/faults')).json.faults).toHaveLength(1);
  });
});

describe('callbacks', () => {
  test.each([
    ['before', false, 0],
    ['after', true, 1],
  ])('a connection that breaks %s delivery is retried', async (_name, afterEffect, delivered) => {
    const receiver = await startReceiver();
    await set({ route: 'notify', kind: 'reset', times: 1, afterEffect });
    const body = directOrder(sandbox, { notify_url: receiver.url });
    await sandbox.direct.post(jsapi, body);
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    await sandbox.control('POST', '/clock', { advanceMs: 1 });
    expect(receiver.callbacks).toHaveLength(delivered);
    await sandbox.control('POST', '/clock', { advanceMs: 16_000 });
    expect(receiver.callbacks).toHaveLength(delivered + 1);
    await receiver.close();
  });
});
