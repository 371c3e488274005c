/**
 * Builds the shipping ports from an app. shipOrder has access to WeChat's server API and calls it for other functions.
 */
import { defaultPolicy } from '../core/policy.ts';
import type {
  ConfirmReceiptPorts,
  ShippingEventPorts,
  ShippingPorts,
  ShippingRpc,
} from '../payments/shipping/ports.ts';
import type { App } from './container.ts';
import { askFunction } from './function-rpc.ts';
import { weixinApi, weixinSettings } from './weixin.ts';

const shippingFunction = 'shipOrder';
const refreshTimeoutMs = 12_000;
const reconcileTimeoutMs = 30_000;

/** For shipOrder. @throws ConfigError that names every variable at fault */
export function shippingPorts(app: App): ShippingPorts {
  const { clock, documents, log } = app;
  const { shippedTemplateId } = weixinSettings(app);
  return { clock, documents, log, policy: defaultPolicy, weixin: weixinApi(app), shippedTemplateId };
}

/** For confirmReceipt. */
export function confirmReceiptPorts(app: App): ConfirmReceiptPorts {
  const { clock, documents } = app;
  return { clock, documents, policy: defaultPolicy, shipping: shippingRpc(app) };
}

/** For receiveEvent. */
export function shippingEventPorts({ clock, documents, log }: App): ShippingEventPorts {
  return { clock, documents, log };
}

/** For functions that call shipOrder. */
export function shippingRpc(app: App): ShippingRpc {
  return {
    refresh: async (outTradeNo) => {
      await askFunction(app, shippingFunction, { action: 'refresh', outTradeNo }, refreshTimeoutMs);
    },
    reconcile: () => askFunction(app, shippingFunction, { action: 'reconcile' }, reconcileTimeoutMs),
  };
}
