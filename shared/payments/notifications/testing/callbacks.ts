import { createApp } from '../../../app/container.ts';
import { httpFunction } from '../../../app/entry.ts';
import { endpointPorts } from '../../../app/notifications.ts';
import type { HttpAnswer } from '../../../cloudbase/http-event.ts';
import {
  encryptResource,
  type RsaPair,
  rsaPair,
  signatureHeaders,
} from '../../../wechatpay/testing/material.ts';
import { createOrder } from '../../orders/create.ts';
import { createShop, payer, type Shop, token } from '../../testing/shop.ts';
import { answerNotification } from '../endpoint.ts';

/** Two of WeChat Pay's key pairs: of the public key that is configured here, and of a platform certificate. */
const publicKey: RsaPair = rsaPair('platform');
export const certified: RsaPair = rsaPair('first certificate');

export const apiV3KeyText = '0123456789abcdef0123456789abcdef';
const publicKeyId = 'PUB_KEY_ID_0119000000012026';
export const serialNo = '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B';
export const otherKey = 'another-key-of-32-bytes-exactly!';

export interface WebEvent {
  httpMethod: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Sent {
  path?: string;
  method?: string;
  serial?: string;
  pair?: RsaPair;
  key?: string;
  /** Changes to the payment that it reports. */
  transaction?: Record<string, unknown>;
  /** Another event than a payment. */
  event?: { type: string; resource: Record<string, unknown> };
  id?: string;
  /** The platform's variables of the caller; undefined for a context without any. */
  variables?: Record<string, string> | undefined;
  spoil?: (event: WebEvent) => Partial<WebEvent>;
}

/** payNotify over a shop in memory, with one order, and WeChat Pay's side of the wire. */
export async function harness(extraEnv: Record<string, string> = {}) {
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
      event_type: sent.event?.type ?? 'TRANSACTION.SUCCESS',
      resource_type: 'encrypt-resource',
      summary: '支付成功',
      resource: encryptResource(
        JSON.stringify(sent.event?.resource ?? { ...paid(paymentNo), ...sent.transaction }),
        sent.key ?? apiV3KeyText,
      ),
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

export const provider = {
  WECHATPAY_PROVIDER_KIND: 'ecommerce',
  WECHATPAY_PROVIDER_MCHID: '1900000002',
  WECHATPAY_PROVIDER_API_V3_KEY: apiV3KeyText,
};

/** The same with an API v3 key of its own, and a public key to verify callbacks with. */
export const verifyingProvider = {
  ...provider,
  WECHATPAY_PROVIDER_API_V3_KEY: otherKey,
  WECHATPAY_PROVIDER_PUBLIC_KEY_ID: publicKeyId,
  WECHATPAY_PROVIDER_PUBLIC_KEY: publicKey.publicPem,
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

/** What a callback left behind, besides what it did to its order. */
export const recorded = (shop: Shop) =>
  shop.documents.all('notifications').length + shop.documents.all('anomalies').length;
