/** queryOrder: returns the caller's own orders, querying WeChat Pay for unpaid ones. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { queryOrderPorts } from '../../shared/app/orders.ts';
import { queryOrder } from '../../shared/payments/orders/query.ts';

export const main = userFunction('queryOrder', ({ app, openid, event }) =>
  queryOrder(queryOrderPorts(app), { openid }, event),
);
