/** Calls another function of the shop and returns its answer or throws its error. */
import { CloudError } from '../cloudbase/cloud-error.ts';
import type { ApiError, Result } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import type { App } from './container.ts';

/** @throws CommerceError with the function's own code, or one that stands for a missing answer */
export async function askFunction(
  app: App,
  name: string,
  request: object,
  timeoutMs: number,
): Promise<unknown> {
  const result = readResult(name, await send(app, name, request, timeoutMs));
  if (!result.ok) throw asCommerceError(result.error);
  return result.data;
}

async function send(app: App, name: string, request: object, timeoutMs: number): Promise<unknown> {
  try {
    return await app.functionsWithin(timeoutMs).call(name, { ...request });
  } catch (cause) {
    // FUNCTION_NOT_FOUND is a deployment mistake; after any other failure the call may have taken effect.
    const missing = cause instanceof CloudError && cause.code === 'NOT_FOUND';
    throw new CommerceError(missing ? 'CONFIG_INVALID' : 'OUTCOME_UNKNOWN', { cause });
  }
}

function readResult(name: string, answer: unknown): Result<unknown> {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer as Result<unknown>;
  throw new Error(
    `${name} returned an answer of an unexpected form. Deploy both functions from the same version.`,
  );
}

function asCommerceError(error: ApiError): CommerceError {
  return new CommerceError(error.code, {
    texts: { zh: error.message, en: error.messageEn },
    ...(error.fields && { fields: error.fields }),
    ...(error.retryable && { retryable: true }),
    ...(error.wechatPay && { wechatPay: error.wechatPay }),
  });
}
