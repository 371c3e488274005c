import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProductView } from '../../shared/contract/index.ts';
import { viewCart, withItem, withQuantity } from './cart';
import { preparePayments, renewed } from './checkout';

const fixed = (productId: string, amountFen: number, sellerId?: string): ProductView => ({
  productId,
  title: productId,
  price: { kind: 'fixed', amountFen },
  ...(sellerId ? { sellerId, sellerName: `店${sellerId}` } : {}),
});
const tip: ProductView = {
  productId: 'tip',
  title: '打赏',
  price: { kind: 'free', minAmountFen: 100, maxAmountFen: 20_000 },
};
const catalogue = [fixed('tea', 6800), fixed('bread', 2600, 'A'), fixed('honey', 4500, 'B'), tip];

describe('the cart', () => {
  test('adding the same product twice adds up, to 999 at most', () => {
    const once = withItem([], { productId: 'tea', quantity: 998 });
    expect(
      withItem(withItem(once, { productId: 'tea', quantity: 1 }), { productId: 'tea', quantity: 5 }),
    ).toEqual([{ productId: 'tea', quantity: 999 }]);
  });

  test('a free amount replaces the one before and stays one piece', () => {
    const items = withItem([{ productId: 'tip', quantity: 1, amountFen: 100 }], {
      productId: 'tip',
      quantity: 1,
      amountFen: 500,
    });
    expect(items).toEqual([{ productId: 'tip', quantity: 1, amountFen: 500 }]);
  });

  test('a quantity of nothing takes the line out', () => {
    expect(withQuantity([{ productId: 'tea', quantity: 2 }], 'tea', 0)).toEqual([]);
  });
});

describe('the split into payments', () => {
  const items = [
    { productId: 'honey', quantity: 1 },
    { productId: 'tea', quantity: 2 },
    { productId: 'bread', quantity: 1 },
    { productId: 'tip', quantity: 1, amountFen: 300 },
  ];

  test('own goods are one payment, all sellers together another, own goods first', () => {
    const { groups, amountFen } = viewCart(items, catalogue, '小铺');
    expect(groups.map(({ via, amountFen: fen }) => [via, fen])).toEqual([
      ['createOrder', 13_900],
      ['createPartnerOrder', 7100],
    ]);
    expect(groups[1]?.payees.map(({ name }) => name)).toEqual(['店B', '店A']);
    expect(amountFen).toBe(21_000);
  });

  test('what is no longer on sale is shown apart and never charged', () => {
    const { groups, gone } = viewCart([{ productId: 'old', quantity: 1 }], catalogue, '小铺');
    expect(groups).toEqual([]);
    expect(gone).toEqual([{ productId: 'old', quantity: 1 }]);
  });

  test('each payment gets a token of its own', () => {
    const [own, sellers] = preparePayments(viewCart(items, catalogue, '小铺').groups, []);
    expect(own?.requestToken).toMatch(/^[A-Za-z0-9]{16,64}$/);
    expect(sellers?.requestToken).toMatch(/^[A-Za-z0-9]{16,64}$/);
    expect(sellers?.requestToken).not.toBe(own?.requestToken);
  });

  test('the same goods at the same price keep their token; other goods get a new one', () => {
    const { groups } = viewCart(items, catalogue, '小铺');
    const begun = preparePayments(groups, []).map((payment) => ({ ...payment, paymentNo: 'no1' }));
    expect(preparePayments(groups, begun)).toEqual(begun);
    const more = viewCart(withQuantity(items, 'tea', 3), catalogue, '小铺').groups;
    const [own, sellers] = preparePayments(more, begun);
    expect(own?.requestToken).toMatch(/^[A-Za-z0-9]{16,64}$/);
    expect(own?.requestToken).not.toBe(begun[0]?.requestToken);
    expect(own?.paymentNo).toBeUndefined();
    expect(sellers).toEqual(begun[1]);
    expect(
      preparePayments(
        groups,
        begun.map((each) => ({ ...each, paid: true })),
      )[0]?.paymentNo,
    ).toBeUndefined();
  });

  test('a closed order is ordered anew: the same goods, another token, no number', () => {
    const [own] = preparePayments(viewCart(items, catalogue, '小铺').groups, []);
    const again = renewed({ ...own!, paymentNo: 'closed' });
    expect(again.items).toEqual(own?.items);
    expect(again.requestToken).not.toBe(own?.requestToken);
    expect('paymentNo' in again).toBe(false);
  });

  test('every line of the cart is in exactly one payment, and the amounts add up', () => {
    const anyItem = fc.record({
      productId: fc.constantFrom('tea', 'bread', 'honey'),
      quantity: fc.integer({ min: 1, max: 999 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyItem, { selector: ({ productId }) => productId }), (cart) => {
        const { groups, amountFen } = viewCart(cart, catalogue, '小铺');
        const pending = preparePayments(groups, []);
        const sorted = (ids: string[]) => ids.sort();
        expect(sorted(pending.flatMap((each) => each.items.map((item) => item.productId)))).toEqual(
          sorted(cart.map((item) => item.productId)),
        );
        expect(pending.reduce((sum, each) => sum + each.amountFen, 0)).toBe(amountFen);
      }),
    );
  });
});
