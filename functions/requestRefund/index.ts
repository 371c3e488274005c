/** requestRefund: a buyer requests a refund or checks its status. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { refundPorts } from '../../shared/app/refunds.ts';
import { requestRefund } from '../../shared/payments/refunds/buyer-request.ts';

export const main = userFunction('requestRefund', ({ app, openid, event }) =>
  requestRefund(refundPorts(app), openid, event),
);
