/** createPartnerOrder: sellers' goods, paid through the service provider. Called by the mini-program. */
import { createPartnerOrder } from '../../shared/commerce/orders/create.ts';
import { userFunction } from '../../shared/wiring/entry.ts';
import { createOrderPorts } from '../../shared/wiring/orders.ts';

export const main = userFunction('createPartnerOrder', ({ app, openid, event }) =>
  createPartnerOrder(createOrderPorts(app, 'provider'), { openid }, event),
);
