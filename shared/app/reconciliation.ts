/** Builds the ports of reconcile, and of partnerOrders, which does the part that needs the provider's key. */
import { usesWeixinApi } from '../cloudbase/accounts.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { ProviderPorts } from '../payments/reconcile/provider.ts';
import type { ReconcilePorts } from '../payments/reconcile/run.ts';
import { providerKind } from './accounts.ts';
import { providerComplaintPorts } from './complaints.ts';
import type { App } from './container.ts';
import { onboardingPorts } from './onboarding.ts';
import { fulfilmentPorts, orderPorts, providerOrderPorts } from './orders.ts';
import { providerRefundPorts, refundPorts, withdrawalPorts } from './refunds.ts';
import { providerSharingPorts, sharingPorts } from './sharing.ts';
import { shippingRpc } from './shipping.ts';
import { transferPorts } from './transfers.ts';
import { wechatpayAccount } from './wechatpay-accounts.ts';

export function reconcilePorts(app: App): ReconcilePorts {
  return {
    ...orderPorts(app),
    functions: app.functionsWithin(defaultPolicy.fulfilmentTimeoutMs),
    refunds: refundPorts(app),
    transfers: transferPorts(app),
    sharing: sharingPorts(app),
    shipping: usesWeixinApi(app.env) ? shippingRpc(app) : undefined,
    fulfilment: () => fulfilmentPorts(app),
    account: () => wechatpayAccount(app, 'direct'),
  };
}

export function providerPorts(app: App): ProviderPorts {
  return {
    ...providerOrderPorts(app),
    refunds: providerRefundPorts(app),
    withdrawals: withdrawalPorts(app),
    sharing: providerSharingPorts(app),
    complaints: () => providerComplaintPorts(app),
    onboarding: () => onboardingPorts(app),
    account: () => wechatpayAccount(app, providerKind(app)),
  };
}
