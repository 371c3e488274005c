import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { Text } from '../../text.ts';
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
    throw refused('平台证书序列号Wechatpay-Serial错误', pointer, {
      en: 'the header Wechatpay-Serial is missing',
      zh: '缺少请求头 Wechatpay-Serial',
    });
  const key = platform.byId(serial);
  if (!key) {
    const known = [...platform.certificates(), platform.publicKey()].map(({ id }) => id);
    throw refused('平台证书序列号Wechatpay-Serial错误', pointer, {
      en: `no platform key ${serial}; in force: ${known.join(', ')}`,
      zh: `没有 ${serial} 这个平台证书或微信支付公钥；有效的是：${known.join('、')}`,
    });
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

function likelyCause(platform: PlatformKeys, named: KeyObject, cipher: string, bytes: Buffer): Text {
  if (bytes.length !== 256 || !/^[A-Za-z0-9+/]+=*$/.test(cipher)) {
    return {
      en: 'the value is not base64 of 256 bytes: was it sent in clear?',
      zh: '该值不是 256 字节密文的 base64：是不是没有加密就发送了？',
    };
  }
  if (open(named, bytes, 'sha256') !== undefined)
    return { en: 'OAEP was used with SHA-256; it must be SHA-1', zh: 'OAEP 用了 SHA-256，应为 SHA-1' };
  for (const other of [...platform.certificates(), platform.publicKey()]) {
    if (other.privateKey !== named && open(other.privateKey, bytes, 'sha1') !== undefined) {
      return {
        en: `it was encrypted for ${other.id}, but Wechatpay-Serial names another key`,
        zh: `加密用的是 ${other.id}，而 Wechatpay-Serial 填的是另一个`,
      };
    }
  }
  return {
    en: 'it opens with no platform key: another key, or another padding than OAEP',
    zh: '微信支付的任何一把私钥都解不开：加密用了别的公钥，或填充方式不是 OAEP',
  };
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

function refused(message: string, pointer: string, explanation: Text): ApiProblem {
  return new ApiProblem(400, 'PARAM_ERROR', message, {
    detail: { field: pointer, issue: message, location: 'body' },
    internalCode: internalCodes.badParameter,
    explanation,
  });
}
