import type { Accounts } from '../../core/account.ts';
import type { Pace } from '../../core/pace.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';

export interface SharingPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly accounts: Accounts;
  /** Spaces out the requests of the timer's run, which may have thousands to send for one merchant. */
  readonly pace?: Pace;
  /** The function that holds the provider's key, where this one does not. */
  readonly provider?: SharingProvider;
}

export interface SharingProvider {
  /** Does what an operator asked of shareProfit. @returns its answer. @throws CommerceError */
  forward(event: unknown, operator: string | null): Promise<unknown>;
}
