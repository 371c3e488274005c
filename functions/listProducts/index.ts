/** listProducts: what is on sale. Called by the mini-program. */
import { listProducts } from '../../shared/commerce/catalogue/list.ts';
import { userFunction } from '../../shared/wiring/entry.ts';

export const main = userFunction('listProducts', ({ app, event }) => listProducts(app, event));
