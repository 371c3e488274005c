/** Builds the ports of manageShop and sellerProducts, which need no private key. */
import { defaultPolicy } from '../core/policy.ts';
import type { ManagementPorts } from '../payments/management/find-orders.ts';
import type { App } from './container.ts';

export function managementPorts({ clock, documents }: App): ManagementPorts {
  return { clock, documents, policy: defaultPolicy };
}
