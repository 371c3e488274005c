import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../app/container.ts';
import { httpFunction } from '../../app/entry.ts';
import { endpointPorts } from '../../app/notifications.ts';
import type { HttpAnswer } from '../../cloudbase/http-event.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import {
  certificate,
  type RsaPair,
  rsaPair,
  seal,
  signatureHeaders,
} from '../../wechatpay/testing/material.ts';
import { createOrder } from '../orders/create.ts';
import { ordersCollection } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { answerNotification } from './endpoint.ts';

let publicKey: RsaPair;
let certified: RsaPair;
beforeAll(() => {
  publicKey = rsaPair();
  certified = rsaPair();
});

const apiV3KeyText = '0123456789abcdef0123456789abcdef';
const publicKeyId = 'PUB_KEY_ID_0119000000012026';
const serialNo = '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B';
const otherKey = 'another-key-of-32-bytes-exactly!';

interface WebEvent {
  httpMethod: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

interface Sent {
  path?: string;
  method?: string;
  serial?: string;
  pair?: RsaPair;
  key?: string;
  transaction?: Record<string, unknown>;
  id?: string;
  /** What the platform says about the caller; undefined for a context without any. */
  variables?: Record<string, string> | undefined;
  spoil?: (event: WebEvent) => Partial<WebEvent>;
}

/** payNotify over a shop in memory, with one order, and WeChat Pay's side of the wire. */
async function harness(extraEnv: Record<string, string> = {}) {
  const shop: Shop = createShop();
  const { paymentNo } = await createOrder(shop.ports, payer, {
    requestToken: token('a'),
    items: [{ productId: 'tea', quantity: 1 }],
  });
  const asked: { name: string; data: Record<string, unknown> }[] = [];
  let onAsk = async (): Promise<unknown> => undefined;
  const env = {
    WECHATPAY_DIRECT_MCHID: '1900000001',
    WECHATPAY_DIRECT_API_V3_KEY: apiV3KeyText,
    WECHATPAY_DIRECT_PUBLIC_KEY_ID: publicKeyId,
    WECHATPAY_DIRECT_PUBLIC_KEY: publicKey.publicPem,
    ...extraEnv,
  };
  const app = createApp(env, {
    clock: shop.ports.clock,
    documents: shop.documents,
    log: shop.ports.log,
    functionsWithin: () => ({
      call: async (name, data) => {
        asked.push({ name, data });
        return onAsk();
      },
    }),
  });
  const main = httpFunction(
    'payNotify',
    ({ app: own, request }) => answerNotification(endpointPorts(own), request),
    { app: () => app },
  );
  const send = async (sent: Sent = {}): Promise<HttpAnswer> => {
    const body = JSON.stringify({
      id: sent.id ?? 'n-1',
      create_time: '2026-01-02T11:04:05+08:00',
      event_type: 'TRANSACTION.SUCCESS',
      resource_type: 'encrypt-resource',
      summary: '支付成功',
      resource: seal(JSON.stringify({ ...paid(paymentNo), ...sent.transaction }), sent.key ?? apiV3KeyText),
    });
    const pair = sent.pair ?? publicKey;
    const event: WebEvent = {
      httpMethod: sent.method ?? 'POST',
      path: sent.path ?? '/direct',
      headers: signatureHeaders(body, {
        privatePem: pair.privatePem,
        serial: sent.serial ?? publicKeyId,
        nowMs: shop.nowMs,
      }),
      body,
    };
    return (await main({ ...event, ...sent.spoil?.(event) }, contextOf(sent))) as HttpAnswer;
  };
  const setOnAsk = (act: () => Promise<unknown>) => {
    onAsk = act;
  };
  return { shop, send, asked, paymentNo, setOnAsk };
}

const contextOf = (sent: Sent) =>
  'variables' in sent && sent.variables === undefined
    ? {}
    : { environment: JSON.stringify(sent.variables ?? {}) };

const provider = {
  WECHATPAY_PROVIDER_KIND: 'ecommerce',
  WECHATPAY_PROVIDER_MCHID: '1900000002',
  WECHATPAY_PROVIDER_API_V3_KEY: apiV3KeyText,
};

const paid = (outTradeNo: string) => ({
  appid: 'wx0123456789abcdef',
  mchid: '1900000001',
  out_trade_no: outTradeNo,
  transaction_id: '4200001',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  success_time: '2026-01-02T11:04:05+08:00',
  payer: { openid: 'opayer' },
  amount: { total: 6800, payer_total: 6800, currency: 'CNY', payer_currency: 'CNY' },
});

const recorded = (shop: Shop) =>
  shop.documents.all('notifications').length + shop.documents.all('anomalies').length;

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
    expect((await send({ method })).statusCode).toBe(405);
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

  it('answers 500 to what is from WeChat Pay but cannot be opened with the API v3 key here', async () => {
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

describe('a callback signed with a certificate', () => {
  const items = () => [
    certificate(certified, { serialNo, fromMs: 0, toMs: Date.UTC(2030, 0), key: apiV3KeyText }).item,
  ];
  const store = (shop: Shop, triedAtMs = 0) => {
    const record = { _id: '1900000001', kind: 'direct', items: items(), savedAtMs: 1, triedAtMs };
    shop.documents.put('platform_certificates', record);
  };

  it('is verified with what is stored, beside the public key', async () => {
    const { shop, send, asked } = await harness();
    store(shop);
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect((await send({ id: 'n-2' })).statusCode).toBe(204);
    expect(asked).toEqual([]);
  });

  const withoutPublicKey = { WECHATPAY_DIRECT_PUBLIC_KEY_ID: '', WECHATPAY_DIRECT_PUBLIC_KEY: '' };

  it('of an unknown serial has reconcile download the certificates, and is verified then', async () => {
    const { shop, send, asked, setOnAsk } = await harness(withoutPublicKey);
    setOnAsk(async () => store(shop, shop.nowMs));
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect(asked).toEqual([{ name: 'reconcile', data: { action: 'refreshCertificates' } }]);
  });

  it('of an invented serial makes nobody download more than once a minute, however many instances there are', async () => {
    const { shop, send, asked } = await harness(withoutPublicKey);
    const second = await harness(withoutPublicKey);
    for (const each of [send, second.send]) {
      expect((await each({ serial: serialNo, pair: certified })).statusCode).toBe(401);
    }
    // The other instance has a memory of its own, but the same documents.
    second.shop.documents.put('platform_certificates', ...shop.documents.all('platform_certificates'));
    second.asked.length = 0;
    shop.nowMs += 30_000;
    second.shop.nowMs = shop.nowMs;
    await second.send({ serial: `${serialNo.slice(0, -1)}0`, pair: certified });
    expect(asked).toHaveLength(1);
    expect(second.asked).toHaveLength(0);
  });

  it('of an invented serial makes nobody download anything where there is a public key', async () => {
    const { send, asked } = await harness();
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(401);
    expect(asked).toEqual([]);
  });

  it('is refused when the stored certificate was not encrypted with our API v3 key', async () => {
    const { shop, send } = await harness();
    const forged = certificate(certified, {
      serialNo,
      fromMs: 0,
      toMs: Date.UTC(2030, 0),
      key: otherKey,
    });
    const record = { _id: '1900000001', kind: 'direct', items: [forged.item], savedAtMs: 1, triedAtMs: 0 };
    shop.documents.put('platform_certificates', record);
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(401);
  });
});
