/**
 * Which index answers a query, by MongoDB's rules: an index serves a query that has a condition on its first field, and
 * bounds what is read as far as its fields follow each other with equalities, then one range. It also gives the order
 * when the sorted field follows the equalities.
 * mongodb.com/docs/manual/core/indexes/index-types/index-compound/ (prefixes, ESR)
 */
import type { Bound, QueryPlan, Scalar } from '../types.ts';
import { isPlainObject, type PlainObject } from './values.ts';

/** An `in` of more values than this is not merged in order. */
const maxMerged = 200;

/** @param order fields in order, 1 ascending, -1 descending */
export function planQuery(
  indexes: readonly (readonly string[])[],
  query: PlainObject,
  order: Readonly<Record<string, 1 | -1>> = {},
): QueryPlan {
  const conditions = conditionsOf(query);
  const sort = Object.keys(order);
  const plans = [['_id'], ...indexes].flatMap((index) => planWith(index, conditions, sort) ?? []);
  const [best] = plans.sort((a, b) => scoreOf(b) - scoreOf(a));
  return best ?? { index: undefined, bounds: [], sorted: sort.length === 0, tested: [...conditions.keys()] };
}

function planWith(
  index: readonly string[],
  conditions: ReadonlyMap<string, Bound | undefined>,
  sort: readonly string[],
): QueryPlan | undefined {
  const bounds: Bound[] = [];
  for (const field of index) {
    const bound = conditions.get(field);
    if (!bound) break;
    bounds.push(bound);
    if (!('values' in bound)) break;
  }
  const equal = bounds.filter((bound) => 'values' in bound);
  const merged = equal.reduce((count, { values }) => count * values.length, 1);
  const follows = sort.every(
    (field, at) => index[equal.length + at] === field || isOneValue(conditions, field),
  );
  const sorted = sort.length === 0 || (follows && merged <= maxMerged);
  if (bounds.length === 0 && !(sort.length > 0 && sorted)) return undefined;
  const tested = [...conditions.keys()].filter((field) => !index.slice(0, bounds.length).includes(field));
  return { index, bounds, sorted, tested };
}

function isOneValue(conditions: ReadonlyMap<string, Bound | undefined>, field: string): boolean {
  const bound = conditions.get(field);
  return bound !== undefined && 'values' in bound && bound.values.length === 1;
}

/** The most bounded fields, then the order, then the most equalities. Nothing beats `_id`, which is unique. */
function scoreOf({ index, bounds, sorted }: QueryPlan): number {
  const equal = bounds.filter((bound) => 'values' in bound).length;
  if (equal === 1 && index?.[0] === '_id') return 1000;
  return 10 * bounds.length + (sorted ? 5 : 0) + equal;
}

/** Each field's bound; undefined for a condition that no index bounds. */
function conditionsOf(query: PlainObject): Map<string, Bound | undefined> {
  const found = new Map<string, Bound | undefined>();
  for (const [field, condition] of clausesOf(query)) {
    const bound = boundOf(condition);
    const known = found.get(field);
    found.set(field, known && bound ? both(known, bound) : (known ?? bound));
  }
  return found;
}

function clausesOf(query: PlainObject): [string, unknown][] {
  return Object.entries(query).flatMap(([field, condition]): [string, unknown][] => {
    if (field === '$and' && Array.isArray(condition))
      return condition.filter(isPlainObject).flatMap(clausesOf);
    if (field.startsWith('$')) return [];
    if (isPlainObject(condition) && Array.isArray(condition.$and))
      return condition.$and.map((each) => [field, each]);
    return [[field, condition]];
  });
}

function boundOf(condition: unknown): Bound | undefined {
  if (isScalar(condition)) return { values: [condition] };
  if (!isPlainObject(condition)) return undefined;
  if (isScalar(condition.$eq)) return { values: [condition.$eq] };
  const { $in: list } = condition;
  if (Array.isArray(list)) return list.every(isScalar) ? { values: list } : undefined;
  const from = condition.$gte ?? condition.$gt;
  const to = condition.$lte ?? condition.$lt;
  if (!isBoundary(from) && !isBoundary(to)) return undefined;
  return { from: isBoundary(from) ? from : undefined, to: isBoundary(to) ? to : undefined };
}

/** Two conditions on the same field: the two ends of a range, or else the first alone. */
function both(a: Bound, b: Bound): Bound {
  if ('values' in a || 'values' in b) return 'values' in a ? a : b;
  return { from: a.from ?? b.from, to: a.to ?? b.to };
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);
const isBoundary = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
