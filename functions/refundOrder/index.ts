/** refundOrder: operators issue refunds, check their status, and decide buyers' refund requests. */

import { operatorFunction } from '../../shared/app/entry.ts';
import { refundPorts } from '../../shared/app/refunds.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';

export const main = operatorFunction('refundOrder', ({ app, openid, event }) =>
  refundOrder(refundPorts(app), openid, event),
);
