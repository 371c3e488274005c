import type { AccountKind, Accounts } from '../../core/account.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';

export interface WithdrawalPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  /** A provider's accounts: a direct merchant's money is paid out to its bank automatically. */
  readonly accounts: Accounts;
  /** Where WeChat Pay reports the end; undefined leaves it to queries. */
  readonly notifyUrlOf: (kind: AccountKind) => string | undefined;
}
