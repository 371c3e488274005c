/** createPartnerOrder: sellers' goods, paid through the service provider. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { createPartnerOrderPorts } from '../../shared/app/orders.ts';
import { createPartnerOrder } from '../../shared/payments/orders/create.ts';

export const main = userFunction('createPartnerOrder', ({ app, openid, event }) =>
  createPartnerOrder(createPartnerOrderPorts(app), { openid }, event),
);
