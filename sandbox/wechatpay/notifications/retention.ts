import type { Notification } from './types.ts';

/** How many callbacks that are over are kept, and how many more may come before the oldest are dropped together. */
export const retention = { mostOver: 20_000, droppedAtOnce: 2_000 } as const;

/** The ids of the oldest ones beyond `mostOver`; those that still come or wait to be released are not among them. */
export function idsToDrop(notifications: Iterable<Notification>, mostOver: number): string[] {
  const over = [...notifications].filter(({ state }) => state !== 'pending' && state !== 'held');
  return over.slice(0, Math.max(0, over.length - mostOver)).map(({ id }) => id);
}
