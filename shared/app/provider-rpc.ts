import { CloudError } from '../cloudbase/cloud-error.ts';
import type { ApiError, Result } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import type { ProviderDesk } from '../core/ports.ts';
import type { DeskRequest } from '../payments/orders/provider-rpc.ts';
import type { App } from './container.ts';

/** The function that holds the service provider's private key, and does for others what needs it. */
export const deskFunction = 'partnerOrders';

const paymentTimeoutMs = 15_000;
const reconcileTimeoutMs = 40_000;

export function providerDesk(app: App): ProviderDesk {
  return {
    refresh: (paymentNo) => askDesk(app, { action: 'refresh', paymentNo }, paymentTimeoutMs),
    close: (paymentNo) => askDesk(app, { action: 'close', paymentNo }, paymentTimeoutMs),
    reconcile: () => askDesk(app, { action: 'reconcile' }, reconcileTimeoutMs),
  };
}

/** @throws CommerceError with the desk's own code, or with what its silence means */
async function askDesk(app: App, request: DeskRequest, timeoutMs: number): Promise<void> {
  const result = readResult(await call(app, request, timeoutMs));
  if (!result.ok) throw asCommerceError(result.error);
}

async function call(app: App, request: DeskRequest, timeoutMs: number): Promise<unknown> {
  try {
    return await app.functionsWithin(timeoutMs).call(deskFunction, { ...request });
  } catch (cause) {
    // Not deployed is a mistake of the deployment; any other failure may have come after the deed.
    const missing = cause instanceof CloudError && cause.code === 'NOT_FOUND';
    throw new CommerceError(missing ? 'CONFIG_INVALID' : 'OUTCOME_UNKNOWN', { cause });
  }
}

function readResult(answer: unknown): Result<unknown> {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer as Result<unknown>;
  throw new Error(`${deskFunction} did not answer as it should.`);
}

function asCommerceError(error: ApiError): CommerceError {
  return new CommerceError(error.code, {
    texts: { zh: error.message, en: error.messageEn },
    ...(error.retryable && { retryable: true }),
    ...(error.wechatPay && { wechatPay: error.wechatPay }),
  });
}
