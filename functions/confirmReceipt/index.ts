/** confirmReceipt: a buyer came back from WeChat's confirmation of receipt. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { confirmReceiptPorts } from '../../shared/app/shipping.ts';
import { confirmReceipt } from '../../shared/payments/shipping/serve.ts';

export const main = userFunction('confirmReceipt', ({ app, openid, event }) =>
  confirmReceipt(confirmReceiptPorts(app), openid, event),
);
