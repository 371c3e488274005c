/** closeOrder: closes the caller's own unpaid payment. Called by the mini-program. */
import { closeOrder } from '../../shared/commerce/orders/close.ts';
import { userFunction } from '../../shared/wiring/entry.ts';
import { orderPorts } from '../../shared/wiring/orders.ts';

export const main = userFunction('closeOrder', ({ app, openid, event }) =>
  closeOrder(orderPorts(app), { openid }, event),
);
