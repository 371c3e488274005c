/** What a program needs to act as one of the merchants. */
export interface AccountCredentials {
  readonly appid: string;
  /** AppSecret of the mini-program, for access tokens. */
  readonly appSecret: string;
  readonly mchid: string;
  readonly name: string;
  readonly serialNo: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly apiV3Key: string;
  readonly publicKeyId: string;
  readonly publicKeyPem: string;
}

export interface ProviderCredentials extends AccountCredentials {
  readonly subMerchants: readonly {
    readonly subMchid: string;
    readonly name: string;
    readonly appids: readonly string[];
  }[];
}

export interface Credentials {
  readonly direct: AccountCredentials;
  readonly partner: ProviderCredentials;
  readonly ecommerce: ProviderCredentials;
}
