/**
 * manageShop: operators manage the whole shop; any caller can check whether they are an operator. Called by the
 * mini-program.
 */

import { cloudFunction } from '../../shared/app/entry.ts';
import { managementPorts } from '../../shared/app/management.ts';
import { answerAccess, manageShop } from '../../shared/payments/management/manage-shop.ts';

export const main = cloudFunction('manageShop', {
  user: async ({ event }) => answerAccess(event),
  operator: ({ app, event }) => manageShop(managementPorts(app), event),
});
