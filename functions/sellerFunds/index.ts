/** sellerFunds: sellers see and withdraw their own balance; operators, every seller's and the platform's. */

import { cloudFunction } from '../../shared/app/entry.ts';
import { withdrawalPorts } from '../../shared/app/refunds.ts';
import { sellerFunds } from '../../shared/payments/withdrawals/seller-funds.ts';

export const main = cloudFunction('sellerFunds', {
  user: ({ app, openid, event }) => sellerFunds(withdrawalPorts(app), { openid, isOperator: false }, event),
  operator: ({ app, openid, event }) =>
    sellerFunds(withdrawalPorts(app), { ...(openid && { openid }), isOperator: true }, event),
});
