import { describe, expect, it } from 'vitest';
import { type MemoryDocuments, memoryDocuments } from '../../core/testing/documents.ts';
import { type LedgerKind, type Movement, recordMovement } from '../ledger/ledger.ts';
import {
  closedRefunds,
  failedTransfers,
  ledgerSource,
  processSource,
  type RecordedSource,
  refundSource,
  type Scope,
  shareSource,
} from './recorded.ts';

const mchid = '1900000001';
const scope: Scope = { mchid, holder: 'all', fromMs: 100, toMs: 200 };

function move(
  documents: MemoryDocuments,
  movement: Partial<Movement> & { kind: LedgerKind; reference: string },
  subMchid: string | null = null,
  of = mchid,
) {
  const owner = { outTradeNo: 'T1', account: 'ecommerce', mchid: of, subMchid } as const;
  return recordMovement(documents, owner, { amountFen: 5, atMs: 100, ...movement });
}

async function referencesOf(
  source: RecordedSource,
  documents: MemoryDocuments,
  changes: Partial<Scope> = {},
) {
  const { movements, next } = await source.ofDay(documents, { ...scope, ...changes }, '');
  expect(next).toBeUndefined();
  return movements.map(({ reference }) => reference);
}

describe('what the ledger has', () => {
  it('is that of a kind, a merchant and a day, in the order of time', async () => {
    const documents = memoryDocuments();
    for (const [reference, atMs] of Object.entries({ late: 199, before: 99, first: 100, after: 200 }))
      await move(documents, { kind: 'PAYMENT', reference, atMs });
    await move(documents, { kind: 'FEE', reference: 'fee' });
    await move(documents, { kind: 'PAYMENT', reference: 'other' }, null, '2');
    expect(await referencesOf(ledgerSource('PAYMENT'), documents)).toEqual(['first', 'late']);
  });

  it.each([
    ['all', ['own', 'A', 'B']],
    ['own', ['own']],
    ['subs', ['A', 'B']],
    [{ subMchid: 'A' }, ['A']],
  ] as [Scope['holder'], string[]][])('is of %j: %j', async (holder, references) => {
    const documents = memoryDocuments();
    for (const subMchid of [null, 'A', 'B'])
      await move(documents, { kind: 'PAYMENT', reference: subMchid ?? 'own' }, subMchid);
    expect((await referencesOf(ledgerSource('PAYMENT'), documents, { holder })).sort()).toEqual(
      references.sort(),
    );
  });

  it('is looked up by number on whatever day', async () => {
    const documents = memoryDocuments();
    await move(documents, { kind: 'PAYMENT', reference: '1', atMs: 7 });
    await move(documents, { kind: 'FEE', reference: '2' });
    const found = await ledgerSource('PAYMENT').byReference(documents, ['1', '2', '3']);
    expect(found).toMatchObject([{ reference: '1', outTradeNo: 'T1', amountFen: 5 }]);
  });

  it('comes a page at a time, each once', async () => {
    const documents = memoryDocuments();
    for (let index = 0; index < 1001; index++)
      await move(documents, { kind: 'PAYMENT', reference: String(index) });
    const first = await ledgerSource('PAYMENT').ofDay(documents, scope, '');
    expect(first.movements).toHaveLength(1000);
    const rest = await ledgerSource('PAYMENT').ofDay(documents, scope, first.next!);
    expect(rest.next).toBeUndefined();
    const all = [...first.movements, ...rest.movements].map(({ reference }) => reference);
    expect([all.length, new Set(all).size]).toEqual([1001, 1001]);
  });
});

describe('what our refunds say', () => {
  const refunds = (...changes: object[]) => {
    const documents = memoryDocuments();
    const refund = {
      mchid,
      subMchid: null,
      outTradeNo: 'T1',
      amountFen: 5,
      acceptedAtMs: 100,
      state: 'SUCCESS',
    };
    documents.put('refunds', ...changes.map((each, index) => ({ _id: `R${index}`, ...refund, ...each })));
    return documents;
  };

  it('is of the day on which WeChat Pay accepted them, and takes money', async () => {
    const times = [99, 100, 199, 200].map((acceptedAtMs) => ({ acceptedAtMs }));
    const documents = refunds(...times, { mchid: '2' }, { acceptedAtMs: null });
    expect(await refundSource.ofDay(documents, scope, '')).toEqual({
      movements: ['R1', 'R2'].map((reference) => ({ reference, outTradeNo: 'T1', amountFen: -5 })),
      next: undefined,
    });
    expect(await refundSource.byReference(documents, ['R0', 'R9'])).toEqual([
      { reference: 'R0', outTradeNo: 'T1', amountFen: -5 },
    ]);
  });

  it('comes a page at a time, each once', async () => {
    const documents = refunds(...Array.from({ length: 1001 }, () => ({})));
    const first = await refundSource.ofDay(documents, scope, '');
    expect(first.movements).toHaveLength(1000);
    const rest = await refundSource.ofDay(documents, scope, first.next!);
    expect(rest.next).toBeUndefined();
    const all = [...first.movements, ...rest.movements].map(({ reference }) => reference);
    expect([all.length, new Set(all).size]).toEqual([1001, 1001]);
  });

  it.each([
    ['all', ['R0', 'R1', 'R2', 'R3']],
    ['own', ['R0', 'R3']],
    ['subs', ['R1', 'R2']],
    [{ subMchid: 'A' }, ['R1']],
  ] as [Scope['holder'], string[]][])(
    'is of %j: %j, what a platform advances being its own',
    async (holder, own) => {
      const advanced = { subMchid: 'A', platformAdvance: true };
      const documents = refunds({}, { subMchid: 'A' }, { subMchid: 'B' }, advanced);
      expect(await referencesOf(refundSource, documents, { holder })).toEqual(own);
    },
  );

  it('gives the money back when they are closed, on a day that is not known', async () => {
    const documents = refunds({ state: 'CLOSED' }, { state: 'SUCCESS' });
    expect(await closedRefunds.byReference(documents, ['R0', 'R1'])).toEqual([
      { reference: 'R0', outTradeNo: 'T1', amountFen: 5 },
    ]);
    expect(await referencesOf(closedRefunds, documents)).toEqual([]);
  });
});

describe('what was shared', () => {
  it('is known by the number of the request and the sum', async () => {
    const documents = memoryDocuments();
    const share = (reference: string, amountFen: number) =>
      move(documents, { kind: 'SHARE', reference, amountFen });
    await share('S1/1900000109', -30);
    await share('S1/oReceiver', -20);
    await share('S10/1900000109', -30);
    const shared = (reference: string, amountFen: number) => ({ reference, outTradeNo: 'T1', amountFen });
    expect(await shareSource.byReference(documents, ['S1#30', 'S9#30'])).toEqual([
      shared('S1#30', -30),
      shared('S1#20', -20),
    ]);
    expect((await referencesOf(shareSource, documents)).sort()).toEqual(['S1#20', 'S1#30', 'S10#30']);
  });
});

describe('transfers and withdrawals', () => {
  const put = (collection: string, ...docs: object[]) => {
    const documents = memoryDocuments();
    documents.put(collection, ...(docs as { _id: string }[]));
    return documents;
  };

  it.each([
    ['TRANSFER', 'transfers', -7],
    ['WITHDRAWAL', 'withdrawals', -7],
    ['WITHDRAWAL_RETURN', 'withdrawals', 7],
  ] as const)(
    '%s is known by its own document before the ledger has it',
    async (kind, collection, amountFen) => {
      const documents = put(collection, { _id: 'X1', amountFen: 7 });
      const source = processSource(kind, collection);
      expect(await source.byReference(documents, ['X1', 'X2'])).toEqual([
        { reference: 'X1', outTradeNo: null, amountFen },
      ]);
      expect(await referencesOf(source, documents)).toEqual([]);
      await move(documents, { kind, reference: 'X1' });
      expect(await referencesOf(source, documents)).toEqual(['X1']);
    },
  );

  it('a transfer that failed gives the money back, on a day that is not known', async () => {
    const documents = put(
      'transfers',
      { _id: 'X1', amountFen: 7, state: 'FAIL' },
      { _id: 'X2', amountFen: 7, state: 'SUCCESS' },
    );
    expect(await failedTransfers.byReference(documents, ['X1', 'X2'])).toEqual([
      { reference: 'X1', outTradeNo: null, amountFen: 7 },
    ]);
    expect(await referencesOf(failedTransfers, documents)).toEqual([]);
  });
});
