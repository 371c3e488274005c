/** The database as one instance sees it: the twin of the real adapter, behind a network that fails. */
import { CloudError } from '../../shared/cloudbase/cloud-error.ts';
import type { Document, Documents } from '../../shared/core/ports.ts';
import type { MemoryDocuments } from '../../shared/core/testing/documents.ts';
import type { Cloud, Instance } from './cloud.ts';
import { type Faults, isRead, type Operation } from './faults.ts';
import { between } from './random.ts';
import type { Story } from './story.ts';
import type { Timeline } from './timeline.ts';

/** How long the SDK waits for the database: shared/cloudbase/sdk.ts. */
const silenceMs = 5_000;

export interface DatabaseOptions {
  readonly cloud: () => Cloud;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly story: Story;
  readonly memory: MemoryDocuments;
  /** Called after each write with what was stored. */
  readonly written: (collection: string, id: string) => void;
}

type DatabaseOperation = Exclude<Operation, 'request to WeChat Pay' | 'function call' | 'file operation'>;

export function databaseOf(options: DatabaseOptions, instance: Instance): Documents {
  const { memory, written } = options;
  const run = <T>(operation: DatabaseOperation, label: string, effect: () => Promise<T>): Promise<T> =>
    options.cloud().perform(instance, operation, `${operation} ${label}`, {
      before: () => failBefore(options, operation),
      effect,
      after: () => failAfter(options, operation),
    });
  return {
    get: (collection, id) => run('get', `${collection}/${id}`, () => memory.get(collection, id)),
    find: (collection, query) => run('find', collection, () => memory.find(collection, query)),
    insertIfAbsent: async <T extends Document>(collection: string, doc: T) => {
      const label = `${collection}/${doc._id}`;
      const existing = await run('insert', label, async () => {
        const found = await memory.insertIfAbsent(collection, doc);
        if (!found) written(collection, doc._id);
        options.story.show(() => `${found ? 'already there' : JSON.stringify(doc)}`);
        return found;
      });
      // The answer was lost, the adapter asked again, and what it found is what it had stored itself.
      const own = existing === undefined && options.faults.strikes('insert answered with its own document');
      return own ? memory.peek<T>(collection, doc._id) : existing;
    },
    update: (collection, id, where, set) =>
      run('update', `${collection}/${id}`, async () => {
        const changed = await memory.update(collection, id, where, set);
        if (changed) written(collection, id);
        options.story.show(() => `${changed ? 'set' : 'did not set'} ${JSON.stringify(set)}`);
        return changed;
      }),
    remove: (collection, id) => run('remove', `${collection}/${id}`, () => memory.remove(collection, id)),
  };
}

async function failBefore(
  { timeline, faults }: DatabaseOptions,
  operation: DatabaseOperation,
): Promise<void> {
  const kind = isRead(operation) ? 'read' : 'write';
  const slow = `slow database ${kind}` as const;
  if (faults.strikes(slow)) await timeline.sleep(between(faults.random(slow), 500, silenceMs - 100));
  const conflicts = operation === 'insert' || operation === 'update';
  if (conflicts && faults.strikes(`database conflict on ${operation}`)) {
    throw new CloudError('CONFLICT', `${operation}: another write won`);
  }
  if (faults.strikes(`database error before ${operation}`))
    throw new CloudError('FAILED', `${operation} failed`);
}

async function failAfter({ timeline, faults }: DatabaseOptions, operation: DatabaseOperation): Promise<void> {
  const kind = isRead(operation) ? 'read' : 'write';
  if (faults.strikes(`database ${kind} without an answer`)) {
    await timeline.sleep(silenceMs);
    throw new CloudError('UNAVAILABLE', `${operation}: no answer`);
  }
  if (operation !== 'get' && operation !== 'find' && faults.strikes(`database error after ${operation}`)) {
    throw new CloudError('UNAVAILABLE', `${operation}: the connection broke`);
  }
}
