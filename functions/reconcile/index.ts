/** reconcile: runs every minute on a timer; payNotify also calls it to download platform certificates. */
import { cloudFunction } from '../../shared/app/entry.ts';
import { reconcilePorts } from '../../shared/app/reconciliation.ts';
import { answerServer, reconcile } from '../../shared/payments/reconcile/run.ts';

export const main = cloudFunction('reconcile', {
  timer: ({ app, describeCaller }) => reconcile(reconcilePorts(app), describeCaller()),
  server: ({ app, event, describeCaller }) => answerServer(reconcilePorts(app), event, describeCaller),
});
