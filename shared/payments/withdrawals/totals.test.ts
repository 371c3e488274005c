import { describe, expect, it } from 'vitest';
import type { FundsEntryKind } from '../../contract/index.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { type LedgerEntry, type LedgerKind, ledgerCollection } from '../ledger/ledger.ts';
import { entriesOf, totalsOf } from './totals.ts';

const owner = { mchid: '1', subMchid: '2' };
const entry = (kind: LedgerKind, amountFen: number, changes: Partial<LedgerEntry> = {}): LedgerEntry => {
  const { reference = 'r', atMs = 0 } = changes;
  const rest = {
    outTradeNo: null,
    account: 'ecommerce',
    ...owner,
    kind,
    amountFen,
    reference,
    atMs,
  } as const;
  return { _id: `${kind}:${reference}`, billedKey: `${kind}:${reference}`, ...rest, ...changes };
};
const stored = (...entries: LedgerEntry[]) => {
  const documents = memoryDocuments();
  documents.put(ledgerCollection, ...entries);
  return documents;
};

const groups: [FundsEntryKind, LedgerKind[]][] = [
  ['sales', ['PAYMENT']],
  ['refunded', ['REFUND']],
  ['fees', ['FEE', 'FEE_RETURN']],
  ['shared', ['TRANSFER', 'SHARE', 'SHARE_RETURN', 'SUBSIDY', 'SUBSIDY_RETURN', 'AFTER_SALES']],
  ['withdrawn', ['WITHDRAWAL', 'WITHDRAWAL_RETURN']],
];

describe.each(groups)('a merchant’s %s', (group, kinds) => {
  const nothing = { sales: 0, refunded: 0, fees: 0, shared: 0, withdrawn: 0 };

  it('is the sum of its movements of these kinds', async () => {
    const documents = stored(...kinds.map((kind, index) => entry(kind, 10 ** index)));
    const sum = kinds.reduce((total, _, index) => total + 10 ** index, 0);
    expect(await totalsOf(documents, owner)).toEqual({ fen: { ...nothing, [group]: sum }, partial: false });
  });

  it('is listed by these kinds, the newest first', async () => {
    const others = groups.flatMap(([name, of]) => (name === group ? [] : of));
    const documents = stored(
      ...kinds.map((kind, index) => entry(kind, 1, { atMs: index })),
      ...others.map((kind) => entry(kind, 1)),
    );
    const { entries, more } = await entriesOf(documents, owner, group);
    expect(entries.map(({ kind }) => kind)).toEqual(kinds.toReversed());
    expect(more).toBe(false);
  });
});

describe('the movements of a merchant', () => {
  it('are its own, not another’s', async () => {
    const documents = stored(
      entry('PAYMENT', 5),
      entry('PAYMENT', 7, { reference: 'a', subMchid: '3' }),
      entry('PAYMENT', 9, { reference: 'b', mchid: '9' }),
    );
    expect((await totalsOf(documents, owner)).fen.sales).toBe(5);
    expect((await entriesOf(documents, owner, 'sales')).entries).toEqual([
      { kind: 'PAYMENT', amountFen: 5, reference: 'r', atMs: 0 },
    ]);
  });

  it('name their order, if they belong to one', async () => {
    const documents = stored(entry('PAYMENT', 5, { outTradeNo: 'T1' }));
    expect((await entriesOf(documents, owner, 'sales')).entries).toMatchObject([{ outTradeNo: 'T1' }]);
  });

  it('come in pages of fifty, each from before the last of the one before', async () => {
    const many = (count: number) =>
      stored(
        ...Array.from({ length: count }, (_, atMs) => entry('PAYMENT', 1, { reference: `${atMs}`, atMs })),
      );
    expect((await entriesOf(many(50), owner, 'sales')).more).toBe(false);
    const documents = many(51);
    const first = await entriesOf(documents, owner, 'sales');
    expect(first.entries.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 50 }, (_, index) => 50 - index),
    );
    expect(first.more).toBe(true);
    const rest = await entriesOf(documents, owner, 'sales', first.entries.at(-1)!.atMs);
    expect(rest).toMatchObject({ entries: [{ atMs: 0 }], more: false });
  });

  it('are added up across reads, and at most twenty reads of a thousand', async () => {
    const many = (count: number) =>
      stored(...Array.from({ length: count }, (_, index) => entry('PAYMENT', 1, { reference: `${index}` })));
    expect(await totalsOf(many(1000), owner)).toMatchObject({ fen: { sales: 1000 }, partial: false });
    expect(await totalsOf(many(2001), owner)).toMatchObject({ fen: { sales: 2001 }, partial: false });
    let reads = 0;
    const endless = {
      find: async () => {
        reads++;
        return Array.from({ length: 1000 }, (_, index) => entry('PAYMENT', 1, { reference: `${index}` }));
      },
    };
    const { partial, fen } = await totalsOf(endless as never, owner);
    expect({ partial, sales: fen.sales, reads }).toEqual({ partial: true, sales: 20_000, reads: 20 });
  });
});
