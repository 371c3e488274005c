import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSignedBy, openResource } from '../testing/client.ts';
import { type Callback, directOrder, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';
import { retrySeconds } from './types.ts';

type Receiver = Awaited<ReturnType<typeof startReceiver>>;
let sandbox: Sandbox;
let receiver: Receiver;
let answer: (callback: Callback, count: number) => number | undefined = () => 204;
beforeEach(async () => {
  answer = () => 204;
  sandbox = await startSandbox({ keyMode: 'public-key', transportTime: 'virtual' });
  receiver = await startReceiver((callback, count) => answer(callback, count));
});
afterEach(async () => {
  await receiver.close();
  await sandbox.close();
});

async function paidOrder(notifyUrl = receiver.url): Promise<string> {
  const body = directOrder(sandbox, { notify_url: notifyUrl });
  await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
  await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
  return String(body.out_trade_no);
}
const advance = (advanceMs: number) => sandbox.control('POST', '/clock', { advanceMs });
async function notifications() {
  return (await sandbox.control('GET', '/notifications')).json.notifications;
}
const scheduled = (notification: { attempts: { kind: string; atMs: number }[] }) =>
  notification.attempts.filter((attempt) => attempt.kind === 'scheduled');

describe('the official schedule', () => {
  test('a callback that is refused comes again 15 times, at the official intervals, over 24 h 4 min', async () => {
    answer = () => 500;
    await sandbox.close();
    // The clock only moves when set, so the first attempt takes no time.
    const startedMs = Date.now();
    sandbox = await startSandbox({ keyMode: 'public-key', transportTime: 'virtual' }, () => startedMs);
    await paidOrder();
    await advance(25 * 3_600_000);
    const [notification] = await notifications();
    const attempts = scheduled(notification);
    expect(attempts).toHaveLength(16);
    const waits = attempts.slice(1).map((attempt, index) => (attempt.atMs - attempts[index]!.atMs) / 1000);
    expect(waits).toEqual(retrySeconds);
    expect(waits.reduce((sum, wait) => sum + wait)).toBe(24 * 3600 + 4 * 60);
    expect(notification.state).toBe('exhausted');
    expect(receiver.callbacks).toHaveLength(16);
    expect(new Set(receiver.callbacks.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
  });

  test.each([200, 201, 204])('%i acknowledges it, and no more come', async (status) => {
    answer = () => status;
    await paidOrder();
    await advance(86_400_000);
    const [notification] = await notifications();
    expect(notification).toMatchObject({ state: 'delivered' });
    expect(receiver.callbacks).toHaveLength(1);
  });

  test.each([302, 401, 404, 500])('%i does not, until a later attempt is acknowledged', async (status) => {
    answer = (_callback, count) => (count < 3 ? status : 204);
    await paidOrder();
    await advance(86_400_000);
    const [notification] = await notifications();
    expect(notification.state).toBe('delivered');
    expect(
      scheduled(notification).map((attempt) => (attempt as unknown as { status: number }).status),
    ).toEqual([status, status, 204]);
  });

  test('no answer within 5 seconds counts as none', async () => {
    answer = () => undefined;
    await paidOrder();
    await expect.poll(async () => (await notifications())[0].attempts.length).toBe(1);
    const [notification] = await notifications();
    expect(notification.attempts[0]).toMatchObject({ ok: false, error: 'no answer within 5000 ms' });
    expect(notification.nextAtMs).toBeGreaterThan(sandbox.clock.now());
  });

  test('a receiver that is down is tried again', async () => {
    await receiver.close();
    await paidOrder();
    await advance(14_000);
    expect(scheduled((await notifications())[0])).toHaveLength(1);
    await advance(2_000);
    expect(scheduled((await notifications())[0])).toHaveLength(2);
  });
});

test('only loopback addresses are contacted', async () => {
  for (const url of ['https://example.com/notify', 'http://10.0.0.1/n', 'http://127.0.0.1.example.com/n']) {
    await paidOrder(url);
  }
  const all = await notifications();
  expect(all.map((one: { state: string }) => one.state)).toEqual(Array(3).fill('undeliverable'));
  expect(all[0].reason).toContain('loopback');
  const replayed = await sandbox.control('POST', `/notifications/${all[0].id}/replay`, {});
  expect(replayed.json.attempts[0]).toMatchObject({ ok: false, error: expect.stringContaining('loopback') });
});

describe('replay', () => {
  const openBody = (callback: Callback) => {
    const { resource } = JSON.parse(callback.body);
    return JSON.parse(openResource(sandbox.direct.account.apiV3Key, resource));
  };
  const verifies = ({ headers, body }: Callback) =>
    isSignedBy(sandbox.direct.account.publicKeyPem, headers, body);
  async function replayed(tamper?: string, times?: number) {
    await paidOrder();
    await expect.poll(() => receiver.callbacks.length).toBe(1);
    const [{ id }] = await notifications();
    const result = await sandbox.control('POST', `/notifications/${id}/replay`, { tamper, times });
    expect(result.status).toBe(200);
    return { callbacks: receiver.callbacks.slice(1), attempts: result.json.attempts };
  }

  test('sends the genuine callback again, as many times as asked', async () => {
    const { callbacks, attempts } = await replayed(undefined, 3);
    expect(callbacks).toHaveLength(3);
    expect(attempts).toHaveLength(3);
    expect(callbacks.every(verifies)).toBe(true);
    expect(new Set(callbacks.map(({ body }) => body))).toEqual(new Set([receiver.callbacks[0]!.body]));
  });

  test.each(['body', 'signature', 'wrong-key'])('tamper %s does not verify', async (tamper) => {
    const { callbacks } = await replayed(tamper);
    expect(verifies(callbacks[0]!)).toBe(false);
    expect(callbacks[0]!.headers['wechatpay-serial']).toBe(sandbox.direct.account.publicKeyId);
  });
  test('tamper signtest is the official probe', async () => {
    const { callbacks } = await replayed('signtest');
    expect(callbacks[0]!.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
  });
  test('tamper serial names a key that does not exist', async () => {
    const { callbacks } = await replayed('serial');
    expect(callbacks[0]!.headers['wechatpay-serial']).not.toBe(sandbox.direct.account.publicKeyId);
    expect(verifies(callbacks[0]!)).toBe(true);
  });
  test('tamper timestamp is signed, and six minutes old', async () => {
    const { callbacks } = await replayed('timestamp');
    expect(verifies(callbacks[0]!)).toBe(true);
    const ageSeconds = sandbox.clock.now() / 1000 - Number(callbacks[0]!.headers['wechatpay-timestamp']);
    expect(ageSeconds).toBeGreaterThan(355);
    expect(ageSeconds).toBeLessThan(420);
  });
  test('tamper unsigned has no signature headers', async () => {
    const { callbacks } = await replayed('unsigned');
    expect(Object.keys(callbacks[0]!.headers).filter((name) => name.startsWith('wechatpay-'))).toEqual([]);
  });
  test('tamper resource verifies but does not decrypt', async () => {
    const { callbacks } = await replayed('resource');
    expect(verifies(callbacks[0]!)).toBe(true);
    expect(() => openBody(callbacks[0]!)).toThrow('unable to authenticate data');
  });
  test('tamper amount verifies and decrypts, one fen off', async () => {
    const { callbacks } = await replayed('amount');
    expect(verifies(callbacks[0]!)).toBe(true);
    expect(openBody(callbacks[0]!).amount).toMatchObject({ total: 101, payer_total: 101 });
  });
  test('tamper merchant verifies and decrypts, and names another merchant and appid', async () => {
    const { callbacks } = await replayed('merchant');
    expect(verifies(callbacks[0]!)).toBe(true);
    const { appid, mchid } = sandbox.direct.account;
    const opened = openBody(callbacks[0]!);
    expect([opened.mchid === mchid, opened.appid === appid]).toEqual([false, false]);
    expect(opened.amount).toMatchObject({ total: 100, payer_total: 100 });
  });
  test('an unknown tamper kind is refused', async () => {
    await paidOrder();
    const [{ id }] = await notifications();
    expect((await sandbox.control('POST', `/notifications/${id}/replay`, { tamper: 'x' })).status).toBe(400);
    expect((await sandbox.control('POST', '/notifications/nope/replay', {})).status).toBe(404);
  });
});

describe('settings', () => {
  test('held callbacks are released in order or reversed', async () => {
    await sandbox.control('POST', '/notifications/settings', { hold: true });
    await paidOrder();
    await paidOrder();
    expect(receiver.callbacks).toHaveLength(0);
    const [first, second] = await notifications();
    expect(
      (await sandbox.control('POST', '/notifications/release', { order: 'reversed' })).json.released,
    ).toBe(2);
    expect(receiver.callbacks.map(({ body }) => JSON.parse(body).id)).toEqual([second.id, first.id]);
  });
  test('duplicates follow an acknowledged callback', async () => {
    await sandbox.control('POST', '/notifications/settings', { duplicates: 2 });
    await paidOrder();
    await expect.poll(() => receiver.callbacks.length).toBe(3);
  });
  test('a SIGNTEST probe comes before the real callback', async () => {
    await sandbox.control('POST', '/notifications/settings', { probe: true });
    await paidOrder();
    await expect.poll(async () => (await notifications())[0].attempts.length).toBe(2);
    expect(receiver.callbacks[0]!.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
    const [notification] = await notifications();
    expect(notification.attempts.map((attempt: { kind: string }) => attempt.kind)).toEqual([
      'probe',
      'scheduled',
    ]);
  });
});

test('a reset forgets the schedule', async () => {
  answer = () => 500;
  await paidOrder();
  await expect.poll(() => receiver.callbacks.length).toBe(1);
  await sandbox.control('POST', '/reset');
  await advance(86_400_000);
  expect(receiver.callbacks).toHaveLength(1);
  expect(await notifications()).toEqual([]);
});

test('closing breaks off a delivery that gets no answer', async () => {
  answer = () => undefined;
  await paidOrder();
  await expect.poll(() => receiver.callbacks.length).toBe(1);
  const [notification] = await notifications();
  await sandbox.simulator.close();
  expect(notification.attempts).toEqual([]);
  const [{ attempts }] = await notifications();
  expect(attempts).toMatchObject([{ ok: false, error: 'socket hang up' }]);
});
