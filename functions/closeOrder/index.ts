/** closeOrder: closes the caller's own unpaid payment. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { orderPorts } from '../../shared/app/orders.ts';
import { closeOrder } from '../../shared/payments/orders/close.ts';

export const main = userFunction('closeOrder', ({ app, openid, event }) =>
  closeOrder(orderPorts(app), { openid }, event),
);
