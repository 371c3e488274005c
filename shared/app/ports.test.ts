/** What each function is given: which keys it may sign with, and where it sends what it cannot sign. */
import { describe, expect, it } from 'vitest';
import type { Accounts } from '../core/account.ts';
import { defaultPolicy } from '../core/policy.ts';
import { memoryDocuments } from '../core/testing/documents.ts';
import type { OrderRecord } from '../payments/orders/records.ts';
import { rsaPair } from '../wechatpay/testing/material.ts';
import { complaintPorts, providerComplaintPorts } from './complaints.ts';
import { type App, createApp } from './container.ts';
import { managementPorts } from './management.ts';
import { onboardingPorts } from './onboarding.ts';
import {
  createOrderPorts,
  createPartnerOrderPorts,
  fulfilmentPorts,
  orderPorts,
  providerOrderPorts,
  queryOrderPorts,
} from './orders.ts';
import { providerPorts, reconcilePorts } from './reconciliation.ts';
import { providerRefundPorts, refundPorts, withdrawalPorts } from './refunds.ts';
import { providerSharingPorts, sharingPorts } from './sharing.ts';
import { confirmReceiptPorts, shippingEventPorts, shippingPorts, shippingRpc } from './shipping.ts';
import { transferPorts } from './transfers.ts';

const { privatePem } = rsaPair('merchant');
const accountOf = (prefix: 'DIRECT' | 'PROVIDER', mchid: string) => ({
  [`WECHATPAY_${prefix}_MCHID`]: mchid,
  [`WECHATPAY_${prefix}_SERIAL_NO`]: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  [`WECHATPAY_${prefix}_PRIVATE_KEY`]: privatePem,
  [`WECHATPAY_${prefix}_API_V3_KEY`]: 'abcdefghijklmnopqrstuvwxyz012345',
});
/** A deployment whose functions were all given both accounts, which is more than each should use. */
const env: Readonly<Record<string, string>> = {
  WECHATPAY_APPID: 'wx0123456789abcdef',
  WECHATPAY_NOTIFY_URL: 'https://shop.example.com/pay-notify',
  WECHATPAY_PROVIDER_KIND: 'ecommerce',
  ...accountOf('DIRECT', '1900000001'),
  ...accountOf('PROVIDER', '1900000002'),
};

function appOf(more: Record<string, string> = {}) {
  const called: unknown[] = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const functionsWithin = (timeoutMs: number) => ({
    call: async (name: string, data: Record<string, unknown>) => {
      called.push([name, data, timeoutMs]);
      return { ok: true, data: 'answer' };
    },
  });
  const clock = { nowMs: () => 1 };
  return {
    app: createApp({ ...env, ...more }, { clock, log, documents: memoryDocuments(), functionsWithin }),
    called,
  };
}
const kindsOf = ({ accounts }: { accounts: Accounts }) =>
  (['direct', 'partner', 'ecommerce'] as const).filter((kind) => accounts.find(kind));

describe('the accounts on whose behalf a function signs', () => {
  it.each<[string, (app: App) => { accounts: Accounts }, string[]]>([
    ['createOrder', createOrderPorts, ['direct']],
    ['createPartnerOrder', createPartnerOrderPorts, ['ecommerce']],
    ['closeOrder', orderPorts, ['direct', 'ecommerce']],
    ['queryOrder', queryOrderPorts, ['direct', 'ecommerce']],
    ['partnerOrders', providerOrderPorts, ['ecommerce']],
    ['refundOrder', refundPorts, ['direct']],
    ['partnerOrders, for refunds', providerRefundPorts, ['ecommerce']],
    ['sellerFunds', withdrawalPorts, ['ecommerce']],
    ['shareProfit', sharingPorts, ['direct']],
    ['partnerOrders, for shares', providerSharingPorts, ['ecommerce']],
    ['handleComplaints', complaintPorts, ['direct']],
    ['partnerOrders, for complaints', providerComplaintPorts, ['ecommerce']],
    ['complaints, for the refunds that they lead to', (app) => complaintPorts(app).refunds, ['direct']],
    ['the same of the provider', (app) => providerComplaintPorts(app).refunds, ['ecommerce']],
    ['transferMoney', transferPorts, ['direct']],
    ['reconcile', reconcilePorts, ['direct', 'ecommerce']],
    ['reconcile, for refunds', (app) => reconcilePorts(app).refunds, ['direct']],
    ['reconcile, for transfers', (app) => reconcilePorts(app).transfers, ['direct']],
    ['reconcile, for shares', (app) => reconcilePorts(app).sharing, ['direct']],
    ['partnerOrders, by the timer', providerPorts, ['ecommerce']],
    ['the same for refunds', (app) => providerPorts(app).refunds, ['ecommerce']],
    ['the same for withdrawals', (app) => providerPorts(app).withdrawals, ['ecommerce']],
    ['the same for shares', (app) => providerPorts(app).sharing, ['ecommerce']],
    ['the same for complaints', (app) => providerPorts(app).complaints(), ['ecommerce']],
  ])('of %s', (_, build, kinds) => {
    const { app } = appOf();
    const ports = build(app);
    expect(kindsOf(ports)).toEqual(kinds);
    const { clock, documents, log } = app;
    expect(ports).toMatchObject({ clock, documents, log, policy: defaultPolicy });
  });

  it('are the one that the timer keeps certificates of', () => {
    const { app } = appOf();
    expect(reconcilePorts(app).account()).toMatchObject({ kind: 'direct', mchid: '1900000001' });
    expect(providerPorts(app).account()).toMatchObject({ kind: 'ecommerce', mchid: '1900000002' });
  });

  it('are the one that applications are sent with', () => {
    const { app } = appOf();
    const { account, sha256Hex, clock, documents, log } = onboardingPorts(app);
    expect(account).toMatchObject({ kind: 'ecommerce', client: { account: { mchid: '1900000002' } } });
    expect([clock, documents, log]).toEqual([app.clock, app.documents, app.log]);
    expect(sha256Hex('')).toMatch(/^e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855$/);
    expect(providerPorts(app).onboarding().account).toBe(account);
  });

  it('are none for a function that only reads documents', () => {
    const { app } = appOf();
    const { clock, documents, log } = app;
    expect(managementPorts(app)).toEqual({ clock, documents, policy: defaultPolicy });
    expect(shippingEventPorts(app)).toEqual({ clock, documents, log });
  });
});

describe('what a function cannot sign goes to the one that can', () => {
  it('for refunds, shares, complaints and orders of the provider', async () => {
    const { app, called } = appOf();
    await refundPorts(app).provider?.work('R1');
    expect(await refundPorts(app).provider?.forward({ a: 1 })).toBe('answer');
    await sharingPorts(app).provider?.forward({ a: 1 }, 'ooperator');
    await sharingPorts(app).provider?.forward({ a: 1 }, null);
    await complaintPorts(app).provider?.forward('ooperator', { a: 1 });
    await orderPorts(app).providerRpc?.close('P1');
    expect(called).toEqual(
      [
        { action: 'workOnRefund', outRefundNo: 'R1' },
        { action: 'refundOrder', event: { a: 1 } },
        { action: 'shareProfit', event: { a: 1 }, operator: 'ooperator' },
        { action: 'shareProfit', event: { a: 1 } },
        { action: 'handleComplaints', operator: 'ooperator', event: { a: 1 } },
        { action: 'close', paymentNo: 'P1' },
      ].map((data) => ['partnerOrders', data, 15_000]),
    );
  });

  it('but not from that one itself', () => {
    const { app } = appOf();
    const own = [providerOrderPorts(app), providerRefundPorts(app), providerSharingPorts(app)];
    for (const ports of [...own, providerComplaintPorts(app)]) {
      expect(ports).not.toHaveProperty('provider');
      expect(ports).not.toHaveProperty('providerRpc');
    }
  });

  it('for shipments', async () => {
    const { app, called } = appOf();
    await confirmReceiptPorts(app).shipping.refresh('T1');
    expect(await shippingRpc(app).reconcile()).toBe('answer');
    expect(called).toEqual([
      ['shipOrder', { action: 'refresh', outTradeNo: 'T1' }, 12_000],
      ['shipOrder', { action: 'reconcile' }, 30_000],
    ]);
    expect(confirmReceiptPorts(app)).toMatchObject({
      clock: app.clock,
      documents: app.documents,
      policy: defaultPolicy,
    });
  });
});

describe('where WeChat Pay reports the outcome', () => {
  it('is the path of the account', () => {
    const { app } = appOf();
    expect(refundPorts(app).notifyUrlOf('direct')).toBe('https://shop.example.com/pay-notify/direct');
    expect(withdrawalPorts(app).notifyUrlOf('ecommerce')).toBe(
      'https://shop.example.com/pay-notify/ecommerce',
    );
    expect(transferPorts(app).notifyUrl()).toBe('https://shop.example.com/pay-notify/direct');
  });

  it.each(['', ' '])('is nowhere when WECHATPAY_NOTIFY_URL is %j: the timer asks', (url) => {
    const { app } = appOf({ WECHATPAY_NOTIFY_URL: url });
    expect([refundPorts(app).notifyUrlOf('direct'), transferPorts(app).notifyUrl()]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is nowhere when that is not set', () => {
    expect(transferPorts(createApp({})).notifyUrl()).toBeUndefined();
  });
});

describe('what is delivered', () => {
  it('is delivered by the function that is configured, which is waited for as long as an attempt may take', async () => {
    const { app, called } = appOf({ FULFILMENT_FUNCTION: ' fulfilOrder ', WECHAT_API_ACCESS: 'cloud' });
    const { functions, fulfilmentFunction, ships } = fulfilmentPorts(app);
    expect([fulfilmentFunction, ships]).toEqual(['fulfilOrder', true]);
    await functions.call('a', {});
    await reconcilePorts(app).functions.call('b', {});
    const timeoutMs = defaultPolicy.fulfilmentTimeoutMs;
    expect(called).toEqual([...'ab'].map((name) => [name, {}, timeoutMs]));
    expect(reconcilePorts(app).fulfilment().fulfilmentFunction).toBe('fulfilOrder');
  });

  it.each([{}, { FULFILMENT_FUNCTION: ' ' }])('is nothing without one: %j', (more) => {
    const { fulfilmentFunction, ships } = fulfilmentPorts(appOf(more).app);
    expect([fulfilmentFunction, ships]).toEqual([undefined, false]);
  });

  it('is not delivered again by a query', async () => {
    const order = { _id: 'T1', fulfilment: 'DONE' } as OrderRecord;
    expect(await queryOrderPorts(appOf().app).deliver(order)).toBe(order);
  });

  it('is shipped through WeChat where that is configured', async () => {
    const more = { WECHAT_API_ACCESS: 'cloud', SHIPPED_TEMPLATE_ID: 'template_id-of-a-message' };
    const { app, called } = appOf(more);
    const { clock, documents, log } = app;
    expect(shippingPorts(app)).toMatchObject({
      clock,
      documents,
      log,
      policy: defaultPolicy,
      shippedTemplateId: more.SHIPPED_TEMPLATE_ID,
    });
    await reconcilePorts(app).shipping?.reconcile();
    expect(called).toHaveLength(1);
    expect(reconcilePorts(appOf().app).shipping).toBeUndefined();
  });
});

it('reads the scenes of transfers, and a nonce for each request', () => {
  const { app } = appOf({ WECHATPAY_TRANSFER_SCENES: '1000,1005' });
  expect(transferPorts(app).scenes()).toEqual(['1000', '1005']);
  const { randomHex } = complaintPorts(app);
  const made = [randomHex(), randomHex(), createOrderPorts(app).nonce()];
  expect(new Set(made).size).toBe(3);
  for (const each of made) expect(each).toMatch(/^[0-9a-f]{32}$/);
});
