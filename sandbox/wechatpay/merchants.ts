import type { KeyObject } from 'node:crypto';

/** `direct` 直连商户, `partner` 普通服务商, `ecommerce` 电商收付通平台. */
export type MerchantKind = 'direct' | 'partner' | 'ecommerce';

/** A merchant number that calls the API: it has a certificate and an APIv3 key. */
export interface Merchant {
  readonly mchid: string;
  readonly name: string;
  readonly kind: MerchantKind;
  /** Bound to the merchant number; the first is the default. */
  readonly appids: readonly string[];
  readonly serialNo: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  /** 32 bytes of text. */
  readonly apiV3Key: string;
  /** Parsed once from the certificate. */
  readonly publicKey: KeyObject;
}

/** 特约商户 or 二级商户: money is collected for it by a provider. */
export interface SubMerchant {
  readonly mchid: string;
  readonly name: string;
  /** The mchid of the provider it belongs to. */
  readonly providerMchid: string;
  /** Its own appids (sub_appid), beside the provider's. */
  readonly appids: readonly string[];
  /** A frozen one may not collect: 403 with the internal code 268448010. */
  frozen: boolean;
}
