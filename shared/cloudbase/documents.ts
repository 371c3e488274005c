/** Documents over the CloudBase database: docs.cloudbase.net/api-reference/server/node-sdk/database/database */
import type { CloudBase } from '@cloudbase/node-sdk';
import type { Condition, Conditions, Document, DocumentQuery, Documents, Log } from '../core/ports.ts';
import { CloudError } from './cloud-error.ts';
import {
  checkChanges,
  checkCollection,
  checkDocument,
  checkId,
  checkQuery,
  checkUpdateConditions,
  isIn,
} from './document-validation.ts';
import { attempt } from './retry.ts';
import type { SdkLoader } from './sdk.ts';

type Database = ReturnType<CloudBase['database']>;
type Command = Database['command'];
type OpenDatabase = () => Promise<Database>;

/**
 * CloudBase adds `_openid` to every document that a mini-program creates directly, and to none created by a function or
 * the console: developers.weixin.qq.com/miniprogram/dev/wxcloud/basis/capabilities.html
 *
 * A new collection lets users write their own documents until that permission is removed. Such a document could claim
 * to be a paid order, so all of them are ignored here.
 */
const writtenByClient = '_openid';

/**
 * All errors are CloudError.
 * @param sdk from `sdkLoader()`; nothing is loaded before the first call.
 */
export function createDocuments(sdk: SdkLoader, log: Pick<Log, 'error'>): Documents {
  const open: OpenDatabase = async () => (await sdk()).database();
  return {
    insertIfAbsent: (collection, doc) => insertIfAbsent(open, log, collection, doc),
    get: (collection, id) => get(open, collection, id),
    update: (collection, id, where, set) => update(open, collection, id, where, set),
    find: (collection, query) => find(open, collection, query),
    remove: (collection, id) => remove(open, collection, id),
  };
}

async function insertIfAbsent<T extends Document>(
  open: OpenDatabase,
  log: Pick<Log, 'error'>,
  collection: string,
  doc: T,
): Promise<T | undefined> {
  checkCollection(collection);
  checkDocument(doc);
  const db = await open();
  try {
    await attempt(`insert into ${collection}`, 'write', () => db.collection(collection).add(doc));
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError) || error.code !== 'DUPLICATE') throw error;
    const existing = await read<T>(open, collection, doc._id);
    if (existing && !(writtenByClient in existing)) return existing;
    if (existing) throw refuseClientDocument(log, collection, error);
    throw new CloudError('CONFLICT', `insert into ${collection}: removed in the meantime`, { cause: error });
  }
}

/** A document that a client wrote is ignored, but its `_id` stays taken until somebody removes it. */
function refuseClientDocument(log: Pick<Log, 'error'>, collection: string, cause: CloudError): CloudError {
  const message = `A mini-program client wrote a document into ${collection} under an _id that a function needs. Set the permission of the collection to 仅管理端可读写 (ADMINONLY) in the CloudBase console, then delete the documents that have an _openid. 集合 ${collection} 中有小程序端写入的文档占用了云函数需要的 _id：请在云开发控制台将该集合权限设为「仅管理端可读写」，再删除带 _openid 的文档。`;
  const error = new CloudError('WRITTEN_BY_CLIENT', message, { cause });
  log.error('document.written_by_client', { collection, error });
  return error;
}

async function get<T extends Document>(
  open: OpenDatabase,
  collection: string,
  id: string,
): Promise<T | undefined> {
  checkCollection(collection);
  checkId(id);
  const document = await read<T>(open, collection, id);
  return document && !(writtenByClient in document) ? document : undefined;
}

async function read<T extends Document>(
  open: OpenDatabase,
  collection: string,
  id: string,
): Promise<T | undefined> {
  const db = await open();
  const found = await attempt(`get from ${collection}`, 'read', () =>
    db.collection(collection).doc(id).get(),
  );
  return dataOf<T>(found)[0];
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
  checkUpdateConditions(where);
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

async function find<T extends Document>(
  open: OpenDatabase,
  collection: string,
  query: DocumentQuery,
): Promise<T[]> {
  checkCollection(collection);
  checkQuery(query);
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
  throw new CloudError('FAILED', `CloudBase answered a write without the number of documents it ${field}.`);
}
