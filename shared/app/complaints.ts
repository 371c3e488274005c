/** Builds the complaint ports from an app. */
import { type AccountKind, providerKinds } from '../core/account.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { ComplaintPorts } from '../payments/complaints/ports.ts';
import type { RefundPorts } from '../payments/refunds/ports.ts';
import type { App } from './container.ts';
import { buildFiles } from './media.ts';
import { complaintProvider } from './provider-rpc.ts';
import { providerRefundPorts, refundPorts } from './refunds.ts';
import { nonce, wechatpayAccounts } from './wechatpay-accounts.ts';

/** For handleComplaints: requests it cannot sign are delegated to the function that holds the key. */
export function complaintPorts(app: App): ComplaintPorts {
  return { ...portsOf(app, ['direct'], refundPorts(app)), provider: complaintProvider(app) };
}

/** For partnerOrders, which holds the provider's key. */
export function providerComplaintPorts(app: App): ComplaintPorts {
  return portsOf(app, providerKinds, providerRefundPorts(app));
}

function portsOf(app: App, kinds: readonly AccountKind[], refunds: RefundPorts): ComplaintPorts {
  const { clock, documents, log } = app;
  return {
    clock,
    documents,
    log,
    policy: defaultPolicy,
    accounts: wechatpayAccounts(app, kinds),
    refunds,
    files: app.once(buildFiles),
    randomHex: nonce,
  };
}
