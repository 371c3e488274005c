/** transferMoney: operators transfer money to individuals (商家转账), check transfers and cancel them. */

import { operatorFunction } from '../../shared/app/entry.ts';
import { transferPorts } from '../../shared/app/transfers.ts';
import { transferMoney } from '../../shared/payments/transfers/transfer-money.ts';

export const main = operatorFunction('transferMoney', ({ app, openid, event }) =>
  transferMoney(transferPorts(app), openid, event),
);
