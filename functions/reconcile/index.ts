/** reconcile: every minute by its timer; payNotify asks it for fresh platform certificates. */
import { cloudFunction } from '../../shared/app/entry.ts';
import { answerServer, reconcile } from '../../shared/app/reconcile.ts';

export const main = cloudFunction('reconcile', {
  timer: ({ app, describeCaller }) => reconcile(app, describeCaller()),
  server: ({ app, event, describeCaller }) => answerServer(app, event, describeCaller),
});
