import { CloudError } from '../cloudbase/cloud-error.ts';
import { ConfigError } from '../cloudbase/config.ts';
import type { ApiError } from '../contract/index.ts';
import { CommerceError, explainWechatpayError } from '../core/errors.ts';

/**
 * What the client is shown for an error. Only CommerceError texts are safe to show; other errors may hold internal
 * details, so they are only logged.
 */
export function toApiError(error: unknown): ApiError {
  const known = asCommerceError(error);
  return {
    code: known.code,
    message: known.texts.zh,
    messageEn: known.texts.en,
    ...(known.fields && { fields: known.fields }),
    ...(known.retryable && { retryable: true }),
    ...(known.wechatPay && { wechatPay: known.wechatPay }),
  };
}

function asCommerceError(error: unknown): CommerceError {
  const explained = explainWechatpayError(error);
  if (explained instanceof CommerceError) return explained;
  if (error instanceof CloudError && (error.code === 'UNAVAILABLE' || error.code === 'CONFLICT')) {
    return new CommerceError('BUSY');
  }
  if (error instanceof ConfigError) {
    return new CommerceError('CONFIG_INVALID');
  }
  return new CommerceError('INTERNAL');
}
