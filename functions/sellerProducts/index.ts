/** sellerProducts: the owner of a seller lists, adds and changes its goods. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { managementPorts } from '../../shared/app/management.ts';
import { sellerProducts } from '../../shared/shop/seller-products.ts';

export const main = userFunction('sellerProducts', ({ app, openid, event }) =>
  sellerProducts(managementPorts(app), openid, event),
);
