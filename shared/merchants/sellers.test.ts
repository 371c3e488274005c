import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { loadSellers, type SellerRecord, sellersCollection } from './sellers.ts';

const seller = (changes: Partial<SellerRecord> = {}): SellerRecord => ({
  ...{ _id: '19', name: '店', ownerOpenid: 'o', account: 'partner', subMchid: '19', state: 'ACTIVE' },
  ...{ profitSharing: false, applicationId: null, createdAtMs: 0, updatedAtMs: 0, ...changes },
});

function load(ids: string[], ...sellers: SellerRecord[]) {
  const documents = memoryDocuments();
  documents.put(sellersCollection, ...sellers);
  return loadSellers(documents, 'partner', ids);
}

describe('the sellers of an order', () => {
  it('are those of its ids, by id', async () => {
    const [a, b] = [seller(), seller({ _id: '20', subMchid: '20', frozenByOperatorAtMs: null })];
    expect([...(await load(['20', '19'], seller({ _id: '18' }), a, b))].sort()).toEqual([
      ['19', a],
      ['20', b],
    ]);
  });

  it.each([
    ['is frozen by WeChat Pay', { state: 'FROZEN' }, 'SELLER_FROZEN'],
    ['is frozen by an operator', { frozenByOperatorAtMs: 7 }, 'SELLER_FROZEN'],
    ['was written by hand without a number', { subMchid: '' }, 'SELLER_NOT_READY'],
    ['was written by hand in another state', { state: 'PENDING' }, 'SELLER_NOT_READY'],
    ['is of another kind of account', { account: 'ecommerce' }, 'SELLER_NOT_READY'],
    ['is not there', { _id: '21' }, 'SELLER_NOT_READY'],
  ] as [string, object, string][])('take no money when one %s', async (_, changes, code) => {
    const other = seller({ _id: '20', subMchid: '20' });
    await expect(load(['20', '19'], other, seller(changes))).rejects.toMatchObject({ code });
  });
});
