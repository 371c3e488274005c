/**
 * Work that is due: documents with the time of their next turn in a field. A timer processes the longest waiting first,
 * several at once; a failure affects only its own item.
 */
import type { Clock, Conditions, Document, Documents, HasTime, Log } from './ports.ts';

export interface DueQueue {
  readonly collection: string;
  /** Holds the time of the next turn in epoch ms, or null for never. */
  readonly field: string;
  readonly where: Conditions;
}

export interface DuePorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
}

export interface DueRun {
  /** Pieces of work in progress at the same time. */
  readonly concurrency: number;
  readonly hasTime: HasTime;
  /** Delay until the next turn of an item whose work threw before setting its next turn. */
  readonly retryMs: number;
}

/** Documents read at a time. */
const batchSize = 500;

/** @returns the longest waiting first. */
export function findDue<T extends Document>(
  { documents, clock }: Pick<DuePorts, 'documents' | 'clock'>,
  { collection, field, where }: DueQueue,
  limit: number,
): Promise<T[]> {
  return documents.find<T>(collection, {
    where: { ...where, [field]: { lte: clock.nowMs() } },
    orderBy: { field, direction: 'asc' },
    limit,
  });
}

/**
 * Does `work` for everything that is due until the time is up; each item at most once. `work` sets the item's next
 * turn. When it throws, the item's `_id` is logged and its turn is postponed here, so that an item that always fails
 * does not block others.
 */
export async function workThroughDue<T extends Document>(
  ports: DuePorts,
  queue: DueQueue,
  run: DueRun,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  while (run.hasTime()) {
    const due = await findDue<T>(ports, queue, batchSize);
    const fresh = due.filter(({ _id }) => !seen.has(_id));
    if (fresh.length === 0) return;
    for (const { _id } of fresh) seen.add(_id);
    await forEachConcurrently(fresh, run, async (item) => {
      try {
        await work(item);
      } catch (error) {
        await failAlone(ports, queue, run, item, error);
      }
    });
    if (due.length < batchSize) return;
  }
}

async function failAlone(
  ports: DuePorts,
  { collection, field }: DueQueue,
  { retryMs }: DueRun,
  item: Document,
  error: unknown,
): Promise<void> {
  ports.log.error('due.item_failed', { collection, _id: item._id, error });
  const turnMs = (item as Document & Record<string, number>)[field] ?? null;
  try {
    const next = { [field]: ports.clock.nowMs() + retryMs };
    await ports.documents.update(collection, item._id, { [field]: turnMs }, next);
  } catch (cause) {
    ports.log.error('due.turn_not_moved', { collection, _id: item._id, error: cause });
  }
}

/** In order, `concurrency` at a time. Begins none after the time is up. */
async function forEachConcurrently<T>(
  items: readonly T[],
  { concurrency, hasTime }: Pick<DueRun, 'concurrency' | 'hasTime'>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    // The iterator is shared: each item is taken once.
    for (const item of queue) {
      await work(item);
      if (!hasTime()) return;
    }
  };
  if (!hasTime()) return;
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
