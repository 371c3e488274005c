/**
 * WeChat Pay's own keys: which one verifies an answer, and which one encrypts for WeChat Pay. Certificates,
 * the public key, and the gradual switch between them all work at once.
 */
import type { KeyObject } from 'node:crypto';
import type { CertificateItem } from './api/certificates.ts';
import type { WechatpayLog } from './client-types.ts';

/** Where certificates are kept between instances: exactly as WeChat Pay sent them, still encrypted. */
export interface CertificateStore {
  load(): Promise<CertificateItem[]>;
  save(items: CertificateItem[]): Promise<void>;
}

export interface PlatformKeysOptions {
  /** 微信支付公钥: its id (`PUB_KEY_ID_…`) and the key, both from configuration. */
  readonly publicKey?: { readonly id: string; readonly key: KeyObject };
  /** 平台证书. Leave out for a merchant that has only the public key and never had certificates. */
  readonly certificates?: {
    /** Decrypts them, and by that proves that they come from WeChat Pay. */
    readonly apiV3Key: KeyObject;
    /** `() => downloadCertificates(client)`; in a function without a private key, any way to ask for them. */
    readonly download?: () => Promise<CertificateItem[]>;
    readonly store?: CertificateStore;
  };
  readonly nowMs: () => number;
  readonly log?: WechatpayLog;
}

export interface PlatformKeys {
  /** The key that `Wechatpay-Serial` names, and no other. @throws WechatpayError SERIAL_UNKNOWN */
  verificationKey(serial: string): Promise<KeyObject>;
  /** The key to encrypt with, and the value of the Wechatpay-Serial header. @throws WechatpayError PLATFORM_KEY_MISSING */
  encryptionKey(): Promise<{ serial: string; key: KeyObject }>;
  /** In public key mode its id: sent as Wechatpay-Serial, it asks for answers signed with that key. */
  readonly publicKeyId: string | undefined;
  /** Downloads certificates now and stores them, for a timer. @returns how many are valid. @throws WechatpayError */
  refresh(): Promise<number>;
}

/** Keeps its keys in memory; make one per account and instance. */
export declare function createPlatformKeys(options: PlatformKeysOptions): PlatformKeys;
