import type { Documents } from '../../shared/core/ports.ts';

/** Documents of an instance that dies when it writes once more than allowed: before that write, or after it. */
export function dyingDocuments(documents: Documents, writes: number, when: 'before' | 'after'): Documents {
  let left = writes;
  const dyingWrite = async <T>(write: () => Promise<T>): Promise<T> => {
    const dies = left-- <= 0;
    if (dies && when === 'before') throw new Error('killed');
    const result = await write();
    if (dies) throw new Error('killed');
    return result;
  };
  return {
    get: (...args) => documents.get(...args),
    find: (...args) => documents.find(...args),
    remove: (...args) => documents.remove(...args),
    insertIfAbsent: (collection, doc) => dyingWrite(() => documents.insertIfAbsent(collection, doc)),
    update: (...args) => dyingWrite(() => documents.update(...args)),
  };
}

/**
 * Runs something on instances that die after no write, after one, and so on, until one survives.
 * @param run on these documents; what it throws itself is thrown
 * @returns how many died
 */
export async function withDyingInstances(
  documents: Documents,
  run: (dying: Documents, name: string) => Promise<unknown>,
): Promise<number> {
  let killed = 0;
  for (const when of ['before', 'after'] as const) {
    for (let writes = 0; ; writes++) {
      const outcome = await run(dyingDocuments(documents, writes, when), `${when}${writes}`).then(
        () => 'survived',
        (error: unknown) => error,
      );
      if (outcome === 'survived') break;
      if (!(outcome instanceof Error) || outcome.message !== 'killed') throw outcome;
      killed++;
    }
  }
  return killed;
}
