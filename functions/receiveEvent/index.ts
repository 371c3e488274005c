/** receiveEvent: handles WeChat's shipping events (云开发消息推送): a missing shipment, a settled order. */

import { messageFunction } from '../../shared/app/entry.ts';
import { shippingEventPorts } from '../../shared/app/shipping.ts';
import { receiveShippingEvent } from '../../shared/payments/shipping/events.ts';

export const main = messageFunction('receiveEvent', ({ app, event }) =>
  receiveShippingEvent(shippingEventPorts(app), event),
);
