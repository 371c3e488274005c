import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Gateways, Log, ProviderDesk } from '../../core/ports.ts';

/** What every use of orders needs. */
export interface OrderPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly gateways: Gateways;
  /** Absent in the function that is the desk. */
  readonly providerDesk?: ProviderDesk;
}

export interface CreateOrderPorts extends OrderPorts {
  /** Base of notify_url; the account's name is appended. */
  readonly notifyUrl: string;
}
