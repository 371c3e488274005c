import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { listSellers, setFrozen } from './freeze.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';

const seller = (changes: Partial<SellerRecord> = {}): SellerRecord => ({
  ...{ _id: '19', name: '店', ownerOpenid: 'o', account: 'partner', subMchid: '19', state: 'ACTIVE' },
  ...{ profitSharing: false, applicationId: null, createdAtMs: 0, updatedAtMs: 0, ...changes },
});
const stored = (...sellers: SellerRecord[]) => {
  const documents = memoryDocuments();
  documents.put(sellersCollection, ...sellers);
  return { documents, all: () => documents.all<SellerRecord>(sellersCollection) };
};

describe('a seller that an operator freezes', () => {
  it.each([
    [
      'freezes',
      {},
      true,
      true,
      { frozenByOperatorAtMs: 7, freezeNote: 'n', updatedAtMs: 7, state: 'ACTIVE' },
    ],
    [
      'freezes one that was frozen before',
      { frozenByOperatorAtMs: null },
      true,
      true,
      { frozenByOperatorAtMs: 7 },
    ],
    [
      'does not freeze twice',
      { frozenByOperatorAtMs: 3, freezeNote: 'o' },
      true,
      false,
      { frozenByOperatorAtMs: 3, freezeNote: 'o' },
    ],
    [
      'unfreezes',
      { frozenByOperatorAtMs: 3, state: 'FROZEN' },
      false,
      true,
      { frozenByOperatorAtMs: null, state: 'FROZEN' },
    ],
    ['does not unfreeze what is not frozen', {}, false, false, { updatedAtMs: 0 }],
  ] as [string, Partial<SellerRecord>, boolean, boolean, Partial<SellerRecord>][])(
    '%s, whatever WeChat Pay did',
    async (_, of, frozen, changed, expected) => {
      const { documents, all } = stored(seller(of));
      const answer = await setFrozen(documents, '19', frozen, 'n', 7);
      expect(answer).toEqual({ seller: all()[0], changed });
      expect(all()).toMatchObject([expected]);
    },
  );

  it('is not there, or was frozen by another operator meanwhile', async () => {
    const { documents } = stored(seller());
    expect(await setFrozen(documents, '20', true, 'n', 7)).toBeUndefined();
    documents.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== `update ${sellersCollection}`) return;
      documents.put(sellersCollection, seller({ frozenByOperatorAtMs: 6, freezeNote: 'other' }));
    };
    expect(await setFrozen(documents, '19', true, 'n', 7)).toEqual({ seller: seller(), changed: false });
    expect(documents.all(sellersCollection)).toMatchObject([
      { frozenByOperatorAtMs: 6, freezeNote: 'other' },
    ]);
  });

  it('is listed by its id', async () => {
    const { documents } = stored(seller(), seller({ _id: '18' }));
    expect((await listSellers(documents)).map(({ _id }) => _id)).toEqual(['18', '19']);
  });
});
