import type { Accounts } from '../../core/account.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';

export interface TransferPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly accounts: Accounts;
  /** WECHATPAY_TRANSFER_SCENES. @throws ConfigError when it is malformed */
  readonly scenes: () => readonly string[];
  /** Where WeChat Pay reports the transfer's end; undefined leaves it to queries. */
  readonly notifyUrl: () => string | undefined;
}
