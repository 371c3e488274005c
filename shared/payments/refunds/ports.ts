import type { AccountKind, Accounts } from '../../core/account.ts';
import type { Pace } from '../../core/pace.ts';
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
  /** The function that holds the provider's key, where this one does not. */
  readonly provider?: RefundProvider;
  /** Spaces out the requests of the timer's run, which may have thousands to send for one merchant. */
  readonly pace?: Pace;
}

export interface RefundProvider {
  /** Does what is due for a refund. */
  work(outRefundNo: string): Promise<void>;
  /** Does what an operator asked of refundOrder. @returns its answer. @throws CommerceError */
  forward(event: unknown): Promise<unknown>;
}
