/** Documents over the CloudBase database: docs.cloudbase.net/api-reference/server/node-sdk/database/database */
import type { CloudBase } from '@cloudbase/node-sdk';
import { CloudError } from './cloud-error.ts';
import type { Condition, Conditions, DocumentQuery, Documents, StoredDocument } from './document-types.ts';
import {
  checkChanges,
  checkCollection,
  checkConditions,
  checkDocument,
  checkField,
  checkId,
  isIn,
} from './document-validation.ts';
import { attempt } from './retry.ts';
import type { SdkLoader } from './sdk.ts';

type Database = ReturnType<CloudBase['database']>;
type Command = Database['command'];
type OpenDatabase = () => Promise<Database>;

/**
 * CloudBase puts `_openid` into every document that a mini-program creates by itself, and into none that a function or
 * the console creates: developers.weixin.qq.com/miniprogram/dev/wxcloud/basis/capabilities.html
 *
 * A new collection lets its users write documents of their own until somebody takes that permission away. Such a
 * document could say of itself that it is a paid order, so none of them exists here.
 */
const writtenByClient = '_openid';

/** @param sdk from `sdkLoader()`; nothing is loaded before the first call. */
export function createDocuments(sdk: SdkLoader): Documents {
  const open: OpenDatabase = async () => (await sdk()).database();
  return {
    insert: (collection, doc) => insert(open, collection, doc),
    get: (collection, id) => get(open, collection, id),
    update: (collection, id, where, set) => update(open, collection, id, where, set),
    find: (collection, query) => find(open, collection, query),
    remove: (collection, id) => remove(open, collection, id),
  };
}

async function insert(open: OpenDatabase, collection: string, doc: StoredDocument): Promise<void> {
  checkCollection(collection);
  checkDocument(doc);
  const db = await open();
  await attempt(`insert into ${collection}`, 'write', () => db.collection(collection).add(doc));
}

async function get<T extends StoredDocument>(
  open: OpenDatabase,
  collection: string,
  id: string,
): Promise<T | undefined> {
  checkCollection(collection);
  checkId(id);
  const db = await open();
  const found = await attempt(`get from ${collection}`, 'read', () =>
    db.collection(collection).doc(id).get(),
  );
  const [document] = dataOf<T>(found);
  return document && !(writtenByClient in document) ? document : undefined;
}

async function update(
  open: OpenDatabase,
  collection: string,
  id: string,
  where: Conditions,
  set: Record<string, unknown>,
): Promise<boolean> {
  checkCollection(collection);
  checkId(id);
  checkConditions(where);
  if ('_id' in where) throw new CloudError('INVALID', 'The _id is given as such, not among the conditions.');
  checkChanges(set);
  const db = await open();
  // A query with conditions, not doc(id).update(): the server checks and writes in one step, so of two writers that
  // saw the same state only one changes it. Each value goes through command.set, or the SDK would flatten an object
  // into dot paths and merge it with what is stored.
  const query = { ...trusted(db.command, where), _id: id };
  const changes = Object.fromEntries(
    Object.entries(set).map(([field, value]) => [field, db.command.set(value)]),
  );
  const result = await attempt(`update in ${collection}`, 'write', () =>
    db.collection(collection).where(query).update(changes),
  );
  return countOf(result, 'updated') > 0;
}

async function find<T extends StoredDocument>(
  open: OpenDatabase,
  collection: string,
  query: DocumentQuery,
): Promise<T[]> {
  checkCollection(collection);
  checkConditions(query.where);
  if (query.orderBy) checkField(query.orderBy.field);
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > 1000) {
    throw new CloudError('INVALID', 'The limit of a query must be an integer from 1 to 1000.');
  }
  if (Object.values(query.where).some((condition) => isIn(condition) && condition.in.length === 0)) return [];
  const db = await open();
  const filtered = db.collection(collection).where(trusted(db.command, query.where));
  const { orderBy } = query;
  const ordered = orderBy
    ? filtered.orderBy(orderBy.field, orderBy.direction === 'desc' ? 'desc' : 'asc')
    : filtered;
  const found = await attempt(`find in ${collection}`, 'read', () => ordered.limit(query.limit).get());
  return dataOf<T>(found);
}

async function remove(open: OpenDatabase, collection: string, id: string): Promise<boolean> {
  checkCollection(collection);
  checkId(id);
  const db = await open();
  const result = await attempt(`remove from ${collection}`, 'write', () =>
    db.collection(collection).doc(id).remove(),
  );
  return countOf(result, 'deleted') > 0;
}

function trusted(command: Command, conditions: Conditions): Record<string, unknown> {
  return { ...encodeConditions(command, conditions), [writtenByClient]: command.exists(false) };
}

function encodeConditions(command: Command, conditions: Conditions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(conditions).map(([field, condition]) => [field, encodeCondition(command, condition)]),
  );
}

function encodeCondition(command: Command, condition: Condition): unknown {
  if (condition === null || typeof condition !== 'object') return command.eq(condition);
  if (isIn(condition)) return command.in([...condition.in]);
  const bounds = (['gt', 'gte', 'lt', 'lte'] as const).flatMap((operator) => {
    const bound = condition[operator];
    return bound === undefined ? [] : [command[operator](bound)];
  });
  return bounds.length === 1 ? bounds[0] : command.and(...bounds);
}

function dataOf<T>(answer: unknown): T[] {
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined;
  if (Array.isArray(data)) return data;
  throw new CloudError('FAILED', 'CloudBase answered a query without data.');
}

function countOf(answer: unknown, field: 'updated' | 'deleted'): number {
  const count = typeof answer === 'object' && answer !== null ? Reflect.get(answer, field) : undefined;
  if (typeof count === 'number') return count;
  throw new CloudError('FAILED', `CloudBase answered a write without saying what it ${field}.`);
}
