/** confirmReceipt: called when a buyer returns from WeChat's receipt confirmation page. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { confirmReceiptPorts } from '../../shared/app/shipping.ts';
import { confirmReceipt } from '../../shared/payments/shipping/serve.ts';

export const main = userFunction('confirmReceipt', ({ app, openid, event }) =>
  confirmReceipt(confirmReceiptPorts(app), openid, event),
);
