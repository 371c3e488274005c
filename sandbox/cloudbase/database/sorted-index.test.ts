import fc from 'fast-check';
import { Query } from 'mingo';
import { describe, expect, it } from 'vitest';
import type { StoredDocument } from '../types.ts';
import { Collection } from './collection.ts';

const scalar = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'b', 'c'),
  fc.boolean(),
);
const value = fc.oneof(
  { weight: 8, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.constant({ deep: 1 }),
  fc.constant(new Date(5)),
);
const document = fc.record(
  { _id: fc.constantFrom(...'abcdefgh'), x: value, y: value },
  { requiredKeys: ['_id'] },
);
const bound = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('', 'a', 'b', 'c'));
const condition = fc.oneof(
  scalar,
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $gte: bound }),
  fc.record({ $lt: bound }),
  fc
    .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }))
    .map(([$gt, $lte]) => ({ $gt, $lte })),
  fc.constant({ $exists: false }),
);
const query = fc.record({ x: condition, y: condition, _id: fc.constantFrom('a', 'b') }, { requiredKeys: [] });
const change = fc.oneof(
  { weight: 4, arbitrary: document },
  fc.constantFrom(...'abcdefgh').map((id) => id),
);

describe('a collection with indexes', () => {
  it('finds what reading every document finds, whatever was changed in between', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 30 }),
        fc.array(query, { minLength: 1 }),
        (changes, queries) => {
          const collection = new Collection('c');
          for (const fields of [['x', 'y'], ['y']])
            collection.addIndex({ name: fields.join(), fields, unique: false });
          for (const [at, each] of changes.entries()) {
            if (typeof each === 'string') collection.apply(each, undefined);
            else collection.apply(each._id, each as StoredDocument);
            const asked = queries[at % queries.length] as Record<string, unknown>;
            const matcher = new Query(asked);
            const ids = (documents: Iterable<StoredDocument>) =>
              [...documents]
                .filter((each) => matcher.test(each))
                .map(({ _id }) => _id)
                .sort();
            expect(ids(collection.candidates(asked))).toEqual(ids(collection.documents.values()));
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('finds a list of which one value meets the lower bound and another the upper', () => {
    const collection = new Collection('c');
    collection.addIndex({ name: 'y', fields: ['y'], unique: false });
    collection.apply('a', { _id: 'a', y: [-1, 1] });
    expect([...collection.candidates({ y: { $gt: 0, $lte: 0 } })].map(({ _id }) => _id)).toEqual(['a']);
  });

  it('looks only at what the bounds hold, among many', () => {
    const collection = new Collection('c');
    collection.addIndex({ name: 'due', fields: ['state', 'atMs'], unique: false });
    const read = (below: number) => [...collection.candidates({ state: 'A', atMs: { $lt: below } })].length;
    const put = (from: number, to: number) => {
      for (let at = from; at < to; at++) {
        const state = at % 2 ? 'A' : 'B';
        collection.apply(String(at), { _id: String(at), state, atMs: at % 3 ? at : null });
      }
    };
    put(0, 100);
    expect(read(50)).toBe(17);
    put(100, 5000);
    expect(read(50)).toBe(17);
    for (let at = 0; at < 5000; at += 7) collection.apply(String(at), undefined);
    expect(read(5000)).toBe(
      [...collection.documents.values()].filter((each) => each.state === 'A' && each.atMs !== null).length,
    );
  });
});
