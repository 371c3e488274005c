/** fulfilOrder: an example of FULFILMENT_FUNCTION. Replace `deliver` with your own delivery logic. */

import { serverFunction } from '../../shared/app/entry.ts';
import { deliver } from '../../shared/shop/deliver.ts';

export const main = serverFunction('fulfilOrder', ({ app, event }) => deliver(app, event));
