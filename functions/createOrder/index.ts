/** createOrder: the shop's own goods, paid to its own merchant number. Called by the mini-program. */
import { createOrder } from '../../shared/commerce/orders/create.ts';
import { userFunction } from '../../shared/wiring/entry.ts';
import { createOrderPorts } from '../../shared/wiring/orders.ts';

export const main = userFunction('createOrder', ({ app, openid, event }) =>
  createOrder(createOrderPorts(app, 'direct'), { openid }, event),
);
