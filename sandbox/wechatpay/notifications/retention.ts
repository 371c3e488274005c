import type { Notification } from './types.ts';

/**
 * How many finished callbacks are kept, and how many more may accumulate before the oldest are dropped in one batch.
 */
export const retention = { mostOver: 10_000, droppedAtOnce: 1_000 } as const;

/** The ids of the oldest ones beyond `mostOver`; callbacks still to be delivered or held are not included. */
export function idsToDrop(notifications: Iterable<Notification>, mostOver: number): string[] {
  const over = [...notifications].filter(({ state }) => state !== 'pending' && state !== 'held');
  return over.slice(0, Math.max(0, over.length - mostOver)).map(({ id }) => id);
}
