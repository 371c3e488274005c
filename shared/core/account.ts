import type { AccountKind, ProviderKind } from '../contract/account.ts';
import type { WechatpayClient } from '../wechatpay/http/client-types.ts';

export type { AccountKind, ProviderKind };

export const providerKinds = ['partner', 'ecommerce'] as const satisfies readonly ProviderKind[];

/** An account whose private key this function holds. */
export interface Account {
  readonly kind: AccountKind;
  /** appid, or sp_appid. */
  readonly appid: string;
  /** mchid, or sp_mchid. */
  readonly mchid: string;
  /** Set when the mini-program belongs to the sub-merchants: payers are then identified by sub_openid. */
  readonly subAppid?: string;
  readonly client: WechatpayClient;
}

export interface Accounts {
  /** @returns undefined when this function does not hold its key. @throws when it is configured, but wrongly */
  find(kind: AccountKind): Account | undefined;
}
