import { integer } from './read.ts';

/** The newest entries of a list that only grows, oldest first; `before` continues with older ones. */
export interface Page<T> {
  readonly entries: T[];
  readonly total: number;
  /** Pass it as `?before=` to get the next page of older entries; absent when there is none. */
  readonly before?: number;
}

const usual = 200;
const most = 2_000;

/** `?limit=` (200, at most 2000) and `?before=`. @throws ControlProblem */
export function pageOf<T>(all: readonly T[], query: URLSearchParams): Page<T> {
  const limit = integer(query.get('limit'), 'limit', 1, most, usual);
  const end = integer(query.get('before'), 'before', 0, all.length, all.length);
  const start = Math.max(0, end - limit);
  return { entries: all.slice(start, end), total: all.length, ...(start > 0 && { before: start }) };
}
