/** What the port Documents promises, as tests: for the adapter over the real SDK, and for the twin in memory. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Conditions, Document, Documents } from '../ports.ts';

interface Order extends Document {
  state: string;
  amountFen: number;
  detail?: unknown;
  paidAtMs?: number | null;
}

const order = (_id: string, state = 'NOTPAY', amountFen = 1): Order => ({ _id, state, amountFen });
const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'none',
    (error: unknown) => Reflect.get(Object(error), 'code'),
  );

/** @param fresh returns a Documents whose collection `orders` is empty */
export function testDocuments(name: string, fresh: () => Documents): void {
  describe(name, () => {
    let documents: Documents;
    beforeEach(() => {
      documents = fresh();
    });
    const insert = (doc: Order) => documents.insertIfAbsent('orders', doc);
    const idsOf = async (
      where: Conditions,
      orderBy?: { field: string; direction: 'asc' | 'desc' },
      limit = 10,
    ) => {
      const found = await documents.find<Order>('orders', { where, limit, ...(orderBy && { orderBy }) });
      return found.map(({ _id }) => _id);
    };
    testWriting(() => documents, insert);
    testKeeping(() => documents, insert);
    testFinding(insert, idsOf);
    testRefusing(() => documents, insert);
  });
}

function testWriting(documents: () => Documents, insert: (doc: Order) => Promise<Order | undefined>): void {
  it('gives back what was inserted, numbers beyond 32 bits and nested values included', async () => {
    const list = [1, { x: null, y: [] }];
    const stored = { ...order('a'), atMs: 1_760_000_000_123, list, empty: {}, 文: '付款' };
    expect(await insert(stored)).toBeUndefined();
    expect(await documents().get('orders', 'a')).toEqual(stored);
  });

  it('keeps the first document of an _id, and gives it to whoever comes second', async () => {
    await insert(order('a', 'SUCCESS'));
    expect(await insert(order('a', 'NOTPAY'))).toEqual(order('a', 'SUCCESS'));
    expect(await documents().get('orders', 'a')).toEqual(order('a', 'SUCCESS'));
  });

  it('inserts one of several at once', async () => {
    const answers = await Promise.all(['A', 'B', 'C'].map((state) => insert(order('a', state))));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    const stored = await documents().get('orders', 'a');
    expect(answers.filter((answer) => answer !== undefined)).toEqual([stored, stored]);
  });

  it('lets exactly one of several writers that saw the same state change it', async () => {
    await insert(order('a'));
    const changed = await Promise.all(
      ['SUCCESS', 'CLOSED', 'REVOKED'].map((state) =>
        documents().update('orders', 'a', { state: 'NOTPAY' }, { state }),
      ),
    );
    expect(changed.filter(Boolean)).toHaveLength(1);
  });

  it('changes nothing when a condition does not hold or there is no such document', async () => {
    await insert(order('a'));
    expect(await documents().update('orders', 'a', { amountFen: { gt: 1 } }, { state: 'X' })).toBe(false);
    expect(await documents().update('orders', 'b', {}, { state: 'X' })).toBe(false);
    expect(await documents().get('orders', 'a')).toEqual(order('a'));
  });

  it('says that nothing changed when everything was so already', async () => {
    await insert({ ...order('a'), detail: { old: [1] } });
    expect(await documents().update('orders', 'a', {}, { state: 'NOTPAY', detail: { old: [1] } })).toBe(
      false,
    );
    expect(await documents().update('orders', 'a', {}, { state: 'NOTPAY', detail: { old: [2] } })).toBe(true);
  });

  it('replaces nested objects whole, clears with null and leaves other fields alone', async () => {
    await insert({ ...order('a'), detail: { old: 1, both: 1 }, paidAtMs: 5 });
    const set = { detail: { both: 2 }, paidAtMs: null, list: [] };
    expect(await documents().update('orders', 'a', {}, set)).toBe(true);
    expect(await documents().get('orders', 'a')).toEqual({ ...order('a'), ...set });
  });
}

function testKeeping(documents: () => Documents, insert: (doc: Order) => Promise<unknown>): void {
  it('gives and keeps copies', async () => {
    const mine = { ...order('a'), detail: { x: 1 } };
    await insert(mine);
    mine.detail.x = 2;
    const read = await documents().get<typeof mine>('orders', 'a');
    read!.detail.x = 3;
    expect(await documents().get('orders', 'a')).toMatchObject({ detail: { x: 1 } });
  });

  it('removes a document once', async () => {
    await insert(order('a'));
    expect(await documents().remove('orders', 'a')).toBe(true);
    expect(await documents().remove('orders', 'a')).toBe(false);
    expect(await documents().get('orders', 'a')).toBeUndefined();
  });

  it('stores and finds any text exactly', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const _id = `text${count++}`;
        await insert(order(_id, text));
        const where = { state: text, _id: { in: [_id] } };
        expect(await documents().find('orders', { where, limit: 2 })).toEqual([order(_id, text)]);
        expect(await documents().update('orders', _id, { state: text }, { state: `${text}!` })).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
}

type IdsOf = (
  where: Conditions,
  orderBy?: { field: string; direction: 'asc' | 'desc' },
  limit?: number,
) => Promise<string[]>;

function testFinding(insert: (doc: Order) => Promise<unknown>, idsOf: IdsOf): void {
  const byAmount = { field: 'amountFen', direction: 'asc' } as const;

  it('finds by equality, list and range, in order and up to the limit', async () => {
    for (const [index, state] of ['A', 'B', 'A', 'C'].entries())
      await insert(order(`o${index}`, state, index));
    expect(await idsOf({ state: 'A' }, byAmount)).toEqual(['o0', 'o2']);
    const down = { ...byAmount, direction: 'desc' } as const;
    expect(await idsOf({ state: { in: ['B', 'C'] } }, down)).toEqual(['o3', 'o1']);
    expect(await idsOf({ state: { in: [] } })).toEqual([]);
    expect(await idsOf({ amountFen: { gt: 0, lte: 2 } }, byAmount)).toEqual(['o1', 'o2']);
    expect(await idsOf({ amountFen: { gte: 1, lt: 3 }, state: 'A' })).toEqual(['o2']);
    expect(await idsOf({}, down, 2)).toEqual(['o3', 'o2']);
    expect(await idsOf({ _id: { in: ['o1', 'o9'] } })).toEqual(['o1']);
  });

  it('takes an absent field for null, and neither for a bound of a range', async () => {
    await insert({ ...order('null'), paidAtMs: null });
    await insert(order('absent'));
    await insert({ ...order('five'), paidAtMs: 5 });
    expect((await idsOf({ paidAtMs: null })).sort()).toEqual(['absent', 'null']);
    expect(await idsOf({ paidAtMs: { lte: 5 } })).toEqual(['five']);
    expect(await idsOf({ paidAtMs: { lt: 'x' } })).toEqual([]);
    expect(await idsOf({ paidAtMs: '5' })).toEqual([]);
  });

  it('reads a dotted name as a path into nested objects', async () => {
    await insert({ ...order('a'), detail: { next: { state: 'A' }, atMs: 7 } });
    await insert({ ...order('b'), detail: { next: { state: 'B' } } });
    expect(await idsOf({ 'detail.next.state': 'A' })).toEqual(['a']);
    expect(await idsOf({ 'detail.atMs': null })).toEqual(['b']);
    expect(await idsOf({ 'detail.atMs': { gt: 6 } })).toEqual(['a']);
    expect(await idsOf({}, { field: 'detail.next.state', direction: 'desc' })).toEqual(['b', 'a']);
  });

  it('puts what has no value first, and the rest in order', async () => {
    for (const [index, paidAtMs] of [10, null, 9].entries())
      await insert({ ...order(`o${index}`), paidAtMs });
    expect(await idsOf({}, { field: 'paidAtMs', direction: 'asc' })).toEqual(['o1', 'o2', 'o0']);
    expect(await idsOf({}, { field: 'paidAtMs', direction: 'desc' })).toEqual(['o0', 'o2', 'o1']);
  });
}

const hostileConditions: unknown[] = [
  { $gt: '' },
  { $ne: null },
  { gt: { $x: 1 } },
  { in: [{}] },
  { regex: '.' },
  [],
  {},
  () => 1,
  undefined,
  Number.NaN,
  'x'.repeat(1025),
];
const hostileValues: unknown[] = [
  undefined,
  Number.NaN,
  new Date(),
  1n,
  { $set: 1 },
  { 'a.b': 1 },
  { x: undefined },
  Symbol('s'),
];

function testRefusing(documents: () => Documents, insert: (doc: Order) => Promise<unknown>): void {
  it('lets no object from a user become an operator', async () => {
    await insert(order('a'));
    for (const condition of hostileConditions) {
      const where = { state: condition } as Conditions;
      expect(await codeOf(documents().find('orders', { where, limit: 1 }))).toBe('INVALID');
      expect(await codeOf(documents().update('orders', 'a', where, { state: 'X' }))).toBe('INVALID');
    }
    for (const id of [{ $gt: '' }, '', 5, null, 'x'.repeat(513), 'a\nb'] as string[]) {
      expect(await codeOf(documents().get('orders', id))).toBe('INVALID');
      expect(await codeOf(documents().remove('orders', id))).toBe('INVALID');
      expect(await codeOf(documents().update('orders', id, {}, { state: 'X' }))).toBe('INVALID');
      expect(await codeOf(insert(order(id)))).toBe('INVALID');
    }
    expect(await documents().get('orders', 'a')).toEqual(order('a'));
  });

  it('refuses names and values that would not be read back as they were written', async () => {
    for (const detail of hostileValues) {
      expect(await codeOf(insert({ ...order('a'), detail }))).toBe('INVALID');
      expect(await codeOf(documents().update('orders', 'a', {}, { detail }))).toBe('INVALID');
    }
    for (const field of ['_id', '$set', 'a.b', '']) {
      expect(await codeOf(documents().update('orders', 'a', {}, { [field]: 1 }))).toBe('INVALID');
    }
    expect(await codeOf(documents().update('orders', 'a', { _id: 'b' }, { state: 'X' }))).toBe('INVALID');
    expect(await codeOf(documents().update('orders', 'a', {}, {}))).toBe('INVALID');
    expect(await codeOf(documents().get('or ders', 'a'))).toBe('INVALID');
  });

  it.each([0, 1001, 1.5, -1, Number.NaN])('refuses a limit of %s', async (limit) => {
    expect(await codeOf(documents().find('orders', { where: {}, limit }))).toBe('INVALID');
  });
}
