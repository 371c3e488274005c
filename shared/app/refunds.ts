/** Builds the refund and withdrawal ports from an app. */
import { type AccountKind, providerKinds } from '../core/account.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { RefundPorts } from '../payments/refunds/ports.ts';
import type { WithdrawalPorts } from '../payments/withdrawals/ports.ts';
import { callbackUrl } from './accounts.ts';
import type { App } from './container.ts';
import { refundProvider } from './provider-rpc.ts';
import { wechatpayAccounts } from './wechatpay-accounts.ts';

/**
 * For refundOrder, requestRefund and reconcile: requests they cannot sign are delegated to the function that holds the
 * key.
 */
export function refundPorts(app: App): RefundPorts {
  return { ...portsOf(app, ['direct']), provider: refundProvider(app) };
}

/** For partnerOrders, which holds the provider's key. */
export function providerRefundPorts(app: App): RefundPorts {
  return portsOf(app, providerKinds);
}

/** For sellerFunds, and for partnerOrders. */
export function withdrawalPorts(app: App): WithdrawalPorts {
  return portsOf(app, providerKinds);
}

function portsOf(app: App, kinds: readonly AccountKind[]): RefundPorts {
  const { clock, documents, log } = app;
  return {
    clock,
    documents,
    log,
    policy: defaultPolicy,
    accounts: wechatpayAccounts(app, kinds),
    notifyUrlOf: (kind) => callbackUrl(app, kind),
  };
}
