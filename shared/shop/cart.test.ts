import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../core/policy.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { products } from '../payments/testing/shop.ts';
import { fingerprintCart, parseCart } from './cart.ts';
import { priceCart } from './pricing.ts';

const catalogue = new Map(products.map((product) => [product._id, product]));
const parse = (items: unknown) => parseCart(items, defaultPolicy);
const price = (items: unknown) => priceCart(parse(items), catalogue, defaultPolicy);

describe('a cart', () => {
  it.each([
    ['0', 0],
    ['a negative number', -1],
    ['a fraction', 1.5],
    ['a billion', 1e9],
    ['1000', 1000],
    ['a string', '1'],
    ['nothing', undefined],
    ['not a number', Number.NaN],
  ])('refuses %s as a quantity', async (_, quantity) => {
    const error = await refusal('QUANTITY_INVALID', () => parse([{ productId: 'tea', quantity }]));
    expect(error.fields?.[0]?.path).toBe('items.0.quantity');
  });

  it.each(['total', 'amount', 'price', 'openid', 'sub_mchid', 'totalFee', 'discount', 'appid'])(
    'refuses %s in a line, since the server says it',
    async (key) => {
      const error = await refusal('AMOUNT_NOT_ACCEPTED', () =>
        parse([{ productId: 'tea', quantity: 1, [key]: 1 }]),
      );
      expect(error.fields?.[0]?.path).toBe(`items.0.${key}`);
    },
  );

  it.each([
    ['no list', { productId: 'tea' }],
    ['an empty list', []],
    ['a list of something else', ['tea']],
    ['a line with an unknown key', [{ productId: 'tea', quantity: 1, colour: 'red' }]],
    ['a product id with an operator in it', [{ productId: { $ne: null }, quantity: 1 }]],
    ['too many lines', Array.from({ length: 51 }, () => ({ productId: 'tea', quantity: 1 }))],
  ])('refuses %s', async (_, items) => {
    await refusal('BAD_REQUEST', () => parse(items));
  });

  it('makes one line of two lines with the same product', () => {
    const lines = parse([
      { productId: 'tea', quantity: 2 },
      { productId: 'cup', quantity: 1 },
      { productId: 'tea', quantity: 3 },
    ]);
    expect(lines.map(({ productId, quantity }) => [productId, quantity])).toEqual([
      ['tea', 5],
      ['cup', 1],
    ]);
  });

  it('counts the quantity limit over repeated lines', async () => {
    const line = { productId: 'tea', quantity: 500 };
    await refusal('QUANTITY_INVALID', () => parse([line, line]));
  });

  it('refuses a free amount twice', async () => {
    const line = { productId: 'tip', quantity: 1, amountFen: 100 };
    await refusal('BAD_REQUEST', () => parse([line, line]));
  });

  it('has the same fingerprint in any order, and another one for any other cart', () => {
    const line = fc.record({
      productId: fc.constantFrom('tea', 'cup', 'bread'),
      quantity: fc.integer({ min: 1, max: 300 }),
    });
    const cart = fc.uniqueArray(line, { minLength: 1, selector: ({ productId }) => productId });
    fc.assert(
      fc.property(cart, cart, (a, b) => {
        expect(fingerprintCart(parse([...a].reverse()))).toBe(fingerprintCart(parse(a)));
        const sorted = (lines: typeof a) =>
          JSON.stringify([...lines].sort((x, y) => x.productId.localeCompare(y.productId)));
        const same = sorted(a) === sorted(b);
        expect(fingerprintCart(parse(a)) === fingerprintCart(parse(b))).toBe(same);
      }),
    );
  });
});

describe('a price', () => {
  it('is the sum of catalogue price times quantity, by payee, in whole fen', () => {
    const cart = fc.uniqueArray(
      fc.record({
        productId: fc.constantFrom('tea', 'cup', 'bread', 'honey'),
        quantity: fc.integer({ min: 1, max: 999 }),
      }),
      { minLength: 1, selector: ({ productId }) => productId },
    );
    fc.assert(
      fc.property(cart, (items) => {
        const orders = price(items);
        const expected = items.reduce((sum, { productId, quantity }) => {
          const { price: each } = catalogue.get(productId)!;
          return sum + (each.kind === 'fixed' ? BigInt(each.amountFen) * BigInt(quantity) : 0n);
        }, 0n);
        const total = orders.reduce((sum, { amountFen }) => sum + amountFen, 0);
        expect(BigInt(total)).toBe(expected);
        expect(orders.every(({ amountFen }) => Number.isSafeInteger(amountFen) && amountFen > 0)).toBe(true);
        expect(new Set(orders.map(({ sellerId }) => sellerId)).size).toBe(orders.length);
      }),
    );
  });

  it('refuses a product that does not exist', async () => {
    await refusal('PRODUCT_NOT_FOUND', () => price([{ productId: 'nothing', quantity: 1 }]));
  });

  it('refuses a product that is off sale', async () => {
    await refusal('PRODUCT_OFF_SALE', () => price([{ productId: 'gone', quantity: 1 }]));
  });

  it('refuses an amount for a product with a fixed price', async () => {
    await refusal('AMOUNT_NOT_ACCEPTED', () => price([{ productId: 'tea', quantity: 1, amountFen: 1 }]));
  });

  it.each([99, 20001, undefined])('refuses %s fen for a tip from 100 to 20000', async (amountFen) => {
    const item = { productId: 'tip', quantity: 1, ...(amountFen !== undefined && { amountFen }) };
    await refusal('AMOUNT_OUT_OF_RANGE', () => price([item]));
  });

  it.each([1.5, -100, '100', 0])('refuses %j as an amount', async (amountFen) => {
    await refusal('AMOUNT_OUT_OF_RANGE', () => price([{ productId: 'tip', quantity: 1, amountFen }]));
  });

  it.each([100, 20000])('takes %d fen for a tip', (amountFen) => {
    expect(price([{ productId: 'tip', quantity: 1, amountFen }])[0]?.amountFen).toBe(amountFen);
  });

  it('refuses two of a tip', async () => {
    await refusal('QUANTITY_INVALID', () => price([{ productId: 'tip', quantity: 2, amountFen: 100 }]));
  });

  it('refuses a total above the limit of one payment', async () => {
    const dear = new Map([
      [
        'dear',
        { _id: 'dear', title: 'x', price: { kind: 'fixed', amountFen: 50_000_001 }, onSale: true } as const,
      ],
    ]);
    const cart = (quantity: number) => parse([{ productId: 'dear', quantity }]);
    expect(priceCart(cart(1), dear, defaultPolicy)[0]?.amountFen).toBe(50_000_001);
    await refusal('AMOUNT_OUT_OF_RANGE', () => priceCart(cart(2), dear, defaultPolicy));
  });
});
