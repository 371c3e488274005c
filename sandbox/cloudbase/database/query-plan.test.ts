import { describe, expect, it } from 'vitest';
import { planQuery } from './query-plan.ts';

const indexes = [['state', 'atMs'], ['atMs'], ['owner', 'kind', 'atMs']];

describe('the plan of a query', () => {
  it.each([
    ['equality on the first field', { state: 'A' }, {}, ['state', 'atMs'], true, []],
    ['equality, then a range', { state: 'A', atMs: { $lte: 5 } }, {}, ['state', 'atMs'], true, []],
    ['equality, then the order', { state: 'A' }, { atMs: -1 }, ['state', 'atMs'], true, []],
    [
      'a few values, then the order',
      { state: { $in: ['A', 'B'] } },
      { atMs: 1 },
      ['state', 'atMs'],
      true,
      [],
    ],
    ['the order alone', {}, { atMs: -1 }, ['atMs'], true, []],
    ['both ends of a range', { $and: [{ atMs: { $gt: 1 } }, { atMs: { $lt: 5 } }] }, {}, ['atMs'], true, []],
    ['_id before everything', { _id: 'a', state: 'A' }, {}, ['_id'], true, ['state']],
    ['a condition that no index holds', { state: 'A', name: 'x' }, {}, ['state', 'atMs'], true, ['name']],
    ['a gap in the fields', { owner: 'o', atMs: { $lt: 5 } }, { atMs: 1 }, ['atMs'], true, ['owner']],
    ['an order after a range', { state: 'A', atMs: { $gt: 1 } }, { owner: 1 }, ['state', 'atMs'], false, []],
  ] as const)('%s', (_what, query, order, index, sorted, tested) => {
    expect(planQuery(indexes, query, order)).toMatchObject({ index, sorted, tested });
  });

  it.each([
    ['a field without an index', { name: 'x' }, {}],
    ['the second field alone', { kind: 'x' }, {}],
    ['no equality or range', { state: { $exists: false } }, {}],
    ['an order that no index has', {}, { name: 1 }],
  ] as const)('reads the whole collection for %s', (_what, query, order) => {
    expect(planQuery(indexes, query, order).index).toBeUndefined();
  });

  it('does not merge more than 200 values in order', () => {
    const state = { $in: Array.from({ length: 201 }, (_, at) => String(at)) };
    expect(planQuery([['state', 'atMs']], { state }, { atMs: 1 }).sorted).toBe(false);
  });
});
