/** Builds the ports of the order functions from an app. */
import { readFulfilmentFunction, usesWeixinApi } from '../cloudbase/accounts.ts';
import { readConfig } from '../cloudbase/config.ts';
import { type AccountKind, providerKinds } from '../core/account.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { FunctionCaller } from '../core/ports.ts';
import { type FulfilmentPorts, fulfilOnce } from '../payments/fulfilment/outbox.ts';
import type { CreateOrderPorts, OrderPorts } from '../payments/orders/ports.ts';
import type { QueryOrderPorts } from '../payments/orders/query.ts';
import { notifyUrl } from './accounts.ts';
import type { App } from './container.ts';
import { providerRpc } from './provider-rpc.ts';
import { nonce, wechatpayAccounts } from './wechatpay-accounts.ts';

/** For createOrder, which places orders on the direct account. @throws ConfigError */
export function createOrderPorts(app: App): CreateOrderPorts {
  return placingPorts(app, ['direct']);
}

/** For createPartnerOrder, which places orders on the provider's account. @throws ConfigError */
export function createPartnerOrderPorts(app: App): CreateOrderPorts {
  return placingPorts(app, providerKinds);
}

function placingPorts(app: App, kinds: readonly [AccountKind, ...AccountKind[]]): CreateOrderPorts {
  const { clock, documents, log } = app;
  app.once(loadHttpClient);
  return {
    clock,
    documents,
    log,
    policy: defaultPolicy,
    accounts: wechatpayAccounts(app, kinds),
    nonce,
    notifyUrl: notifyUrl(app, kinds[0]),
  };
}

/**
 * axios takes some milliseconds of a cold start: it is loaded during the first database request. A load failure is
 * reported by the client, which loads it too.
 */
function loadHttpClient(): void {
  setImmediate(() => void import('../wechatpay/http/axios-transport.ts').catch(() => undefined));
}

/** For queryOrder, closeOrder and reconcile: requests they cannot sign are delegated to partnerOrders. */
export function orderPorts(app: App): OrderPorts {
  const { clock, documents, log } = app;
  return {
    clock,
    documents,
    log,
    policy: defaultPolicy,
    accounts: wechatpayAccounts(app, ['direct', ...providerKinds]),
    providerRpc: providerRpc(app),
  };
}

/** For partnerOrders, which holds the provider's key. */
export function providerOrderPorts(app: App): OrderPorts {
  const { clock, documents, log } = app;
  return { clock, documents, log, policy: defaultPolicy, accounts: wechatpayAccounts(app, providerKinds) };
}

/** For queryOrder, which also fulfils the paid orders it returns. */
export function queryOrderPorts(app: App): QueryOrderPorts {
  const ports = fulfilmentPorts(app);
  return { ...ports, deliver: (order) => fulfilOnce(ports, order) };
}

/** For reconcile, which also fulfils orders. */
export function fulfilmentPorts(app: App): FulfilmentPorts {
  return {
    ...orderPorts(app),
    functions: app.once(fulfilmentCaller),
    fulfilmentFunction: app.once(fulfilmentFunction),
    ships: usesWeixinApi(app.env),
  };
}

function fulfilmentCaller(app: App): FunctionCaller {
  return app.functionsWithin(defaultPolicy.fulfilmentTimeoutMs);
}

function fulfilmentFunction(app: App): string | undefined {
  if (!app.env.FULFILMENT_FUNCTION?.trim()) return undefined;
  return readConfig(app.env, readFulfilmentFunction);
}
