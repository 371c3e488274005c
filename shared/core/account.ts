import type { WechatpayClient } from '../wechatpay/http/client-types.ts';

/** How the shop takes part in WeChat Pay: 直连商户, 普通服务商 or 电商收付通平台. */
export type AccountKind = 'direct' | 'partner' | 'ecommerce';

/** The kinds that take payments for others. A deployment has at most one of them. */
export const providerKinds = ['partner', 'ecommerce'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** An account whose private key this function holds. */
export interface Account {
  readonly kind: AccountKind;
  /** appid, or sp_appid. */
  readonly appid: string;
  /** mchid, or sp_mchid. */
  readonly mchid: string;
  /** The mini-program belongs to the sub-merchants' appid: then payers are named by sub_openid. */
  readonly subAppid?: string;
  readonly client: WechatpayClient;
}

export interface Accounts {
  /** @returns undefined when this function does not hold its key. @throws when it is configured, but wrongly */
  find(kind: AccountKind): Account | undefined;
}
