/** createOrder: the shop's own goods, paid to its own merchant number. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { createOrderPorts } from '../../shared/app/orders.ts';
import { createOrder } from '../../shared/payments/orders/create.ts';

export const main = userFunction('createOrder', ({ app, openid, event }) =>
  createOrder(createOrderPorts(app), { openid }, event),
);
