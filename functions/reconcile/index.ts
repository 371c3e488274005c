/** reconcile: every minute by its timer; payNotify asks it for fresh platform certificates. */
import { cloudFunction } from '../../shared/app/entry.ts';
import { reconcilePorts } from '../../shared/app/reconciliation.ts';
import { answerServer, reconcile } from '../../shared/payments/reconcile/run.ts';

export const main = cloudFunction('reconcile', {
  timer: ({ app, describeCaller }) => reconcile(reconcilePorts(app), describeCaller()),
  server: ({ app, event, describeCaller }) => answerServer(reconcilePorts(app), event, describeCaller),
});
