import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { ApiProblem, internalCodes } from '../http/problem.ts';
import type { PlatformKeys } from '../keys/platform.ts';

/**
 * Decrypts one sensitive field: base64 of RSA-OAEP (SHA-1) under the platform key that Wechatpay-Serial names,
 * doc/v3/merchant/4013053257.
 * @throws ApiProblem 400 PARAM_ERROR whose explanation names the key or padding that was used instead.
 */
export function decryptField(
  platform: PlatformKeys,
  serial: string | null,
  cipher: string,
  pointer: string,
): string {
  if (serial === null)
    throw refused('平台证书序列号Wechatpay-Serial错误', pointer, 'the header Wechatpay-Serial is missing');
  const key = platform.byId(serial);
  if (!key) {
    const known = [...platform.certificates(), platform.publicKey()].map(({ id }) => id).join(', ');
    throw refused(
      '平台证书序列号Wechatpay-Serial错误',
      pointer,
      `no platform key ${serial}; in force: ${known}`,
    );
  }
  const bytes = Buffer.from(cipher, 'base64');
  const clear = open(key.privateKey, bytes, 'sha1');
  if (clear !== undefined) return clear;
  throw refused(
    '敏感信息解密失败，请检查加密方式与Wechatpay-Serial',
    pointer,
    likelyCause(platform, key.privateKey, cipher, bytes),
  );
}

/** Encrypts a sensitive field of an answer; the merchant's private key decrypts it. */
export function encryptField(key: KeyObject, clear: string): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(clear)).toString('base64');
}

function likelyCause(platform: PlatformKeys, named: KeyObject, cipher: string, bytes: Buffer): string {
  if (bytes.length !== 256 || !/^[A-Za-z0-9+/]+=*$/.test(cipher)) {
    return 'the value is not base64 of 256 bytes: was it sent in clear?';
  }
  if (open(named, bytes, 'sha256') !== undefined) return 'OAEP was used with SHA-256; it must be SHA-1';
  for (const other of [...platform.certificates(), platform.publicKey()]) {
    if (other.privateKey !== named && open(other.privateKey, bytes, 'sha1') !== undefined) {
      return `it was encrypted for ${other.id}, but Wechatpay-Serial names another key`;
    }
  }
  return 'it opens with no platform key: another key, or another padding than OAEP';
}

function open(key: KeyObject, bytes: Buffer, oaepHash: string): string | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes).toString(
      'utf8',
    );
  } catch {
    return undefined;
  }
}

function refused(message: string, pointer: string, explanation: string): ApiProblem {
  return new ApiProblem(400, 'PARAM_ERROR', message, {
    detail: { field: pointer, issue: message, location: 'body' },
    internalCode: internalCodes.badParameter,
    explanation,
  });
}
