/** payNotify: WeChat Pay's callbacks, at `<access path>/direct`, `/partner` or `/ecommerce`. HTTP only. */
import { httpFunction } from '../../shared/wiring/entry.ts';
import { answerNotification } from '../../shared/wiring/pay-notify.ts';

export const main = httpFunction('payNotify', ({ app, request }) => answerNotification(app, request));
