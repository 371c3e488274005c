/** database.* as @cloudbase/database 1.x sends it, in node-sdk and in wx-server-sdk alike. */
import { randomBytes } from 'node:crypto';
import { aggregate, find, Query } from 'mingo';
import type { DocumentId } from '../database/collection.ts';
import { DocumentLocked, type DocumentStore } from '../database/store.ts';
import type { Transaction } from '../database/transactions.ts';
import { updatedCopy } from '../database/update.ts';
import {
  cloneValue,
  isPlainObject,
  type PlainObject,
  parseEjson,
  stringifyEjson,
} from '../database/values.ts';
import type { StoredDocument } from '../types.ts';
import { CloudError, invalidParam, requestFailed, transactionConflict } from './errors.ts';

const defaultLimit = 100;
const maxLimit = 1000;
/** How long a write waits in real time for an open transaction that holds its document. */
const lockWaitMs = 3_000;
const lockPollMs = 10;

type Params = PlainObject;
type Answer = PlainObject;

/** Runs one action; `undefined` when it is not a database action known here. @throws CloudError */
export async function runDatabaseAction(
  store: DocumentStore,
  params: Params,
  now: () => number,
): Promise<Answer | undefined> {
  const action = actions[String(params.action)];
  if (!action) return undefined;
  const deadlineMs = Date.now() + lockWaitMs;
  for (;;) {
    try {
      return action({ store, params, nowMs: now() });
    } catch (error) {
      if (!(error instanceof DocumentLocked)) throw error;
      if (Date.now() > deadlineMs) throw transactionConflict();
    }
    await new Promise((resolve) => setTimeout(resolve, lockPollMs));
  }
}

interface Context {
  store: DocumentStore;
  params: Params;
  nowMs: number;
}

const actions: Record<string, (context: Context) => Answer> = {
  'database.insertDocument': insertDocument,
  'database.getDocument': getDocument,
  'database.modifyDocument': modifyDocument,
  'database.modifyAndReturnDoc': modifyAndReturnDoc,
  'database.removeDocument': removeDocument,
  'database.calculateDocument': (context) => ({ data: { total: matching(context).length } }),
  'database.aggregateDocuments': aggregateDocuments,
  'database.startTransaction': ({ store }) => ({ transactionId: store.transactions.start().id }),
  'database.commitTransaction': ({ store, params }) => {
    store.commit(String(params.transactionId));
    return {};
  },
  'database.abortTransaction': ({ store, params }) => {
    store.abort(String(params.transactionId));
    return {};
  },
  'database.addCollection': addCollection,
};

function addCollection({ store, params }: Context): Answer {
  const name = params.collectionName;
  if (typeof name !== 'string' || name === '') throw invalidParam('Collection name is required');
  if (store.has(name)) throw requestFailed(`[ResourceInUse] Table exist: ${name}`);
  store.createCollection(name);
  return {};
}

function insertDocument(context: Context): Answer {
  const { store, params, nowMs } = context;
  const name = store.collection(params.collectionName).name;
  if (!Array.isArray(params.data)) throw invalidParam('param.data must be an array');
  const transaction = transactionOf(context);
  const insertedIds = params.data.map((text: unknown) => {
    const data = parseEjson(text, 'data', nowMs);
    const document = { ...data, _id: idOf(data._id) } satisfies StoredDocument;
    store.insert(name, document, transaction);
    return document._id;
  });
  return { data: { insertedIds } };
}

function getDocument(context: Context): Answer {
  const { params } = context;
  const projection = params.projection === undefined ? undefined : object(context, 'projection');
  const limit = Math.min(positive(params.limit, 'limit') ?? defaultLimit, maxLimit);
  const offset = positive(params.offset, 'offset') ?? 0;
  const cursor = runQuery(() => find(matching(context), {}, projection));
  const order = sortOrder(context);
  if (order) cursor.sort(order);
  const list = runQuery(() => cursor.all()).slice(offset, offset + limit);
  return { data: { list: list.map(stringifyEjson), offset, limit } };
}

function modifyDocument(context: Context): Answer {
  const { store, params, nowMs } = context;
  const name = store.collection(params.collectionName).name;
  const transaction = transactionOf(context);
  const data = parseEjson(params.data, 'data', nowMs);
  const found = matching(context);
  if (params.merge !== true) return replaceDocument(context, data, found[0]);
  let updated = 0;
  for (const document of params.multi === true ? found : found.slice(0, 1)) {
    const copy = updatedCopy(document, data);
    if (!copy) continue;
    store.write(name, document._id, copy, transaction);
    updated += 1;
  }
  return { data: { updated, upsert_id: null } };
}

/** `doc(id).set(data)`: replaces the whole document, or creates it. */
function replaceDocument(context: Context, data: PlainObject, found: StoredDocument | undefined): Answer {
  const { store, params } = context;
  const name = String(params.collectionName);
  const id = found?._id ?? object(context, 'query')._id;
  const document = { ...data, _id: idOf(id) } satisfies StoredDocument;
  if (!found && params.upsert !== true) return { data: { updated: 0, upsert_id: null } };
  if (found) store.write(name, document._id, document, transactionOf(context));
  else store.insert(name, document, transactionOf(context));
  return { data: { updated: found ? 1 : 0, upsert_id: found ? null : document._id } };
}

function modifyAndReturnDoc(context: Context): Answer {
  const { store, params, nowMs } = context;
  const [found] = matching(context);
  if (!found) return { data: { updated: 0, doc: null } };
  const copy = updatedCopy(found, parseEjson(params.data, 'data', nowMs));
  if (copy) store.write(String(params.collectionName), found._id, copy, transactionOf(context));
  return { data: { updated: copy ? 1 : 0, doc: stringifyEjson(copy ?? found) } };
}

function removeDocument(context: Context): Answer {
  const { store, params } = context;
  const found = matching(context);
  const doomed = params.multi === true ? found : found.slice(0, 1);
  const transaction = transactionOf(context);
  for (const document of doomed) {
    store.write(String(params.collectionName), document._id, undefined, transaction);
  }
  return { data: { deleted: doomed.length } };
}

function aggregateDocuments(context: Context): Answer {
  const { store, params, nowMs } = context;
  const name = store.collection(params.collectionName).name;
  if (!Array.isArray(params.stages)) throw invalidParam('param.stages must be an array');
  const pipeline = params.stages.map((stage: unknown) => {
    if (!isPlainObject(stage)) throw invalidParam('param.stages must hold objects');
    return { [String(stage.stageKey)]: stageValue(stage.stageValue, nowMs) };
  });
  const copies = (collection: string): StoredDocument[] => store.all(collection).map(cloneValue);
  const list = runQuery(() => aggregate(copies(name), pipeline, { collectionResolver: copies }));
  return { data: { list: list.map(stringifyEjson) } };
}

/** A stage is EJSON of an object, or plain JSON of a string or number (`$count`, `$limit`, `$skip`). */
function stageValue(text: unknown, nowMs: number): unknown {
  return typeof text === 'string' && text.startsWith('{')
    ? parseEjson(text, 'stages', nowMs)
    : JSON.parse(String(text));
}

function matching(context: Context): StoredDocument[] {
  const { store, params } = context;
  const name = store.collection(params.collectionName).name;
  const transaction = transactionOf(context);
  const condition = params.query ? object(context, 'query') : {};
  if (isPlainId(condition)) {
    const document = store.get(name, condition._id, transaction);
    return document ? [document] : [];
  }
  const query = runQuery(() => new Query(condition));
  // A transaction sees documents as they were when it began, which no index holds.
  const candidates = transaction
    ? store.all(name, transaction)
    : store.collection(name).candidates(condition);
  return runQuery(() => [...candidates].filter((document) => query.test(document)));
}

function isPlainId(condition: PlainObject): condition is { _id: DocumentId } {
  return (
    Object.keys(condition).length === 1 &&
    (typeof condition._id === 'string' || typeof condition._id === 'number')
  );
}

function sortOrder(context: Context): Record<string, 1 | -1> | undefined {
  if (context.params.order === undefined) return undefined;
  const entries = Object.entries(object(context, 'order'));
  return Object.fromEntries(entries.map(([field, direction]) => [field, Number(direction) < 0 ? -1 : 1]));
}

function transactionOf({ store, params }: Context): Transaction | undefined {
  return typeof params.transactionId === 'string' ? store.transactions.get(params.transactionId) : undefined;
}

function object({ params, nowMs }: Context, name: string): PlainObject {
  return parseEjson(params[name], name, nowMs);
}

function positive(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || Number(value) < 0)
    throw invalidParam(`param.${name} must be a non-negative integer`);
  return Number(value);
}

function idOf(id: unknown): DocumentId {
  if (id === undefined) return randomBytes(16).toString('hex');
  if (typeof id === 'string' || typeof id === 'number') return id;
  throw invalidParam('docId必须为字符串或数字');
}

/** The engine throws plain errors for an operator or value it does not understand. */
function runQuery<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof CloudError) throw cause;
    throw requestFailed(`[FailedOperation] ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
