/** fulfilOrder: an example of FULFILMENT_FUNCTION. Replace what `deliver` does by what your shop owes. */

import { serverFunction } from '../../shared/app/entry.ts';
import { deliver } from '../../shared/shop/deliver.ts';

export const main = serverFunction('fulfilOrder', ({ app, event }) => deliver(app, event));
