/** listProducts: lists the products on sale. Called by the mini-program. */

import { userFunction } from '../../shared/app/entry.ts';
import { listProducts } from '../../shared/shop/list.ts';

export const main = userFunction('listProducts', ({ app, event }) => listProducts(app, event));
