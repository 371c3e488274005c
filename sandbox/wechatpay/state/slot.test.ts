import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Slot } from './slot.ts';
import { historyAfter, type StateChanges } from './state.ts';

interface Value {
  n: number;
}

test('changes are what was set, deleted, or changed in place after it was got', () => {
  const slot = Slot.of<Value>([
    ['a', { n: 1 }],
    ['b', { n: 2 }],
    ['c', { n: 3 }],
  ]);
  slot.takeChanges();
  slot.get('a')!.n = 10;
  slot.get('b');
  slot.delete('c');
  slot.set('d', { n: 4 });
  expect(new Map(slot.takeChanges())).toEqual(
    new Map<string, Value | null>([
      ['a', { n: 10 }],
      ['c', null],
      ['d', { n: 4 }],
    ]),
  );
  expect(slot.takeChanges()).toEqual([]);
});

test('values that are gone through may have been changed; those only looked at may not', () => {
  const slot = Slot.of<Value>([['a', { n: 1 }]]);
  slot.takeChanges();
  expect([...slot.peek()]).toEqual([{ n: 1 }]);
  for (const value of slot.values()) value.n = 2;
  expect(slot.takeChanges()).toEqual([['a', { n: 2 }]]);
});

test('a value that was held is saved once it is touched', () => {
  const slot = Slot.of<Value>([['a', { n: 1 }]]);
  const held = slot.get('a')!;
  slot.takeChanges();
  held.n = 2;
  expect(slot.takeChanges()).toEqual([]);
  slot.touch('a');
  expect(slot.takeChanges()).toEqual([['a', { n: 2 }]]);
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
        const changes: StateChanges[] = [];
        const save = () =>
          changes.push({
            randomPosition: 0,
            ledger: [],
            slots: { values: structuredClone(slot.takeChanges()) },
          });
        for (const { what, key, n } of steps) {
          if (what === 'set') slot.set(key, { n });
          if (what === 'delete') slot.delete(key);
          if (what === 'save') save();
          const value = what === 'change' ? slot.get(key) : undefined;
          if (value) value.n = n;
        }
        save();
        const { slots } = historyAfter({ randomPosition: 0, ledger: [], slots: {} }, changes);
        expect(new Map(slots.values)).toEqual(new Map(slot));
      }),
    );
  });
});
