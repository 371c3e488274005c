import type { Accounts } from '../../core/account.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';

/** What every use of orders needs. */
export interface OrderPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly accounts: Accounts;
  /** Absent in the function that holds the provider's key. */
  readonly providerRpc?: ProviderRpc;
}

export interface CreateOrderPorts extends OrderPorts {
  /** Base of notify_url; the kind of the account is appended. */
  readonly notifyUrl: string;
  /** 32 hexadecimal digits, new on each call. */
  readonly nonce: () => string;
}

/** Asks the function that holds the service provider's key. Each may throw a CommerceError. */
export interface ProviderRpc {
  /** Asks WeChat Pay about a payment and records what it says. */
  refresh(paymentNo: string): Promise<void>;
  /** Closes a payment at WeChat Pay and here. */
  close(paymentNo: string): Promise<void>;
  /** Checks the provider's unpaid payments that are due, and its platform certificates. */
  reconcile(): Promise<void>;
}
