import type { ComplaintProvider } from '../payments/complaints/ports.ts';
import type { ProviderRpc } from '../payments/orders/ports.ts';
import type { ProviderRequest } from '../payments/orders/provider-rpc.ts';
import type { RefundProvider } from '../payments/refunds/ports.ts';
import type { SharingProvider } from '../payments/sharing/ports.ts';
import type { App } from './container.ts';
import { askFunction } from './function-rpc.ts';

/** The function that holds the service provider's private key and signs for other functions. */
export const providerFunction = 'partnerOrders';

const paymentTimeoutMs = 15_000;
const reconcileTimeoutMs = 40_000;

export function providerRpc(app: App): ProviderRpc {
  return {
    refresh: (paymentNo) => call(app, { action: 'refresh', paymentNo }, paymentTimeoutMs),
    close: (paymentNo) => call(app, { action: 'close', paymentNo }, paymentTimeoutMs),
    reconcile: () => call(app, { action: 'reconcile' }, reconcileTimeoutMs),
  };
}

/** Refunds of the provider's orders. */
export function refundProvider(app: App): RefundProvider {
  return {
    work: (outRefundNo) => call(app, { action: 'workOnRefund', outRefundNo }, paymentTimeoutMs),
    forward: (event) =>
      askFunction(app, providerFunction, { action: 'refundOrder', event }, paymentTimeoutMs),
  };
}

/** Operators' profit-sharing actions on the provider's orders. */
export function sharingProvider(app: App): SharingProvider {
  return {
    forward: (event, operator) =>
      askFunction(
        app,
        providerFunction,
        { action: 'shareProfit', event, ...(operator && { operator }) },
        paymentTimeoutMs,
      ),
  };
}

/** Complaints about the provider's sub-merchants. */
export function complaintProvider(app: App): ComplaintProvider {
  return {
    forward: (operator, event) =>
      askFunction(app, providerFunction, { action: 'handleComplaints', operator, event }, paymentTimeoutMs),
  };
}

async function call(app: App, request: ProviderRequest, timeoutMs: number): Promise<void> {
  await askFunction(app, providerFunction, request, timeoutMs);
}
