import { describe, expect, it } from 'vitest';
import { ledgerCollection } from '../ledger/ledger.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { refundsCollection } from '../refunds/records.ts';
import { scriptedShop } from '../testing/scripted-shop.ts';
import { listOrders, searchOrders, viewManaged } from './find-orders.ts';

const states = [
  'CREATED',
  'NOTPAY',
  'USERPAYING',
  'PAYERROR',
  'SUCCESS',
  'REFUND',
  'CLOSED',
  'REVOKED',
] as const;

function managing(kind: 'direct' | 'partner' = 'direct') {
  const shop = scriptedShop(kind);
  const put = (name: string, changes: Partial<OrderRecord> = {}) =>
    shop.documents.put(ordersCollection, {
      ...shop.putOrder(),
      ...{ _id: name, paymentNo: name, listKey: name, transactionId: null, ...changes },
    });
  return { shop, put, find: async (text: string) => (await searchOrders(shop.ports, text)).map(numberOf) };
}

const of = (outTradeNo: string) => ({ outTradeNo });
const numberOf = ({ outTradeNo }: { readonly outTradeNo: string }) => outTradeNo;

describe('the list of orders', () => {
  it.each([
    ['paid', ['SUCCESS']],
    ['unpaid', ['CREATED', 'NOTPAY', 'PAYERROR', 'USERPAYING']],
    ['refunded', ['REFUND']],
    ['closed', ['CLOSED', 'REVOKED']],
  ] as const)('that are %s has those in %j', async (group, expected) => {
    const { shop, put } = managing();
    for (const state of states) put(`O-${state}`, { state });
    shop.putOrder({ state: 'SUCCESS', listKey: '!' });
    const { orders } = await listOrders(shop.ports, group, undefined);
    const found = orders.map(numberOf).filter((name) => name !== 'T1');
    expect(found.sort()).toEqual(expected.map((state) => `O-${state}`));
  });

  it.each([
    [20, 20, undefined],
    [21, 20, 'O01'],
  ])('of %d orders has a page of %d, and the next from %s', async (count, shown, nextCursor) => {
    const { shop, put } = managing();
    for (let index = 0; index < count; index++) put(`O${String(index).padStart(2, '0')}`);
    await shop.documents.remove(ordersCollection, 'T1');
    const page = await listOrders(shop.ports, undefined, undefined);
    expect(page.orders).toHaveLength(shown);
    expect(page.orders.map(numberOf)[0]).toBe(`O${count - 1}`);
    expect(page.nextCursor).toBe(nextCursor);
    if (nextCursor === undefined) return;
    const rest = await listOrders(shop.ports, undefined, nextCursor);
    expect([rest.orders.map(numberOf), rest.nextCursor]).toEqual([['O00'], undefined]);
  });
});

describe('an order is found', () => {
  it('by its number first, whatever else has it', async () => {
    const { shop, put, find } = managing();
    put('N1');
    put('N2', { openid: 'N1', paymentNo: 'N1' });
    shop.documents.put(ledgerCollection, { _id: 'PAYMENT:N1', ...of('N2') });
    expect(await find('N1')).toEqual(['N1']);
  });

  it.each([
    ['its transaction_id', '4200000001', ['T1']],
    ['the number of its refund', 'R1', ['T1']],
    ['its payer', 'oOther', ['N2', 'N1']],
    ['the number of its payment', 'P1', ['N2', 'N1']],
    ['nothing of it', 'X', []],
  ])('by %s', async (_, text, expected) => {
    const { shop, put, find } = managing();
    for (const name of ['N1', 'N2']) put(name, { openid: 'oOther', paymentNo: 'P1' });
    shop.documents.put(ledgerCollection, { _id: 'PAYMENT:4200000001', ...of('T1') });
    shop.documents.put(refundsCollection, { _id: 'R1', ...of('T1') });
    expect(await find(text)).toEqual(expected);
  });
});

it.each([
  ['direct', {}, { transactionId: '4200000001' }],
  ['partner', {}, { transactionId: '4200000001', subMchid: '1900000109' }],
  ['direct', { transactionId: null }, {}],
] as const)('operators see whose order it is: %s, %j', (kind, changes, expected) => {
  const { shop } = managing(kind);
  const shown = viewManaged(shop.ports, shop.putOrder(changes));
  const { openid, mchid, subMchid, transactionId } = shown;
  expect(shown).toMatchObject({ openid: 'oPayer', mchid: '1900000001' });
  const numbers = { openid, mchid, subMchid, transactionId };
  expect(numbers).toEqual({ openid: 'oPayer', mchid: '1900000001', ...expected });
  expect('subMchid' in shown).toBe('subMchid' in expected);
  expect('transactionId' in shown).toBe('transactionId' in expected);
});
