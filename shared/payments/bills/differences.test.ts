import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { differencesOf, recordDifference, settleOthers } from './differences.ts';
import { type Difference, type DifferenceRecord, differencesCollection } from './records.ts';

const bill = { _id: '2026-03-10:1:trade', date: '2026-03-10', mchid: '1' } as const;
const difference: Difference = {
  ...{ kind: 'OTHER_AMOUNT', movement: 'PAYMENT', reference: '42', outTradeNo: 'T1' },
  ...{ billedFen: 101, recordedFen: 100 },
};

function recording() {
  const documents = memoryDocuments();
  const ports = { documents, clock: { nowMs: () => at.nowMs } };
  const at = {
    nowMs: 100,
    documents,
    ports,
    record: (changes: Partial<Difference> = {}, state?: 'REPAIRED', of: { _id: string } = bill) =>
      recordDifference(ports, { ...bill, ...of }, { ...difference, ...changes }, state),
    settle: (startedAtMs: number) => settleOthers(ports, { ...bill, startedAtMs }),
    all: () => documents.all<DifferenceRecord>(differencesCollection),
  };
  return at;
}

describe('a difference', () => {
  it('is one document, with what a person can do about it', async () => {
    const { record, all } = recording();
    await record();
    await record();
    expect(all()).toEqual([
      {
        ...{ _id: '2026-03-10:1:OTHER_AMOUNT:PAYMENT:42', date: '2026-03-10', mchid: '1', bill: 'trade' },
        ...difference,
        ...{
          remedy: {
            zh: expect.stringContaining('金额不一致'),
            en: expect.stringContaining('amounts differ'),
          },
        },
        ...{ state: 'OPEN', foundAtMs: 100, seenAtMs: 100 },
      },
    ]);
  });

  it('of a whole file is of no movement', async () => {
    const { record, all } = recording();
    await record({ kind: 'UNREADABLE', movement: null });
    expect(all()).toMatchObject([{ _id: '2026-03-10:1:UNREADABLE:BILL:42' }]);
  });

  it('that the same run finds twice is written once', async () => {
    const at = recording();
    await at.record();
    at.documents.interrupt = async (_, operation) => {
      if (operation.startsWith('update')) throw new Error(operation);
    };
    await at.record();
    await expect(at.record({}, 'REPAIRED')).rejects.toThrow('update');
    at.nowMs = 101;
    await expect(at.record()).rejects.toThrow('update');
  });

  it('that is found again has what was found last, and is open again', async () => {
    const at = recording();
    await at.record({}, 'REPAIRED');
    expect(at.all()).toMatchObject([{ state: 'REPAIRED' }]);
    at.nowMs = 200;
    await at.record({ billedFen: 102 });
    expect(at.all()).toMatchObject([{ state: 'OPEN', billedFen: 102, foundAtMs: 100, seenAtMs: 200 }]);
    await at.record({ billedFen: 103 }, 'REPAIRED');
    expect(at.all()).toMatchObject([{ state: 'REPAIRED', billedFen: 103 }]);
  });
});

it('tells what to do about each kind, in both languages and in words of its own', async () => {
  const kinds = [
    ...(['NOT_RECORDED', 'NOT_BILLED', 'OTHER_ORDER', 'OTHER_AMOUNT'] as const),
    ...(['BILLED_TWICE', 'UNKNOWN_TYPE', 'NOT_CONFIRMED', 'UNREADABLE'] as const),
  ];
  const { record, all } = recording();
  for (const kind of kinds) await record({ kind });
  const texts = { zh: expect.stringMatching(/\p{sc=Han}/u), en: expect.stringMatching(/^[A-Z]/) };
  expect(all().map(({ remedy }) => remedy)).toEqual(kinds.map(() => texts));
  expect(new Set(all().map(({ remedy }) => remedy.zh)).size).toBe(kinds.length);
});

describe('differences that a comparison did not find again', () => {
  it('are settled: those of its bill that are open, and were seen before it began', async () => {
    const at = recording();
    await at.record();
    await at.record({ reference: '43' }, 'REPAIRED');
    await at.record({ reference: '44' }, undefined, { _id: '2026-03-10:1:fundflow' });
    at.nowMs = 200;
    await at.record({ reference: '45' });
    await at.settle(200);
    expect(at.all().map(({ reference, state }) => [reference, state])).toEqual([
      ['42', 'SETTLED'],
      ['43', 'REPAIRED'],
      ['44', 'OPEN'],
      ['45', 'OPEN'],
    ]);
    await at.settle(201);
    expect(at.all().map(({ state }) => state)).toEqual(['SETTLED', 'REPAIRED', 'OPEN', 'SETTLED']);
  });

  it('are not settled when another run finds them again at that moment', async () => {
    const at = recording();
    await at.record();
    at.documents.interrupt = async (when, operation) => {
      if (when !== 'before' || !operation.startsWith('update')) return;
      at.documents.interrupt = async () => {};
      at.nowMs = 300;
      await at.record();
    };
    await at.settle(200);
    expect(at.all()).toMatchObject([{ state: 'OPEN', seenAtMs: 300 }]);
  });

  it('that were settled before are left alone', async () => {
    const at = recording();
    await at.record();
    await at.settle(200);
    at.documents.interrupt = async (_, operation) => {
      if (operation.startsWith('update')) throw new Error(operation);
    };
    await at.settle(300);
    expect(at.all()).toMatchObject([{ state: 'SETTLED' }]);
  });

  it('are looked for on all pages', async () => {
    const at = recording();
    for (let index = 0; index < 1001; index++) await at.record({ reference: String(index).padStart(4, '0') });
    const found: string[] = [];
    for await (const { reference } of differencesOf(at.documents, '2026-03-10', '1')) found.push(reference);
    expect(found).toHaveLength(1001);
    expect(new Set(found).size).toBe(1001);
    let pages = 0;
    at.documents.interrupt = async (when) => void (when === 'before' && pages++);
    const other: unknown[] = [];
    for await (const each of differencesOf(at.documents, '2026-03-11', '1')) other.push(each);
    expect(other).toEqual([]);
    for await (const each of differencesOf(at.documents, '2026-03-10', '1')) other.push(each);
    // One of the day that has none, and three of the other: the last one is not full.
    expect(pages).toBe(4);
  });
});
