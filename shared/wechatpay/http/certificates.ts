/** 下载平台证书. https://pay.weixin.qq.com/doc/v3/partner/4012715700 */
import type { KeyObject } from 'node:crypto';
import { type CertificateItem, openCertificates } from '../crypto/certificate-items.ts';
import type { ApiV3Keys } from '../crypto/keys.ts';
import { WechatpayError } from '../errors.ts';
import type { WechatpayClient } from './client-types.ts';

/** The part of a client that the download needs. */
export type CertificateClient = Pick<WechatpayClient, 'account' | 'send'>;

/**
 * Downloads the certificates that are valid now, still encrypted. The response may be signed by a certificate that it
 * contains; one that decrypts with the API v3 key is proven to come from WeChat Pay, and verifies the response.
 * @throws WechatpayError CERTIFICATES_NOT_AVAILABLE for a merchant that has only the public key.
 */
export async function downloadCertificates(client: CertificateClient): Promise<CertificateItem[]> {
  try {
    const answer = await client.send<{ data?: unknown } | undefined>({
      method: 'GET',
      path: '/v3/certificates',
      responseTimeoutMs: 4_000,
      totalTimeoutMs: 8_000,
      provenKeys: (rawBody) => provenKeys(rawBody, client.account.apiV3Key),
    });
    const items = listOf(answer);
    if (items.length === 0) throw notAvailable('its list is empty');
    return items;
  } catch (error) {
    throw withoutCertificates(error) ?? error;
  }
}

function provenKeys(rawBody: string, apiV3Key: ApiV3Keys): ReadonlyMap<string, KeyObject> {
  const opened = openCertificates(listOf(parsed(rawBody)), apiV3Key);
  return new Map(opened.map(({ serialNo, publicKey }) => [serialNo, publicKey]));
}

/** Not verified yet, so the body may be anything. */
function listOf(body: unknown): CertificateItem[] {
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined;
  return Array.isArray(data) ? data : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutCertificates(error: unknown): WechatpayError | undefined {
  if (!(error instanceof WechatpayError) || error.code !== 'RESOURCE_NOT_EXISTS') return undefined;
  return notAvailable('404 RESOURCE_NOT_EXISTS', error);
}

function notAvailable(how: string, cause?: WechatpayError): WechatpayError {
  return new WechatpayError(
    'fault',
    'CERTIFICATES_NOT_AVAILABLE',
    `WeChat Pay has no platform certificate for this merchant (/v3/certificates: ${how}). Merchants opened since late 2024 have the WeChat Pay public key instead: in the merchant platform under 账户中心 → API安全 → 微信支付公钥, copy its id (PUB_KEY_ID_…) and download the key, and configure both. 该商户没有平台证书，请在商户平台「账户中心 → API安全」取得微信支付公钥及其 ID 并配置。`,
    { cause, status: cause?.status, requestId: cause?.requestId },
  );
}
