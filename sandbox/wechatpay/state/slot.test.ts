import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Slot, SlotChanges } from './slot.ts';
import { LoadedHistory, type StateChanges } from './state.ts';

interface Value {
  n: number;
}

test('changes are what was set, deleted, or changed in place after it was got', () => {
  const slot = Slot.of<Value>([
    ['a', { n: 1 }],
    ['b', { n: 2 }],
    ['c', { n: 3 }],
  ]);
  const changes = new SlotChanges(slot);
  slot.get('b');
  changes.take();
  slot.get('a')!.n = 10;
  slot.get('b');
  slot.delete('c');
  slot.set('d', { n: 4 });
  expect(new Map(changes.take())).toEqual(
    new Map<string, Value | null>([
      ['a', { n: 10 }],
      ['c', null],
      ['d', { n: 4 }],
    ]),
  );
  expect(changes.take()).toEqual([]);
});

test('values that are gone through may have been changed; those only looked at may not', () => {
  const slot = Slot.of<Value>([['a', { n: 1 }]]);
  const changes = new SlotChanges(slot);
  expect([...slot.peek()]).toEqual([{ n: 1 }]);
  for (const value of slot.values()) value.n = 2;
  expect(changes.take()).toEqual([['a', { n: 2 }]]);
});

test('a value that was only read is no change once it has been taken', () => {
  const slot = Slot.of<Value>([['a', { n: 1 }]]);
  const changes = new SlotChanges(slot);
  slot.get('a');
  expect(changes.take()).toHaveLength(1);
  slot.get('a');
  expect(changes.take()).toEqual([]);
});

test('nothing is kept of what is touched once nobody wants to know', () => {
  const slot = new Slot<Value>();
  const keys = slot.track();
  slot.untrack(keys);
  slot.set('a', { n: 1 });
  expect(keys.size).toBe(0);
});

test('a value that was held is saved once it is touched', () => {
  const slot = Slot.of<Value>([['a', { n: 1 }]]);
  const changes = new SlotChanges(slot);
  const held = slot.get('a')!;
  changes.take();
  held.n = 2;
  expect(changes.take()).toEqual([]);
  slot.touch('a');
  expect(changes.take()).toEqual([['a', { n: 2 }]]);
});

describe('a snapshot and the changes after it', () => {
  const step = fc.record({
    what: fc.constantFrom('set', 'change', 'delete', 'save'),
    key: fc.constantFrom('a', 'b', 'c'),
    n: fc.nat(),
  });

  test('give the same entries as the slot itself, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const slot = new Slot<Value>();
        const recorded = new SlotChanges(slot);
        const changes: StateChanges[] = [];
        const save = () =>
          changes.push({
            randomPosition: 0,
            ledger: [],
            slots: { values: structuredClone(recorded.take()) },
          });
        for (const { what, key, n } of steps) {
          if (what === 'set') slot.set(key, { n });
          if (what === 'delete') slot.delete(key);
          if (what === 'save') save();
          const value = what === 'change' ? slot.get(key) : undefined;
          if (value) value.n = n;
        }
        save();
        const loaded = new LoadedHistory();
        for (const change of changes) loaded.apply(change);
        expect(new Map(loaded.slots.get('values'))).toEqual(new Map(slot));
      }),
    );
  });
});
