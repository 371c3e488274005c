/** A shop whose paid orders are shipped: the simulator's api.weixin.qq.com, real access tokens, documents in memory. */

import type { ShippingPorts } from '../../shared/payments/shipping/ports.ts';
import { tokenApi } from '../../shared/weixin/token-api.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

export interface ShippingShop extends RefundShop {
  readonly shipping: ShippingPorts;
  /** Calls that arrived at api.weixin.qq.com, by path without `/wxa/sec/order/`. */
  readonly calls: { readonly path: string; readonly body: Record<string, unknown> }[];
}

/** @param lose as of RefundShop, for the calls whose path it is asked about */
export async function shippingShop(
  kind: Parameters<typeof refundShop>[0] = 'direct',
  loses: (path: string) => boolean = () => true,
): Promise<ShippingShop> {
  const shop = await refundShop(kind);
  const calls: ShippingShop['calls'] = [];
  const { appid, appSecret } = shop.sandbox.credentials[kind ?? 'direct'];
  const { clock, documents, log, policy } = shop.ports;
  const weixin = tokenApi({
    documents,
    clock,
    appid,
    appSecret,
    base: 'http://127.0.0.1:8700',
    timeoutMs: 5000,
    fetch: async (url, init) => {
      const path = new URL(url).pathname.replace('/wxa/sec/order/', '');
      const lost = loses(path) ? shop.lose : undefined;
      if (lost === 'before') throw new TypeError('fetch failed');
      calls.push({ path, body: JSON.parse(String(init.body)) });
      const answer = await shop.sandbox.fetch(new Request(url, { ...init, redirect: 'follow' }));
      if (lost === 'after') throw new TypeError('fetch failed');
      return answer;
    },
  });
  return Object.assign(shop, {
    calls,
    shipping: { clock, documents, log, policy, weixin, shippedTemplateId: undefined },
  });
}
