/**
 * partnerOrders: performs the operations that need the service provider's key, for other functions. Never called by a
 * client.
 */
import { serverFunction } from '../../shared/app/entry.ts';
import { providerPorts } from '../../shared/app/reconciliation.ts';
import { serveProviderRequest } from '../../shared/payments/reconcile/provider.ts';

export const main = serverFunction('partnerOrders', ({ app, event }) =>
  serveProviderRequest(providerPorts(app), event),
);
