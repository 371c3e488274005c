/** Lists that other tests read over HTTP only: here in memory, where a query without an index is refused. */
import { expect, it } from 'vitest';
import type { Account } from '../../shared/core/account.ts';
import { memoryDocuments } from '../../shared/core/testing/documents.ts';
import { shareSource } from '../../shared/payments/bills/recorded.ts';
import { manageShop } from '../../shared/payments/management/manage-shop.ts';
import { listReceivers } from '../../shared/payments/sharing/receivers.ts';
import { shareProfit } from '../../shared/payments/sharing/share-profit.ts';
import { reconcileShipping } from '../../shared/payments/shipping/serve.ts';
import { createShop } from '../../shared/payments/testing/shop.ts';
import { listTransfers } from '../../shared/payments/transfers/list.ts';
import { entriesOf } from '../../shared/payments/withdrawals/totals.ts';
import { listProducts } from '../../shared/shop/list.ts';

const shop = createShop();
const { ports } = shop;

it('a list of goods, of all sellers and of one', async () => {
  const all = await listProducts(ports, {});
  expect(all.products.map(({ productId }) => productId)).toEqual(['bread', 'cup', 'honey', 'tea', 'tip']);
  const ofSeller = await listProducts(ports, { sellerId: 's1' });
  expect(ofSeller.products.map(({ productId }) => productId)).toEqual(['bread']);
});

it('the days that were compared, and what did not agree on one', async () => {
  expect(await manageShop(ports, { action: 'days' })).toEqual({ days: [] });
  const ofDay = await manageShop(ports, { action: 'differences', date: '2026-01-01' });
  expect(ofDay).toEqual({ differences: [] });
});

it('what is still to be shared, and with whom', async () => {
  const account = { kind: 'direct', mchid: '1900000001' } as Account;
  const payee = { kind: 'direct', sellerId: null, subMchid: null } as const;
  expect(await listReceivers(ports, account, payee)).toMatchObject({ receivers: [] });
  expect(await shareProfit(ports, 'ooperator', { action: 'open' })).toEqual({ sharings: [] });
});

it('the movements of one kind, and the shares of one request', async () => {
  const owner = { mchid: '1900000001', subMchid: '1900000002' };
  expect(await entriesOf(ports.documents, owner, 'sales', 5)).toEqual({ entries: [], more: false });
  expect(await shareSource.byReference(ports.documents, ['S1#100'])).toEqual([]);
});

it('transfers of the shop and of one person', async () => {
  expect(await listTransfers(ports, undefined, undefined)).toEqual({ transfers: [] });
  expect(await listTransfers(ports, 'opayer', '5')).toEqual({ transfers: [] });
});

it('shipments that are due', async () => {
  const shipping = { refresh: async () => undefined, reconcile: async () => true };
  expect(await reconcileShipping({ ...ports, shipping })).toBe(false);
});

it('nothing that would read a whole collection', async () => {
  const query = { where: { amountFen: 1 }, limit: 1 };
  await expect(memoryDocuments().find('orders', query)).rejects.toThrow('reads the whole collection');
});
