import type { Logistics } from '../../contract/index.ts';
import type { Policy } from '../../core/policy.ts';
import type { OrderRecord } from '../orders/records.ts';

/**
 * How an order gets to its buyer: one way for the whole order. If any item needs a courier, all of it goes by courier.
 */
export function logisticsOf({ items }: Pick<OrderRecord, 'items'>): Logistics {
  const ways = new Set(items.map(({ logistics = 'express' }) => logistics));
  return (['express', 'local', 'pickup', 'virtual'] as const).find((way) => ways.has(way)) ?? 'express';
}

/** Goods without a courier need nobody to record a parcel. */
export function isShippedByItself(
  order: Pick<OrderRecord, 'items'>,
  { automaticShipping }: Pick<Policy, 'automaticShipping'>,
): boolean {
  const way = logisticsOf(order);
  return automaticShipping.some((each) => each === way);
}
