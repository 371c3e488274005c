import type { Accounts } from '../../core/account.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';
import type { CloudFiles } from '../../merchants/ports.ts';
import type { RefundPorts } from '../refunds/ports.ts';

export interface ComplaintPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly accounts: Accounts;
  /** What an approval refunds with. */
  readonly refunds: RefundPorts;
  readonly files: CloudFiles;
  /** 16 random bytes or more, lower-case hex. */
  randomHex(): string;
  /** The function that holds the provider's key, where this one does not. */
  readonly provider?: ComplaintProvider;
}

export interface ComplaintProvider {
  /** Does what an operator asked of handleComplaints. @returns its answer. @throws CommerceError */
  forward(operatorOpenid: string | null, event: unknown): Promise<unknown>;
}
