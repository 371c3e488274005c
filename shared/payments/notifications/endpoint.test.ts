import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultPolicy } from '../../core/policy.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { ordersCollection } from '../orders/records.ts';
import {
  certified,
  harness,
  otherKey,
  provider,
  recorded,
  type Sent,
  type WebEvent,
} from './testing/callbacks.ts';

const withHeader =
  (name: string, value: string) =>
  ({ headers }: WebEvent) => ({ headers: { ...headers, [name]: value } });

describe('payNotify', () => {
  it('takes callbacks of both API v3 keys while the key is being changed, and then of the new one only', async () => {
    const during = await harness({ WECHATPAY_DIRECT_API_V3_KEY_OTHER: otherKey });
    expect(await during.send({ id: 'old' })).toMatchObject({ statusCode: 204 });
    expect(await during.send({ id: 'new', key: otherKey })).toMatchObject({ statusCode: 204 });
    expect(during.shop.documents.all('notifications')).toHaveLength(2);
    const after = await harness({ WECHATPAY_DIRECT_API_V3_KEY: otherKey });
    expect(await after.send({ id: 'new', key: otherKey })).toMatchObject({ statusCode: 204 });
    expect(await after.send({ id: 'old' })).toMatchObject({ statusCode: 500 });
  });

  it('records a callback that is signed with the public key, and acknowledges it without a body', async () => {
    const { shop, send, paymentNo, asked } = await harness();
    expect(await send()).toMatchObject({ statusCode: 204, body: '' });
    expect(shop.order(paymentNo)).toMatchObject({
      state: 'SUCCESS',
      transactionId: '4200001',
      paidAtMs: Date.parse('2026-01-02T11:04:05+08:00'),
    });
    expect(asked).toEqual([]);
  });

  it.each(['/direct', '/pay-notify/direct', '/pay-notify', '/', '', '/partner', '/direct/more'])(
    'takes the path %j for the one account that is configured',
    async (path) => {
      const { send } = await harness();
      expect((await send({ path })).statusCode).toBe(204);
      expect((await send({ path, pair: certified })).statusCode).toBe(401);
    },
  );

  it.each(['/direct', '/pay-notify/direct', '/direct/'])(
    'finds the account in the path %s where there are two',
    async (path) => {
      const { send } = await harness(provider);
      expect((await send({ path })).statusCode).toBe(204);
    },
  );

  it.each(['/', '', '/partner', '/other', '/direct/more', '/pay-notify'])(
    'answers 404 to the path %j where there are two accounts and it names neither',
    async (path) => {
      const { shop, send } = await harness(provider);
      expect(await send({ path })).toMatchObject({ statusCode: 404, body: expect.stringContaining('FAIL') });
      expect(recorded(shop)).toBe(0);
    },
  );

  // Anyone can send it. Where each slash is looked at again from every other, this takes minutes.
  it('answers 404 at once to a path of 400,000 slashes', async () => {
    const { send } = await harness(provider);
    expect((await send({ path: `/direct${'/'.repeat(400_000)}x` })).statusCode).toBe(404);
  });

  it("does not take one account's callback at the path of the other", async () => {
    const { shop, send, paymentNo } = await harness(provider);
    expect((await send({ path: '/ecommerce' })).statusCode).toBe(401);
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
  });

  it.each([
    ['half of it is missing', { ...provider, WECHATPAY_PROVIDER_MCHID: '' }],
    ['only its kind is set', { WECHATPAY_PROVIDER_KIND: 'ecommerce' }],
  ])('takes callbacks of the direct account also when of the provider %s', async (_, env) => {
    const { send } = await harness(env);
    expect((await send()).statusCode).toBe(204);
  });

  it.each(['a user', 'a web client', 'a timer', 'nobody'])(
    'verifies what %s sends in the shape of a callback, like any other request',
    async (who) => {
      const variables = {
        'a user': { WX_OPENID: 'opayer', TCB_SOURCE: 'wx_client' },
        'a web client': { TCB_UUID: 'u', TCB_SOURCE: 'web_client' },
        'a timer': { TRIGGER_SRC: 'timer' },
        nobody: undefined,
      }[who];
      const { send } = await harness();
      expect((await send({ variables, spoil: () => ({ headers: {} }) })).statusCode).toBe(401);
      expect((await send({ variables })).statusCode).toBe(204);
    },
  );

  it.each(['GET', 'PUT', 'HEAD', 'OPTIONS'])('answers 405 to %s', async (method) => {
    const { send } = await harness();
    expect(await send({ method })).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } });
  });

  const spoilt: [string, NonNullable<Sent['spoil']>][] = [
    ['a changed body', ({ body }) => ({ body: body.replace('支付成功', '支付失败') })],
    ['a probe', withHeader('Wechatpay-Signature', 'WECHATPAY/SIGNTEST/abc')],
    ['no signature', withHeader('Wechatpay-Signature', '')],
    ['an old timestamp', withHeader('Wechatpay-Timestamp', '1700000000')],
    ['another public key', withHeader('Wechatpay-Serial', 'PUB_KEY_ID_0100000000')],
    ['no headers', () => ({ headers: {} })],
    ['an empty body', () => ({ body: '' })],
  ];
  it.each(spoilt)('answers 401 to %s, and records nothing', async (_, spoil) => {
    const { shop, send, paymentNo } = await harness();
    const answer = await send({ spoil });
    expect(answer.statusCode).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'FAIL' });
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
    expect(recorded(shop)).toBe(0);
  });

  it('answers 413 to a body that no callback has', async () => {
    const { send } = await harness();
    expect((await send({ spoil: () => ({ body: 'x'.repeat(101 * 1024) }) })).statusCode).toBe(413);
  });

  it('answers 500 to a genuine callback that cannot be decrypted with the configured API v3 key', async () => {
    const { shop, send } = await harness();
    expect((await send({ key: otherKey })).statusCode).toBe(500);
    expect(recorded(shop)).toBe(0);
  });

  it('answers 500 when it cannot be recorded, without saying why, and records it the next time', async () => {
    const { shop, send, paymentNo } = await harness();
    shop.documents.interrupt = async () => {
      throw new Error('database password');
    };
    const answer = await send();
    expect(answer).toMatchObject({ statusCode: 500, body: '{"code":"FAIL","message":"internal error"}' });
    shop.documents.interrupt = memoryDocuments().interrupt;
    expect((await send()).statusCode).toBe(204);
    expect(shop.order(paymentNo).state).toBe('SUCCESS');
  });

  it.each([
    ['WRONG_AMOUNT', { amount: { total: 1, currency: 'CNY' } }],
    ['WRONG_MCHID', { mchid: '1900000009' }],
    ['WRONG_APPID', { appid: 'wxother' }],
    ['WRONG_CURRENCY', { amount: { total: 6800, currency: 'USD' } }],
  ])('acknowledges %s, keeps it for a person, and delivers nothing', async (kind, transaction) => {
    const { shop, send, paymentNo } = await harness();
    expect((await send({ transaction })).statusCode).toBe(204);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind }]);
    expect(shop.documents.all<{ _id: string; fulfilment: string }>(ordersCollection)).toMatchObject([
      { _id: paymentNo, state: 'NOTPAY', fulfilment: 'NONE' },
    ]);
  });
});

describe('a callback that takes too long', () => {
  afterEach(() => void vi.useRealTimers());

  /** The operation after which, or before which, the database hangs until it is released. */
  async function hangingAt(step: number) {
    const callback = await harness();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let steps = 0;
    callback.shop.documents.interrupt = async () => {
      steps += 1;
      if (steps === step) await released;
    };
    return { ...callback, release, steps: () => steps };
  }

  it('is answered 503 in time wherever the database hangs, and its repetition is recorded once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const undisturbed = await hangingAt(0);
    expect((await undisturbed.send()).statusCode).toBe(204);
    const steps = undisturbed.steps();
    expect(steps).toBeGreaterThan(6);
    for (let step = 1; step <= steps; step += 1) {
      const { shop, send, paymentNo, release } = await hangingAt(step);
      const answering = send();
      await vi.advanceTimersByTimeAsync(defaultPolicy.callbackAnswerMs);
      expect(await answering, `step ${step}`).toMatchObject({ statusCode: 503 });
      const repeated = send();
      release();
      expect((await repeated).statusCode, `step ${step}`).toBe(204);
      expect(shop.order(paymentNo)).toMatchObject({ state: 'SUCCESS', fulfilment: 'PENDING' });
      expect(shop.documents.all('notifications')).toHaveLength(1);
      expect(shop.documents.all('ledger')).toHaveLength(1);
      expect(shop.documents.all('anomalies')).toEqual([]);
    }
  });

  it('is not answered earlier, nor by a timer that is left behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { send, release, steps } = await hangingAt(3);
    const answering = send();
    await vi.advanceTimersByTimeAsync(defaultPolicy.callbackAnswerMs - 1);
    expect(steps()).toBe(3);
    release();
    expect(await answering).toMatchObject({ statusCode: 204 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is in a function whose time limit is longer', () => {
    const { functions } = JSON.parse(readFileSync('cloudbaserc.json', 'utf8'));
    const { timeout } = functions.find(({ name }: { name: string }) => name === 'payNotify');
    expect(timeout * 1000).toBeGreaterThanOrEqual(2 * defaultPolicy.callbackAnswerMs);
  });
});
