/**
 * The two ciphers of API v3: AES-256-GCM for what WeChat Pay sends (https://pay.weixin.qq.com/wiki/doc/apiv3_partner/wechatpay/wechatpay4_2.shtml)
 * and RSA-OAEP with SHA-1 for personal fields (https://pay.weixin.qq.com/doc/v3/merchant/4013053257).
 */
import { constants, createDecipheriv, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { WechatpayError } from '../errors.ts';
import type { ApiV3Keys } from './keys.ts';

/** RSA-2048 with OAEP and SHA-1: 256 - 2 × 20 - 2. */
export const maxOaepPlaintextBytes = 214;
const tagBytes = 16;

export interface EncryptedResource {
  readonly algorithm: string;
  readonly nonce: string;
  readonly associated_data?: string;
  /** Base64; its last 16 bytes are the tag. */
  readonly ciphertext: string;
}

/**
 * Decrypts the `resource` of a notification or the `encrypt_certificate` of a platform certificate.
 * @param apiV3Key from `parseApiV3Key`; if there are several, the one that decrypts is used.
 * @throws WechatpayError DECRYPT_FAILED
 */
export function decryptResource(resource: EncryptedResource, apiV3Key: ApiV3Keys): string {
  if (resource.algorithm !== 'AEAD_AES_256_GCM') {
    throw decryptFailed(`The algorithm is ${printable(resource.algorithm)}, not AEAD_AES_256_GCM.`);
  }
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  if (bytes.byteLength < tagBytes) throw decryptFailed('The ciphertext is shorter than its tag.');
  const nonce = Buffer.from(resource.nonce);
  if (nonce.byteLength !== 12) throw decryptFailed(`The nonce has ${nonce.byteLength} bytes instead of 12.`);
  let cause: unknown;
  for (const key of [apiV3Key].flat()) {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      decipher.setAAD(Buffer.from(resource.associated_data ?? ''));
      const clear = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
      return clear.toString('utf8');
    } catch (error) {
      cause = error;
    }
  }
  throw decryptFailed(
    'It does not decrypt with this API v3 key. Compare the key with the one set in the merchant platform (账户中心 → API安全 → APIv3密钥); it may have been changed there, or belong to another merchant.',
    cause,
  );
}

/**
 * Encrypts one personal field for WeChat Pay.
 * @param platformKey from `PlatformKeys.encryptionKey`, whose serial goes into Wechatpay-Serial.
 * @returns base64.
 * @throws WechatpayError PLAINTEXT_TOO_LONG for more than 214 bytes of UTF-8.
 */
export function encryptOaep(plaintext: string, platformKey: KeyObject): string {
  const bytes = Buffer.from(plaintext, 'utf8');
  if (bytes.byteLength > maxOaepPlaintextBytes) {
    throw new WechatpayError(
      'fault',
      'PLAINTEXT_TOO_LONG',
      `A field to encrypt has ${bytes.byteLength} bytes; RSA-OAEP takes at most ${maxOaepPlaintextBytes} (about 71 Chinese characters). Shorten it.`,
    );
  }
  return publicEncrypt(
    { key: platformKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    bytes,
  ).toString('base64');
}

/**
 * Decrypts one personal field of a response with the merchant's private key.
 * @throws WechatpayError DECRYPT_FAILED
 */
export function decryptOaep(ciphertext: string, privateKey: KeyObject): string {
  return decryptOaepBytes(ciphertext, privateKey).toString('utf8');
}

/** The same for binary data: the key of an encrypted bill. @throws WechatpayError DECRYPT_FAILED */
export function decryptOaepBytes(ciphertext: string, privateKey: KeyObject): Buffer {
  try {
    const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return privateDecrypt(key, Buffer.from(ciphertext, 'base64'));
  } catch (cause) {
    throw decryptFailed(
      'The field does not decrypt with this private key. WeChat Pay encrypts with the newest merchant API certificate: use the private key of that one.',
      cause,
    );
  }
}

function decryptFailed(message: string, cause?: unknown): WechatpayError {
  return new WechatpayError('fault', 'DECRYPT_FAILED', message, { cause });
}

function printable(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 40));
}
