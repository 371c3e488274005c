/** transferMoney: operators transfer money to persons (商家转账), see what became of it, and cancel it. */

import { operatorFunction } from '../../shared/app/entry.ts';
import { transferPorts } from '../../shared/app/transfers.ts';
import { transferMoney } from '../../shared/payments/transfers/transfer-money.ts';

export const main = operatorFunction('transferMoney', ({ app, openid, event }) =>
  transferMoney(transferPorts(app), openid, event),
);
