/** Builds the profit-sharing ports from an app. */
import { type AccountKind, providerKinds } from '../core/account.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { SharingPorts } from '../payments/sharing/ports.ts';
import type { App } from './container.ts';
import { sharingProvider } from './provider-rpc.ts';
import { wechatpayAccounts } from './wechatpay-accounts.ts';

/** For shareProfit and reconcile: requests they cannot sign are delegated to the function that holds the key. */
export function sharingPorts(app: App): SharingPorts {
  return { ...portsOf(app, ['direct']), provider: sharingProvider(app) };
}

/** For partnerOrders, which holds the provider's key. */
export function providerSharingPorts(app: App): SharingPorts {
  return portsOf(app, providerKinds);
}

function portsOf(app: App, kinds: readonly AccountKind[]): SharingPorts {
  const { clock, documents, log } = app;
  return { clock, documents, log, policy: defaultPolicy, accounts: wechatpayAccounts(app, kinds) };
}
