/**
 * Refuses, in memory, what would read a whole collection in the cloud: a query that no index of the provision list
 * answers. Every test of the money logic asks through here, so a new query without an index fails the first test of it.
 */
import { appendFileSync } from 'node:fs';
import { planQuery } from '../../../sandbox/cloudbase/database/query-plan.ts';
import type { QueryPlan } from '../../../sandbox/cloudbase/types.ts';
import { collections } from '../../../scripts/cloud/blueprint.ts';
import type { Condition, DocumentQuery } from '../ports.ts';

export type Shape = 'equal' | 'in' | 'range';

/** A query without its values. */
export interface QueryShape {
  readonly collection: string;
  readonly where: Readonly<Record<string, Shape>>;
  readonly orderBy?: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

/** What an index answers in part only, by collection and conditions, and why the rest is small. */
export const accepted: Readonly<Record<string, string>> = {
  'ledger billedKey kind mchid subMchid': 'the movements of one kind on one day',
  'orders paymentNo': 'a payment has at most 50 orders, which are sorted after reading',
  'refunds _id acceptedAtMs mchid': 'the refunds of one day, read by a timer',
  'sellers ': 'the list of all sellers that an operator asks for',
  'sharing_rules ': 'the list of all rules that an operator asks for',
};

const indexesOf = new Map(collections.map(({ name, indexes }) => [name, indexes]));

/** @throws Error that names the collection and the conditions */
export function refuseScan(collection: string, query: DocumentQuery): void {
  if (recordFile) record(recordFile, shapeOf(collection, query));
  const problem = findProblem(collection, query);
  if (problem === undefined) return;
  throw new Error(
    `${problem}. Add an index to scripts/cloud/blueprint.ts, change the query, or say in indexed-queries.ts why it reads little.`,
  );
}

/** Read once: reading the environment takes longer than looking at a query. */
const recordFile = process.env.RECORD_QUERIES;

const problems = new Map<string, string | undefined>();

/** Planned once for each shape: a simulation asks millions of times. */
function findProblem(collection: string, query: DocumentQuery): string | undefined {
  let key = `${collection} ${query.orderBy?.field} ${query.orderBy?.direction}`;
  for (const field in query.where) key += ` ${field}:${shapeOfCondition(query.where[field]!)}`;
  if (!problems.has(key)) {
    const indexes = indexesOf.get(collection);
    const shape = shapeOf(collection, query);
    problems.set(key, indexes && problemOf(shape, planQuery(indexes, ...wireOf(shape))));
  }
  return problems.get(key);
}

/** What the plan of a query leaves to be read in vain; undefined when an index answers it. */
export function problemOf(
  shape: QueryShape,
  { index, bounds, sorted, tested }: QueryPlan,
): string | undefined {
  const named = `The query ${JSON.stringify(shape)}`;
  if (index?.[0] === '_id' && bounds.length > 0 && shape.where._id !== 'range') return undefined;
  if (accepted[`${shape.collection} ${Object.keys(shape.where).sort().join(' ')}`]) return undefined;
  if (!index) return `${named} reads the whole collection`;
  if (!sorted) return `${named} is not sorted by the index ${index.join(', ')}`;
  return tested.length > 0
    ? `${named} reads more than it finds: no index has ${tested.join(', ')}`
    : undefined;
}

/** An example of the query, as the database gets it. */
export function wireOf({ where, orderBy }: QueryShape): [Record<string, unknown>, Record<string, 1 | -1>] {
  const conditions = { equal: 'a', in: { $in: ['a', 'b'] }, range: { $gt: 'a' } };
  const query = Object.fromEntries(Object.entries(where).map(([field, shape]) => [field, conditions[shape]]));
  return [query, orderBy ? { [orderBy.field]: orderBy.direction === 'asc' ? 1 : -1 } : {}];
}

function shapeOf(collection: string, { where, orderBy }: DocumentQuery): QueryShape {
  const shapes = Object.entries(where).map(
    ([field, condition]) => [field, shapeOfCondition(condition)] as const,
  );
  return { collection, where: Object.fromEntries(shapes), ...(orderBy && { orderBy }) };
}

function shapeOfCondition(condition: Condition): Shape {
  if (condition === null || typeof condition !== 'object') return 'equal';
  return 'in' in condition ? 'in' : 'range';
}

/** One line for each query, with the place in the code that asks; `core/due.ts` asks for others. */
function record(file: string, shape: QueryShape): void {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const frame = frames.find(
    (line) => !/\/testing\/|core\/due\.ts|node:|node_modules|<anonymous>\)$/.test(line),
  );
  const [, at] = /((?:shared|functions|tests|scripts)\/[\w./-]+:\d+:\d+)/.exec(frame ?? '') ?? [];
  appendFileSync(file, `${JSON.stringify({ at, shape })}\n`);
}
