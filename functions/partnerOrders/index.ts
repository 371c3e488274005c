/** partnerOrders: does for other functions what needs the service provider's key. Never called by a client. */
import { serverFunction } from '../../shared/app/entry.ts';
import { serveProviderRequest } from '../../shared/app/reconcile.ts';

export const main = serverFunction('partnerOrders', ({ app, event }) => serveProviderRequest(app, event));
