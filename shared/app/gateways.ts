import type { AccountKind, Gateways, OrderReference, PaymentGateway } from '../core/ports.ts';
import { closeCombine, createCombineJsapiPrepay, queryCombine } from '../wechatpay/api/combine.ts';
import { closeJsapi, createJsapiPrepay, queryJsapiByOutTradeNo } from '../wechatpay/api/jsapi.ts';
import {
  closePartner,
  createPartnerJsapiPrepay,
  queryPartnerByOutTradeNo,
} from '../wechatpay/api/partner-jsapi.ts';
import { paySign } from '../wechatpay/crypto/signer.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import type { WechatpayClient } from '../wechatpay/http/client-types.ts';
import { appSettings, isConfigured, providerKind, providerSubAppid } from './accounts.ts';
import { nonce, wechatpayClient } from './clients.ts';
import type { App } from './container.ts';
import { fromCombined, fromDirect, fromPartner } from './transactions.ts';

/** Codes by which WeChat Pay says that it knows no such order. */
const unknownOrderCodes: ReadonlySet<string> = new Set([
  'ORDER_NOT_EXIST',
  'ORDERNOTEXIST',
  'RESOURCE_NOT_EXISTS',
]);

/** The accounts whose private keys this function was given. A key is read at the first use of its account. */
export function gateways(
  app: App,
  kinds: readonly AccountKind[] = ['direct', 'partner', 'ecommerce'],
): Gateways {
  return {
    find(kind) {
      if (!kinds.includes(kind) || !isConfigured(app, kind)) return undefined;
      return app.once(kind === 'direct' ? directGateway : providerGateway);
    },
  };
}

function directGateway(app: App): PaymentGateway {
  const client = wechatpayClient(app, 'direct');
  const { appid } = appSettings(app);
  return {
    account: 'direct',
    appid,
    mchid: client.account.mchid,
    prepay: (path, body) => prepay(client, path, body),
    query: (order) =>
      unlessUnknown(async () => {
        const wire = await queryJsapiByOutTradeNo(client, order.outTradeNo);
        checkAnswer(wire?.out_trade_no === order.outTradeNo);
        return fromDirect(wire);
      }),
    close: (order) => closeJsapi(client, order.outTradeNo),
    paymentParams: (prepayId) => sign(app, client, appid, prepayId),
    ...combined(client, appid, undefined),
  };
}

function providerGateway(app: App): PaymentGateway {
  const kind = providerKind(app);
  const client = wechatpayClient(app, kind);
  const { appid } = appSettings(app);
  const subAppid = providerSubAppid(app);
  return {
    account: kind,
    appid,
    mchid: client.account.mchid,
    ...(subAppid !== undefined && { subAppid }),
    prepay: (path, body) => prepay(client, path, body),
    query: (order) =>
      unlessUnknown(async () => {
        const wire = await queryPartnerByOutTradeNo(client, subMchidOf(order), order.outTradeNo);
        checkAnswer(wire?.out_trade_no === order.outTradeNo);
        return fromPartner(wire);
      }),
    close: (order) => closePartner(client, subMchidOf(order), order.outTradeNo),
    paymentParams: (prepayId) => sign(app, client, subAppid ?? appid, prepayId),
    ...combined(client, appid, subAppid),
  };
}

function combined(
  client: WechatpayClient,
  appid: string,
  subAppid: string | undefined,
): Pick<PaymentGateway, 'queryCombined' | 'closeCombined'> {
  return {
    queryCombined: (combineOutTradeNo) =>
      unlessUnknown(async () => {
        const wire = await queryCombine(client, combineOutTradeNo);
        checkAnswer(wire?.combine_out_trade_no === combineOutTradeNo && Array.isArray(wire.sub_orders));
        checkAnswer(wire.sub_orders.every((order) => typeof order?.out_trade_no === 'string'));
        return fromCombined(wire);
      }),
    closeCombined: (combineOutTradeNo, orders) =>
      closeCombine(client, combineOutTradeNo, {
        combine_appid: appid,
        sub_orders: orders.map((order) => ({
          mchid: client.account.mchid,
          out_trade_no: order.outTradeNo,
          ...(order.subMchid !== undefined && { sub_mchid: order.subMchid }),
          ...(subAppid !== undefined && { sub_appid: subAppid }),
        })),
      }),
  };
}

/** The stored body goes out byte for byte, to the API that its path names. */
async function prepay(client: WechatpayClient, path: string, body: string): Promise<{ prepayId: string }> {
  const create = prepayApis[path];
  if (!create) throw new WechatpayError('fault', 'REQUEST_INVALID', `No order API is known at ${path}.`);
  const answer = await create(client, body);
  checkAnswer(typeof answer?.prepay_id === 'string' && answer.prepay_id !== '');
  return { prepayId: answer.prepay_id };
}

/** A signature says who answered, not what was asked: what is not about the question is no answer to it. */
function checkAnswer(isAnswer: boolean): void {
  if (isAnswer) return;
  throw new WechatpayError(
    'unknown',
    'RESPONSE_MALFORMED',
    'WeChat Pay signed an answer that is not one to this question, or lacks what its page promises. Ask again.',
  );
}

const prepayApis: Readonly<
  Record<string, (client: WechatpayClient, body: string) => Promise<{ prepay_id: string }>>
> = {
  '/v3/pay/transactions/jsapi': createJsapiPrepay,
  '/v3/pay/partner/transactions/jsapi': createPartnerJsapiPrepay,
  '/v3/combine-transactions/jsapi': createCombineJsapiPrepay,
};

async function unlessUnknown<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const unknown =
      error instanceof WechatpayError && error.kind === 'refused' && unknownOrderCodes.has(error.code);
    if (unknown) return undefined;
    throw error;
  }
}

function sign(app: App, client: WechatpayClient, appid: string, prepayId: string) {
  return paySign({ appid, prepayId }, client.account.privateKey, {
    nowMs: app.clock.nowMs(),
    nonce: nonce(),
  });
}

function subMchidOf(order: OrderReference): string {
  if (order.subMchid !== undefined) return order.subMchid;
  throw new WechatpayError('fault', 'REQUEST_INVALID', `The order ${order.outTradeNo} has no sub_mchid.`);
}
