/** payNotify: WeChat Pay's callbacks, at `<access path>/direct`, `/partner` or `/ecommerce`. HTTP only. */
import { httpFunction } from '../../shared/app/entry.ts';
import { endpointPorts } from '../../shared/app/notifications.ts';
import { answerNotification } from '../../shared/payments/notifications/endpoint.ts';

export const main = httpFunction('payNotify', ({ app, request }) =>
  answerNotification(endpointPorts(app), request),
);
