/** partnerOrders: does for other functions what needs the service provider's key. Never called by a client. */
import { serverFunction } from '../../shared/app/entry.ts';
import { providerPorts } from '../../shared/app/reconciliation.ts';
import { serveProviderRequest } from '../../shared/payments/reconcile/provider.ts';

export const main = serverFunction('partnerOrders', ({ app, event }) =>
  serveProviderRequest(providerPorts(app), event),
);
