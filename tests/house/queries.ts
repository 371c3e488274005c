/**
 * Adds to queries.json, the record of every query that functions make, what tests asked. For a new query its own tests
 * are enough; to write the record anew, delete the file first and run all:
 *
 * ```
 * RECORD_QUERIES=/tmp/queries.jsonl npx vitest run shared tests/payments --project parts
 * node --import tsx tests/house/queries.ts /tmp/queries.jsonl
 * ```
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QueryShape, Shape } from '../../shared/core/testing/indexed-queries.ts';
import { root, sourceFiles } from './source.ts';

/** By source file: how many places ask, and what, each as one line: see {@link parseQuery}. */
export type RecordedQueries = Readonly<
  Record<string, { readonly places: number; readonly queries: string[] }>
>;

const queriesFile = join(root, 'tests/house/queries.json');

export function readQueries(): RecordedQueries {
  return JSON.parse(readFileSync(queriesFile, 'utf8')) as RecordedQueries;
}

/** `orders account=in checkAfterMs=range by checkAfterMs asc` */
export function parseQuery(text: string): QueryShape {
  const [conditions = '', order] = text.split(' by ');
  const [collection = '', ...fields] = conditions.split(' ');
  const where = Object.fromEntries(fields.map((field) => field.split('=') as [string, Shape]));
  const [field = '', direction] = order?.split(' ') ?? [];
  return { collection, where, ...(order && { orderBy: { field, direction: direction as 'asc' | 'desc' } }) };
}

function formatQuery({ collection, where, orderBy }: QueryShape): string {
  const fields = Object.entries(where)
    .sort()
    .map((entry) => entry.join('='));
  const order = orderBy ? ` by ${orderBy.field} ${orderBy.direction}` : '';
  return [collection, ...fields].join(' ') + order;
}

/** Places in the code of functions that ask for more than one document by its `_id`. */
export function placesInSource(): Map<string, number> {
  const asks = /\b(?:documents\.find|findDue|workThroughDue)[<(]/g;
  const places = new Map<string, number>();
  for (const file of sourceFiles()) {
    const isOurs = /^(shared|functions)\//.test(file) && !/\.test\.ts$|\/testing\/|core\/due\.ts$/.test(file);
    const count = isOurs ? (readFileSync(join(root, file), 'utf8').match(asks) ?? []).length : 0;
    if (count > 0) places.set(file, count);
  }
  return places;
}

function collect(lines: readonly string[]): RecordedQueries {
  const found = new Map<string, { places: Set<string>; queries: Set<string> }>();
  for (const line of lines) {
    const { at = '', shape } = JSON.parse(line) as { at?: string; shape: QueryShape };
    const [file = ''] = at.split(':');
    if (!/^(shared|functions)\//.test(file) || /\.test\.ts$/.test(file)) continue;
    const known = found.get(file) ?? { places: new Set(), queries: new Set() };
    known.places.add(at);
    known.queries.add(formatQuery(shape));
    found.set(file, known);
  }
  return Object.fromEntries(
    [...found].map(([file, { places, queries }]) => [
      file,
      { places: places.size, queries: [...queries].sort() },
    ]),
  );
}

/** What is recorded and still in the source, and what was collected. */
function merge(known: RecordedQueries, collected: RecordedQueries): RecordedQueries {
  const files = [...placesInSource().keys()].sort();
  const merged = files.flatMap((file) => {
    const both = [known[file], collected[file]].filter((each) => each !== undefined);
    if (both.length === 0) return [];
    const places = Math.max(...both.map((each) => each.places));
    const queries = [...new Set(both.flatMap((each) => each.queries))].sort();
    return [[file, { places, queries }] as const];
  });
  return Object.fromEntries(merged);
}

const [, script, input] = process.argv;
if (script === fileURLToPath(import.meta.url) && input !== undefined) {
  const lines = readFileSync(input, 'utf8').trim().split('\n');
  const known = existsSync(queriesFile) ? readQueries() : {};
  writeFileSync(queriesFile, `${JSON.stringify(merge(known, collect(lines)), undefined, 2)}\n`);
}
