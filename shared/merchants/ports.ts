/** What onboarding (进件) needs besides WeChat Pay itself, which it calls directly. */

import type { ProviderKind } from '../core/account.ts';
import type { Clock, Documents, Log } from '../core/ports.ts';
import type { WechatpayClient } from '../wechatpay/http/client-types.ts';

/** The provider account of a deployment: 普通服务商 or 电商收付通. */
export interface ProviderAccount {
  readonly kind: ProviderKind;
  readonly client: WechatpayClient;
}

export interface OnboardingPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly account: ProviderAccount;
  readonly log: Log;
  /** SHA-256 of the UTF-8 text, lower-case hex. */
  sha256Hex(text: string): string;
}

/** Files in cloud storage, as uploaded by the mini-program. */
export interface CloudFiles {
  /** The path of a file of this environment; undefined for another environment's, or when it is not a fileID. */
  pathOf(fileID: string): string | undefined;
  /** Never holds more than `maxBytes` in memory. */
  download(fileID: string, maxBytes: number): Promise<Uint8Array | 'not-found' | 'too-large'>;
  /** A file that no longer exists is not an error. */
  remove(fileID: string): Promise<void>;
}

export interface MediaPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly files: CloudFiles;
  /** The provider account's, read when a file is handed over. */
  readonly client: () => WechatpayClient;
  readonly log: Log;
  /** 16 random bytes or more, lower-case hex. */
  randomHex(): string;
}
