import { expect, it } from 'vitest';
import { defaultPolicy } from '../../core/policy.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { countTransfer, dayOf, uncountTransfer } from './daily-limit.ts';
import { transferRecord } from './testing/transferring.ts';

const limits = { transferDailyFen: 1000, transferDailyPersonFen: 600, maxTransfersPerDay: 4 };

function counting() {
  const documents = memoryDocuments();
  const ports = { documents, policy: { ...defaultPolicy, ...limits } };
  const of = (_id: string, amountFen: number, openid: string) => transferRecord({ _id, amountFen, openid });
  return {
    documents,
    count: (id: string, fen: number, openid = 'oA') => countTransfer(ports, of(id, fen, openid)),
    uncount: (id: string) => uncountTransfer(ports, of(id, 1, 'oA')),
    counted: () => documents.all<{ _id: string; transfers?: unknown[] }>('transfer_days')[0]?.transfers,
  };
}

it.each([
  [Date.UTC(2026, 0, 1, 15, 59, 59, 999), '2026-01-01'],
  [Date.UTC(2026, 0, 1, 16), '2026-01-02'],
])('begins a day at midnight in Beijing: %s', (atMs, day) => {
  expect(dayOf(atMs)).toBe(day);
});

it('lets a person receive up to the limit of one, and all together up to that of all', async () => {
  const { count, counted } = counting();
  expect(await count('a', 600)).toBeUndefined();
  expect(await count('b', 1)).toBe('PERSON_LIMIT');
  expect(await count('c', 400, 'oB')).toBeUndefined();
  expect(await count('d', 1, 'oC')).toBe('DAILY_LIMIT');
  expect(counted()).toEqual([
    { outBillNo: 'a', openid: 'oA', amountFen: 600 },
    { outBillNo: 'c', openid: 'oB', amountFen: 400 },
  ]);
});

it('counts a number of transfers, each once', async () => {
  const { count, counted } = counting();
  for (const id of ['a', 'b', 'c', 'd', 'd']) expect(await count(id, 1, `o${id}`)).toBeUndefined();
  expect(counted()).toHaveLength(4);
  expect(await count('e', 1, 'oE')).toBe('TOO_MANY');
});

it('gives back what was not transferred, and nothing else', async () => {
  const { documents, count, uncount, counted } = counting();
  await uncount('a');
  expect(documents.all('transfer_days')).toEqual([]);
  await count('a', 600);
  await count('b', 100, 'oB');
  const [before] = documents.all('transfer_days');
  await uncount('x');
  expect(documents.all('transfer_days')).toEqual([before]);
  await uncount('a');
  expect(counted()).toEqual([{ outBillNo: 'b', openid: 'oB', amountFen: 100 }]);
  expect(await count('c', 600)).toBeUndefined();
});

it('decides by what is counted when another instance was faster', async () => {
  const { documents, count, counted } = counting();
  await count('a', 1, 'oB');
  let races = 0;
  documents.interrupt = async (when, operation) => {
    if (when !== 'before' || operation !== 'update transfer_days' || races++ > 0) return;
    const faster = {
      _id: '2026-01-02',
      version: 9,
      transfers: [{ outBillNo: 'c', openid: 'oA', amountFen: 600 }],
    };
    documents.put('transfer_days', faster);
  };
  expect(await count('b', 1)).toBe('PERSON_LIMIT');
  races = 0;
  expect(await count('c', 1)).toBeUndefined();
  expect(counted()).toHaveLength(1);
});
