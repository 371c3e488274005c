/**
 * WeChat Pay's own keys: which one verifies a response, and which one encrypts for WeChat Pay. Certificates,
 * the public key, and the gradual switch between them all work at once.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012153196
 */
import type { KeyObject } from 'node:crypto';
import { WechatpayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { CertificateCache, type CertificateSources, type Source } from './certificate-cache.ts';

export interface PlatformKeysOptions {
  /** 微信支付公钥: its id (`PUB_KEY_ID_…`) and the key, both from configuration. */
  readonly publicKey?: { readonly id: string; readonly key: KeyObject };
  /**
   * 平台证书. Pass them along with the public key during the switch: they then come from the store, or from `refresh()`
   * called by a timer, and an unknown serial causes no download.
   */
  readonly certificates?: CertificateSources;
  readonly nowMs: () => number;
  readonly log?: Log;
}

export interface PlatformKeys {
  /**
   * The key that `Wechatpay-Serial` names, and no other.
   * @param options.mayAsk false: only what is in memory, without asking the store or WeChat Pay.
   * @throws WechatpayError SERIAL_UNKNOWN
   */
  verificationKey(serial: string, options?: { readonly mayAsk?: boolean }): Promise<KeyObject>;
  /**
   * The key to encrypt with, and the value of Wechatpay-Serial that names it: the public key if there is one,
   * else the newest valid certificate.
   * @throws WechatpayError PLATFORM_KEY_MISSING
   */
  encryptionKey(): Promise<{ serial: string; key: KeyObject }>;
  /** In public-key mode. Its id, sent as Wechatpay-Serial, asks for responses signed with that key. */
  readonly publicKey: { readonly id: string; readonly key: KeyObject } | undefined;
  /**
   * Fetches the certificates now and stores them: for a timer.
   * @returns how many are valid.
   * @throws WechatpayError CERTIFICATES_NOT_AVAILABLE, and whatever the download throws
   */
  refresh(): Promise<number>;
}

/**
 * Keeps its keys in memory: make one per account and instance.
 * @throws WechatpayError CONFIG_INVALID when there is neither a public key nor a way to get certificates.
 */
export function createPlatformKeys(options: PlatformKeysOptions): PlatformKeys {
  const { publicKey, certificates } = options;
  if (publicKey && !/^PUB_KEY_ID_\w{1,64}$/.test(publicKey.id)) {
    throw configInvalid(
      'The id of the WeChat Pay public key must begin with PUB_KEY_ID_; it is shown next to the key in the merchant platform.',
    );
  }
  if (!publicKey && !certificates?.download && !certificates?.store) {
    throw configInvalid(
      'There is neither a WeChat Pay public key nor a way to get platform certificates: nothing could be verified. Configure the public key and its id.',
    );
  }
  // Anyone can invent a serial. With the public key nothing depends on certificates, so an unknown serial triggers no
  // download.
  const sources: readonly Source[] = publicKey ? ['store'] : ['store', 'download'];
  const cache = certificates && new CertificateCache(certificates, options.nowMs, options.log);
  return {
    publicKey,
    verificationKey: async (serial, { mayAsk = true } = {}) => {
      if (publicKey && serial === publicKey.id) return publicKey.key;
      if (serial.startsWith('PUB_KEY_ID_') || !cache) throw serialUnknown(serial, publicKey?.id);
      const key = mayAsk ? await cache.find(serial, sources) : cache.known(serial);
      if (key) return key;
      throw serialUnknown(serial, publicKey?.id, cache.lastFailure);
    },
    encryptionKey: async () => {
      if (publicKey) return { serial: publicKey.id, key: publicKey.key };
      const newest = await cache!.newest();
      if (newest) return { serial: newest.serialNo, key: newest.publicKey };
      throw new WechatpayError(
        'fault',
        'PLATFORM_KEY_MISSING',
        `There is no valid platform certificate to encrypt with.${because(cache!.lastFailure)}`,
        { cause: cache!.lastFailure },
      );
    },
    refresh: async () => (cache ? cache.refresh() : 0),
  };
}

function serialUnknown(serial: string, publicKeyId: string | undefined, cause?: unknown): WechatpayError {
  return new WechatpayError(
    'fault',
    'SERIAL_UNKNOWN',
    `${unknownBecause(serial, publicKeyId)}${because(cause)}`,
    {
      cause,
    },
  );
}

function unknownBecause(serial: string, publicKeyId: string | undefined): string {
  if (!serial.startsWith('PUB_KEY_ID_')) {
    return `Wechatpay-Serial ${serial} is not the serial of a known, valid platform certificate. The message is not verified with another one.`;
  }
  const have =
    publicKeyId === undefined ? 'no public key is configured' : `the configured one is ${publicKeyId}`;
  return `It is signed with the WeChat Pay public key ${serial}, but ${have}. Copy that id and its key from the merchant platform (账户中心 → API安全 → 微信支付公钥) into the configuration.`;
}

function because(cause: unknown): string {
  return cause instanceof Error ? ` The last attempt to get certificates failed: ${cause.message}` : '';
}

function configInvalid(message: string): WechatpayError {
  return new WechatpayError('fault', 'CONFIG_INVALID', message);
}
