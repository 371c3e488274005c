/** queryOrder: the caller's own orders, asked for at WeChat Pay while they are unpaid. Called by the mini-program. */
import { queryOrder } from '../../shared/commerce/orders/query.ts';
import { userFunction } from '../../shared/wiring/entry.ts';
import { queryOrderPorts } from '../../shared/wiring/orders.ts';

export const main = userFunction('queryOrder', ({ app, openid, event }) =>
  queryOrder(queryOrderPorts(app), { openid }, event),
);
