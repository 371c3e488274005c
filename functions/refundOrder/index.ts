/** refundOrder: operators give money back, see what became of it, and answer buyers who asked. */

import { operatorFunction } from '../../shared/app/entry.ts';
import { refundPorts } from '../../shared/app/refunds.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';

export const main = operatorFunction('refundOrder', ({ app, openid, event }) =>
  refundOrder(refundPorts(app), openid, event),
);
