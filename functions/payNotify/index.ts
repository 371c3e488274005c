/** payNotify: WeChat Pay's callbacks, at `<access path>/direct`, `/partner` or `/ecommerce`. HTTP only. */
import { httpFunction } from '../../shared/app/entry.ts';
import { answerNotification } from '../../shared/app/pay-notify.ts';

export const main = httpFunction('payNotify', ({ app, request }) => answerNotification(app, request));
