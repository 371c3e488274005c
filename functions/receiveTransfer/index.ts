/** receiveTransfer: shows recipients their transfers and how to confirm them. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { transferPorts } from '../../shared/app/transfers.ts';
import { receiveTransfer } from '../../shared/payments/transfers/receive-transfer.ts';

export const main = userFunction('receiveTransfer', ({ app, openid, event }) =>
  receiveTransfer(transferPorts(app), openid, event),
);
