/** Those who compare the daily bills. Without them a story leaves that out: it takes longer than all the rest. */
import type { Document } from '../../../shared/core/ports.ts';
import type { BillDay } from '../../../shared/payments/bills/records.ts';
import type { Kind } from './kind.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Bills are ready at 10:00 in Beijing. */
const readyMs = 2 * hourMs + 5 * 60_000;
/** From the day before the story until the last one in which something may happen. */
const days = { first: -2, last: 5 };

export const bookkeepers: Kind = {
  name: 'bookkeepers',
  chance: 0.08,
  // Until the bill of the last day.
  settlingMs: 2 * dayMs,

  plan: (_random, { busyMs }) => {
    const count = Math.ceil((busyMs + 2 * dayMs) / dayMs);
    return Array.from({ length: count }, (_, day) => ({
      atMs: 0,
      what: `compare the bills of day ${day}`,
      act: async (shop) => shop.wake(midnightMs(shop.startMs) + readyMs + day * dayMs),
    }));
  },

  leaveOut: ({ memory, startMs, credentials, providerKind }) => {
    for (const { mchid } of [credentials.direct, credentials[providerKind]]) {
      for (let day = days.first; day < days.last; day++) {
        const date = new Date(startMs + 8 * hourMs + day * dayMs).toISOString().slice(0, 10);
        const done = { _id: `${date}:${mchid}`, date, mchid, version: 1, state: 'DONE', nextAtMs: null };
        memory.put('bill_days', done as Document);
      }
    }
  },

  check: ({ memory }) =>
    memory
      .all<BillDay>('bill_days')
      .filter(({ account }) => account !== undefined)
      .flatMap(({ _id, state, differences }) => [
        ...(differences === 0 ? [] : [`the bill of ${_id} has ${differences} differences`]),
        ...(state === 'DONE' || state === 'EMPTY' ? [] : [`the bill of ${_id} is ${state}`]),
      ]),

  count: ({ memory }) => ({ 'bills compared': memory.all('bills').length }),
};

/** In Beijing, as UTC. */
function midnightMs(atMs: number): number {
  return Math.floor((atMs + 8 * hourMs) / dayMs) * dayMs;
}
