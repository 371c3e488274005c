/** shareProfit: operators set the rules of profit sharing, and share, return and release funds manually. */

import { operatorFunction } from '../../shared/app/entry.ts';
import { sharingPorts } from '../../shared/app/sharing.ts';
import { shareProfit } from '../../shared/payments/sharing/share-profit.ts';

export const main = operatorFunction('shareProfit', ({ app, openid, event }) =>
  shareProfit(sharingPorts(app), openid, event),
);
