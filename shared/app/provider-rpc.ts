import { CloudError } from '../cloudbase/cloud-error.ts';
import type { ApiError, Result } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import type { ProviderRpc } from '../payments/orders/ports.ts';
import type { ProviderRequest } from '../payments/orders/provider-rpc.ts';
import type { RefundProvider } from '../payments/refunds/ports.ts';
import type { SharingProvider } from '../payments/sharing/ports.ts';
import type { App } from './container.ts';

/** The function that holds the service provider's private key, and does for others what needs it. */
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
    forward: (event) => ask(app, { action: 'refundOrder', event }, paymentTimeoutMs),
  };
}

/** What an operator does to the sharing of the provider's orders. */
export function sharingProvider(app: App): SharingProvider {
  return {
    forward: (event, operator) =>
      ask(app, { action: 'shareProfit', event, ...(operator && { operator }) }, paymentTimeoutMs),
  };
}

async function call(app: App, request: ProviderRequest, timeoutMs: number): Promise<void> {
  await ask(app, request, timeoutMs);
}

/** @throws CommerceError with the function's own code, or with what no answer means */
async function ask(app: App, request: ProviderRequest, timeoutMs: number): Promise<unknown> {
  const result = readResult(await send(app, request, timeoutMs));
  if (!result.ok) throw asCommerceError(result.error);
  return result.data;
}

async function send(app: App, request: ProviderRequest, timeoutMs: number): Promise<unknown> {
  try {
    return await app.functionsWithin(timeoutMs).call(providerFunction, { ...request });
  } catch (cause) {
    // Not deployed is a mistake of the deployment; after any other failure it may have been done.
    const missing = cause instanceof CloudError && cause.code === 'NOT_FOUND';
    throw new CommerceError(missing ? 'CONFIG_INVALID' : 'OUTCOME_UNKNOWN', { cause });
  }
}

function readResult(answer: unknown): Result<unknown> {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer as Result<unknown>;
  throw new Error(`${providerFunction} did not answer as it should.`);
}

function asCommerceError(error: ApiError): CommerceError {
  return new CommerceError(error.code, {
    texts: { zh: error.message, en: error.messageEn },
    ...(error.retryable && { retryable: true }),
    ...(error.wechatPay && { wechatPay: error.wechatPay }),
  });
}
