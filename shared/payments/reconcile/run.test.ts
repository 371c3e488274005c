import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../app/container.ts';
import { providerPorts, reconcilePorts } from '../../app/reconciliation.ts';
import type { CertificatesRecord } from '../../core/platform-certificates.ts';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { answer, type FakeServer, fakeServer } from '../../wechatpay/testing/fake-wechatpay.ts';
import { certificate, type RsaPair, rsaPair } from '../../wechatpay/testing/material.ts';
import { createPartnerOrder } from '../orders/create.ts';
import type { OrderRecord } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { serveProviderRequest } from './provider.ts';
import { answerServer, reconcile } from './run.ts';

const publicKeyId = 'PUB_KEY_ID_0119000000012026';
const serialNo = '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B';
const minuteMs = 60_000;
let server: FakeServer;
let merchant: RsaPair;
let platform: RsaPair;

beforeAll(async () => {
  [server, merchant, platform] = [await fakeServer(), rsaPair('merchant'), rsaPair('platform')];
});
afterAll(() => server.close());
beforeEach(() => void server.received.splice(0));

interface Called {
  name: string;
  data: Record<string, unknown>;
}

function harness(slot: 'DIRECT' | 'PROVIDER', withPublicKey: boolean) {
  const shop = createShop('ecommerce');
  // Early in the morning in China: yesterday's bill is not ready yet.
  shop.nowMs = Date.parse('2026-01-02T06:00:00+08:00');
  const prefix = `WECHATPAY_${slot}`;
  const calls: Called[] = [];
  const env = {
    WECHATPAY_APPID: 'wx0123456789abcdef',
    WECHATPAY_API_BASES: server.base,
    FULFILMENT_FUNCTION: 'fulfilOrder',
    [`${prefix}_MCHID`]: '1900000001',
    [`${prefix}_SERIAL_NO`]: serialNo,
    [`${prefix}_PRIVATE_KEY`]: merchant.privatePem,
    [`${prefix}_API_V3_KEY`]: '0123456789abcdef0123456789abcdef',
    ...(slot === 'PROVIDER' && { WECHATPAY_PROVIDER_KIND: 'ecommerce' }),
    ...(withPublicKey && {
      [`${prefix}_PUBLIC_KEY_ID`]: publicKeyId,
      [`${prefix}_PUBLIC_KEY`]: platform.publicPem,
    }),
  };
  const app = createApp(env, {
    clock: shop.ports.clock,
    documents: shop.documents,
    log: shop.ports.log,
    functionsWithin: () => ({
      call: async (name, data) => {
        calls.push({ name, data });
        return { ok: true, data: { done: true } };
      },
    }),
  });
  return { shop, app, calls };
}

/** WeChat Pay answers with its certificates, signed by the one inside. */
function listsCertificates(shop: Shop): void {
  const { item } = certificate(platform, { serialNo, fromMs: 0, toMs: Date.UTC(2030, 0) });
  const signing = { privatePem: platform.privatePem, serial: serialNo, nowMs: () => shop.nowMs };
  server.react(answer(signing, 200, { data: [item] }));
}

const stored = (shop: Shop) => shop.documents.all<CertificatesRecord>('platform_certificates');
const downloads = () => server.received.filter(({ url }) => url === '/v3/certificates').length;

describe('certificates', () => {
  it('are downloaded when there is no public key, kept encrypted, and again after 12 hours', async () => {
    const { shop, app } = harness('DIRECT', false);
    listsCertificates(shop);
    await reconcile(reconcilePorts(app));
    expect(stored(shop)).toMatchObject([
      { _id: '1900000001', kind: 'direct', items: [{ serial_no: serialNo }] },
    ]);
    expect(JSON.stringify(stored(shop))).not.toContain('BEGIN CERTIFICATE');
    shop.nowMs += 11 * 60 * minuteMs;
    await reconcile(reconcilePorts(app));
    expect(downloads()).toBe(1);
    shop.nowMs += 61 * minuteMs;
    await reconcile(reconcilePorts(app));
    expect(downloads()).toBe(2);
  });

  it('are downloaded beside the public key too: during the switch callbacks are signed with either', async () => {
    const { shop, app } = harness('DIRECT', true);
    listsCertificates(shop);
    expect(await reconcile(reconcilePorts(app))).toMatchObject({ certificates: 1 });
    expect(stored(shop)).toMatchObject([{ _id: '1900000001', items: [{ serial_no: serialNo }] }]);
  });

  it('are asked for twice a day by a merchant that has the public key alone, which is no failure', async () => {
    const { shop, app } = harness('DIRECT', true);
    const signing = { privatePem: platform.privatePem, serial: publicKeyId, nowMs: () => shop.nowMs };
    server.react(answer(signing, 404, { code: 'RESOURCE_NOT_EXISTS', message: '无可用的平台证书' }));
    expect(await reconcile(reconcilePorts(app))).toMatchObject({ certificates: 0 });
    const once = downloads();
    shop.nowMs += 11 * 60 * minuteMs;
    expect(await reconcile(reconcilePorts(app))).toMatchObject({ certificates: false });
    expect(downloads()).toBe(once);
    shop.nowMs += 61 * minuteMs;
    await reconcile(reconcilePorts(app));
    expect(downloads()).toBeGreaterThan(once);
    const failed = shop.logged.filter(({ event }) => event === 'reconcile.step_failed');
    // The fake has no bills.
    expect(failed.filter(({ fields }) => fields.step !== 'bills')).toEqual([]);
  });

  it('that cannot be downloaded are retried after ten minutes, and delay nothing else', async () => {
    const { shop, app } = harness('DIRECT', false);
    const signing = { privatePem: platform.privatePem, serial: serialNo, nowMs: () => shop.nowMs };
    server.react(answer(signing, 404, { code: 'RESOURCE_NOT_EXISTS', message: 'x' }));
    expect(await reconcile(reconcilePorts(app))).toMatchObject({ certificates: 'failed', fulfilled: 0 });
    const once = downloads();
    shop.nowMs += 9 * minuteMs;
    expect(await reconcile(reconcilePorts(app))).toMatchObject({ certificates: false });
    expect(downloads()).toBe(once);
    shop.nowMs += 2 * minuteMs;
    await reconcile(reconcilePorts(app));
    expect(downloads()).toBeGreaterThan(once);
    expect(shop.logged.some(({ event }) => event === 'reconcile.step_failed')).toBe(true);
  });

  it('are downloaded for another function that asks, and nothing else is done for it', async () => {
    const { shop, app } = harness('DIRECT', true);
    listsCertificates(shop);
    expect(await answerServer(reconcilePorts(app), { action: 'refreshCertificates' })).toEqual({
      refreshed: 1,
    });
    await refusal('SOURCE_NOT_ALLOWED', () => answerServer(reconcilePorts(app), { action: 'reconcile' }));
    await refusal('BAD_REQUEST', () => answerServer(reconcilePorts(app), undefined));
  });

  it('of the provider are downloaded by the function that holds its key', async () => {
    const { shop, app } = harness('PROVIDER', false);
    listsCertificates(shop);
    await serveProviderRequest(providerPorts(app), { action: 'refreshCertificates' });
    expect(stored(shop)).toMatchObject([{ kind: 'ecommerce' }]);
  });
});

describe("the provider's orders", () => {
  const buy = (shop: Shop) =>
    createPartnerOrder(shop.ports, payer, {
      requestToken: token('a'),
      items: [{ productId: 'bread', quantity: 1 }],
    });
  const providerCalls = (calls: readonly Called[]) => calls.filter(({ name }) => name === 'partnerOrders');

  it('are passed to the function with the key when they are due, and not before', async () => {
    const { shop, app, calls } = harness('DIRECT', true);
    await buy(shop);
    // Complaints were listed a moment ago.
    const polled = { _id: 'partner', pollAfterMs: shop.nowMs + 15 * minuteMs };
    shop.documents.put('complaint_polls', polled);
    await reconcile(reconcilePorts(app));
    expect(providerCalls(calls)).toEqual([]);
    shop.nowMs += minuteMs;
    await reconcile(reconcilePorts(app));
    expect(providerCalls(calls)).toEqual([{ name: 'partnerOrders', data: { action: 'reconcile' } }]);
  });

  it('are delivered in the run that found them paid', async () => {
    const { shop, app, calls } = harness('DIRECT', true);
    const { paymentNo } = await buy(shop);
    shop.nowMs += minuteMs;
    madeUpRecords();
    const pays = payAtTheProvider(app, shop, paymentNo);
    expect(await reconcile(reconcilePorts(pays))).toMatchObject({ provider: true, fulfilled: 1 });
    expect(calls.map(({ name }) => name)).toEqual(['fulfilOrder']);
  });

  it('are checked by that function with its own key', async () => {
    const { shop, app } = harness('PROVIDER', true);
    const { paymentNo } = await buy(shop);
    const signing = { privatePem: platform.privatePem, serial: publicKeyId, nowMs: () => shop.nowMs };
    server.react(
      answer(signing, 200, {
        sp_appid: 'wx0123456789abcdef',
        sp_mchid: '1900000001',
        sub_mchid: '1900000101',
        out_trade_no: paymentNo,
        transaction_id: '42001',
        trade_state: 'SUCCESS',
        trade_state_desc: 'x',
        success_time: '2026-01-02T11:05:00+08:00',
        amount: { total: 2600, currency: 'CNY' },
      }),
    );
    shop.nowMs += minuteMs;
    expect(await serveProviderRequest(providerPorts(app), { action: 'reconcile' })).toMatchObject({
      orders: { checked: 1, failed: 0 },
    });
    expect(shop.order(paymentNo).state).toBe('SUCCESS');
    await refusal('ORDER_NOT_FOUND', () =>
      serveProviderRequest(providerPorts(app), { action: 'close', paymentNo: 'nothing' }),
    );
    await refusal('BAD_REQUEST', () => serveProviderRequest(providerPorts(app), { action: 'pay' }));
  });
});

/** The same app; the function with the provider's key finds the order paid. */
function payAtTheProvider(app: App, shop: Shop, paymentNo: string): App {
  const paid = (): void => {
    const order: OrderRecord = shop.order(paymentNo);
    const set = {
      state: 'SUCCESS',
      fulfilment: 'PENDING',
      fulfilAfterMs: shop.nowMs,
      confirmedAtMs: shop.nowMs,
      checkAfterMs: null,
    } as const;
    shop.documents.put('orders', { ...order, ...set });
  };
  return {
    ...app,
    functionsWithin: (timeoutMs) => ({
      call: async (name, data) => {
        if (name !== 'partnerOrders') return app.functionsWithin(timeoutMs).call(name, data);
        paid();
        return { ok: true, data: null };
      },
    }),
  };
}
