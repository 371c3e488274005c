import type { MerchantAccount, Transport, WechatpayClient, WechatpayLog } from './client-types.ts';
import type { PlatformKeys } from './platform-keys.ts';

export interface ClientOptions {
  readonly account: MerchantAccount;
  readonly platformKeys: PlatformKeys;
  /** Scheme and host, in order of preference; a later one is tried when an earlier one cannot be reached. */
  readonly bases: readonly string[];
  readonly nowMs: () => number;
  /** 32 characters of [A-Za-z0-9], new on each call. */
  readonly nonce: () => string;
  readonly log?: WechatpayLog;
  /** Default: axios with keep-alive. */
  readonly transport?: Transport;
}

/** Signs, sends, verifies. */
export declare function createClient(options: ClientOptions): WechatpayClient;
