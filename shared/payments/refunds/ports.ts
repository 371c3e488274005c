import type { AccountKind, Accounts } from '../../core/account.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';

export interface RefundPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly accounts: Accounts;
  /** Where WeChat Pay reports the refund's end; undefined leaves it to queries. */
  readonly notifyUrlOf: (kind: AccountKind) => string | undefined;
  /** Works on a refund whose account's key another function holds. */
  readonly delegate?: (outRefundNo: string) => Promise<void>;
}
