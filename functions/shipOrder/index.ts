/** shipOrder: operators record shipments, which are uploaded to WeChat; other functions can also call it. */

import { cloudFunction } from '../../shared/app/entry.ts';
import { shippingPorts } from '../../shared/app/shipping.ts';
import { serveOperator, serveShipping } from '../../shared/payments/shipping/serve.ts';

export const main = cloudFunction('shipOrder', {
  operator: ({ app, openid, event }) => serveOperator(shippingPorts(app), openid, event),
  server: ({ app, event }) => serveShipping(shippingPorts(app), event),
});
