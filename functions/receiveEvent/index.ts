/** receiveEvent: what WeChat pushes about shipping (云开发消息推送): a shipment that is missing, an order that was settled. */

import { messageFunction } from '../../shared/app/entry.ts';
import { shippingEventPorts } from '../../shared/app/shipping.ts';
import { receiveShippingEvent } from '../../shared/payments/shipping/events.ts';

export const main = messageFunction('receiveEvent', ({ app, event }) =>
  receiveShippingEvent(shippingEventPorts(app), event),
);
