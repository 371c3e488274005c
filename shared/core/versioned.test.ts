import { describe, expect, it } from 'vitest';
import { memoryDocuments } from './testing/documents.ts';
import { refusal } from './testing/expect-refusal.ts';
import { changeVersioned, type Versioned } from './versioned.ts';

interface Counter extends Versioned {
  readonly count: number;
  readonly note: string;
}

const first: Counter = { _id: 'a', version: 3, count: 0, note: 'kept' };

function setup(stored: object = first) {
  const documents = memoryDocuments();
  documents.put('counters', stored as Counter);
  const updates: string[] = [];
  let racesLost = 0;
  documents.interrupt = async (when, operation) => {
    if (when !== 'before' || !operation.startsWith('update')) return;
    updates.push(operation);
    if (racesLost-- <= 0) return;
    const { version, count } = current();
    documents.put('counters', { ...current(), version: version + 1, count: count + 10 } as Counter);
  };
  const current = () => documents.peek<Counter>('counters', 'a')!;
  const add = (known: Counter = current()) =>
    changeVersioned(documents, 'counters', known, ({ count }) => ({ count: count + 1 }));
  const loseRaces = (count: number) => {
    racesLost = count;
  };
  return { documents, add, updates, loseRaces, stored: current };
}

describe('a change', () => {
  it('raises the version by one, keeps the rest, and returns what is now stored', async () => {
    const { add, stored } = setup();
    const after = { ...first, version: 4, count: 1 };
    expect(await add()).toEqual({ doc: after, changed: true });
    expect(stored()).toEqual(after);
  });

  it('to nothing writes nothing', async () => {
    const { documents, updates, stored } = setup();
    const result = await changeVersioned(documents, 'counters', first, () => undefined);
    expect(result).toEqual({ doc: first, changed: false });
    expect([stored(), updates]).toEqual([first, []]);
  });

  it('is made of what others have stored meanwhile, never over it', async () => {
    const { add, loseRaces, stored } = setup();
    loseRaces(7);
    expect(await add()).toEqual({ doc: { ...first, version: 11, count: 71 }, changed: true });
    expect(stored().count).toBe(71);
  });

  it('is given up as BUSY when it loses eight races', async () => {
    const { add, loseRaces, updates, stored } = setup();
    loseRaces(8);
    await refusal('BUSY', () => add());
    expect(updates).toHaveLength(8);
    expect(stored().count).toBe(80);
  });

  it('gives a document without a version its first', async () => {
    const { version: _, ...older } = first;
    const { add, stored } = setup({ ...older, version: null });
    expect((await add()).changed).toBe(true);
    expect(stored()).toMatchObject({ version: 1, count: 1 });
  });

  it('of a document that is gone names it, and what to do', async () => {
    const { documents, add } = setup();
    const known = { ...first };
    await documents.remove('counters', 'a');
    await expect(add(known)).rejects.toThrow(/document a of counters is missing.*backup/);
  });
});
