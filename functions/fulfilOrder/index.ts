/** fulfilOrder: an example of FULFILMENT_FUNCTION. Replace what `deliver` does by what your shop owes. */
import { deliver } from '../../shared/commerce/fulfilment/deliver.ts';
import { serverFunction } from '../../shared/wiring/entry.ts';

export const main = serverFunction('fulfilOrder', ({ app, event }) => deliver(app, event));
