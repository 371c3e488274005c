/** reconcile: every minute by its timer; payNotify asks it for fresh platform certificates. */
import { cloudFunction } from '../../shared/app/entry.ts';
import { reconcile, refreshOnRequest } from '../../shared/app/reconcile.ts';

export const main = cloudFunction('reconcile', {
  timer: ({ app }) => reconcile(app),
  server: ({ app, event }) => refreshOnRequest(app, event),
});
