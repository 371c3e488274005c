import { createCipheriv } from 'node:crypto';
import { type ApiContext, ApiProblem, checkFields, type Endpoint, field } from '../context.ts';
import { accountKinds } from '../state/merchants.ts';
import { rfc3339 } from '../state/time.ts';
import type { PlatformKey } from './platform.ts';

/** AES-256-GCM with the APIv3 key, the tag appended to the ciphertext: doc/v3/merchant/4012071382. */
export function encryptWithApiV3Key(
  key: string,
  nonce: string,
  associatedData: string,
  clear: string,
): string {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  return Buffer.concat([cipher.update(clear, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  );
}

function list(context: ApiContext) {
  const rule = {
    algorithm_type: field.string('证书算法版本', { oneOf: ['RSA', 'ALL', 'SM2'], optional: true }),
  };
  checkFields(rule, context.query, { location: 'query' });
  const certificates = context.state.platform.certificates();
  if (certificates.length === 0) {
    throw new ApiProblem(
      404,
      'RESOURCE_NOT_EXISTS',
      '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引https://pay.weixin.qq.com/docs/merchant/products/platform-certificate/wxp-pub-key-guide.html',
      {
        explanation: {
          en: 'this merchant verifies with the WeChat Pay public key; there is nothing to download',
          zh: '该商户用微信支付公钥验签，没有平台证书可以下载',
        },
      },
    );
  }
  return { data: certificates.map((key) => encrypted(context, key)) };
}

function encrypted(context: ApiContext, key: PlatformKey) {
  const nonce = context.state.random.hex(12);
  return {
    serial_no: key.id,
    effective_time: rfc3339(key.effectiveMs),
    expire_time: rfc3339(key.expireMs),
    encrypt_certificate: {
      algorithm: 'AEAD_AES_256_GCM',
      nonce,
      associated_data: 'certificate',
      ciphertext: encryptWithApiV3Key(context.merchant.apiV3Key, nonce, 'certificate', `${key.pem}\n`),
    },
  };
}

/** doc/v3/merchant/4012551764 */
export const certificateEndpoints: readonly Endpoint[] = [
  {
    name: '下载平台证书',
    method: 'GET',
    path: '/v3/certificates',
    bodyKind: 'none',
    roles: accountKinds,
    handle: (context) => ({ body: list(context) }),
  },
];
