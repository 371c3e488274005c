import { expect, it } from 'vitest';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { billDaysCollection, differencesCollection } from '../bills/records.ts';
import { billDays, differencesOfDay } from './bill-days.ts';

const failure = { code: 'X', zh: '坏了', en: 'broken' };
const day = (date: string, changes: object = {}) => ({
  ...{ _id: `${date}:1900000001`, version: 1, date, mchid: '1900000001', state: 'DONE', differences: 0 },
  ...{ checkedAtMs: 7, attempts: 1, ...changes },
});

it('the days whose bills were compared are listed, the newest first, with what failed', async () => {
  const documents = memoryDocuments();
  documents.put(
    billDaysCollection,
    day('2026-01-01', { differences: 2, failure: null }),
    day('2026-01-03', { state: 'FAILED', failure }),
    day('2026-01-02'),
  );
  const shown = { mchid: '1900000001', state: 'DONE', differences: 0, checkedAtMs: 7 };
  expect(await billDays(documents)).toStrictEqual([
    { ...shown, date: '2026-01-03', state: 'FAILED', failure },
    { ...shown, date: '2026-01-02' },
    { ...shown, date: '2026-01-01', differences: 2 },
  ]);
});

it('what did not agree on a day is shown with its sums where there are any, and what to do', async () => {
  const documents = memoryDocuments();
  const remedy = { zh: '请查询', en: 'Ask' };
  const whole = { mchid: '1900000001', kind: 'UNREADABLE', state: 'OPEN', reference: 'NO_HEADER', remedy };
  const none = { movement: null, outTradeNo: null, billedFen: null, recordedFen: null };
  const found = {
    ...{ mchid: '1900000001', kind: 'AMOUNT', state: 'REPAIRED', reference: '42', remedy },
    ...{ movement: 'PAYMENT', outTradeNo: 'T1', billedFen: 0, recordedFen: 100 },
  };
  const stored = { date: '2026-01-02', bill: 'trade', foundAtMs: 1, seenAtMs: 2 };
  const other = { ...stored, date: '2026-01-03' };
  documents.put(
    differencesCollection,
    { _id: 'D1', ...stored, ...whole, ...none },
    { _id: 'D2', ...stored, ...found },
    { _id: 'D3', ...found, ...other },
  );
  expect(await differencesOfDay(documents, '2026-01-02')).toStrictEqual([
    { differenceId: 'D1', ...whole },
    { differenceId: 'D2', ...found },
  ]);
});
