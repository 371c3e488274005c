import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../core/policy.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { fingerprintCart, parseCart } from './cart.ts';

const parse = (items: unknown) => parseCart(items, defaultPolicy);

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

  it('takes as many lines as a cart may have, and says how many that is', async () => {
    const lines = (count: number) => Array.from({ length: count }, () => ({ productId: 'tea', quantity: 1 }));
    expect(parse(lines(defaultPolicy.maxCartLines))).toHaveLength(1);
    const { fields } = await refusal('BAD_REQUEST', () => parse(lines(defaultPolicy.maxCartLines + 1)));
    expect(fields).toEqual([
      { path: 'items', message: '一次最多结算 50 行商品。', messageEn: 'A cart has at most 50 lines.' },
    ]);
  });

  it('has a line as it was sent, with its place, and an amount only where there is one', () => {
    const tip = { productId: 'tip', quantity: 1, amountFen: 100 };
    expect(parse([{ productId: 'tea', quantity: 2 }, tip])).toStrictEqual([
      { productId: 'tea', quantity: 2, path: 'items.0' },
      { ...tip, path: 'items.1' },
    ]);
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
    const tea = (quantity: number) => ({ productId: 'tea', quantity });
    expect(parse([tea(500), tea(499)])[0]?.quantity).toBe(999);
    const { fields } = await refusal('QUANTITY_INVALID', () => parse([tea(500), tea(500)]));
    expect(fields).toEqual([
      {
        path: 'items.1.quantity',
        message: '同一商品的数量合计不能超过 999。',
        messageEn: 'At most 999 of one product can be ordered at once.',
      },
    ]);
  });

  it.each([
    ['twice', 100, 100],
    ['before the same product without one', 100, undefined],
    ['after the same product without one', undefined, 100],
  ])('refuses a free amount %s', async (_, ...amounts) => {
    const lines = amounts.map((amountFen) => ({
      ...{ productId: 'tip', quantity: 1 },
      ...(amountFen !== undefined && { amountFen }),
    }));
    const { fields } = await refusal('BAD_REQUEST', () => parse(lines));
    expect(fields).toEqual([
      {
        path: 'items.1',
        message: '自定金额的商品只能出现一次。',
        messageEn: 'A product with a free amount can appear only once.',
      },
    ]);
  });

  it('has another fingerprint with another free amount', () => {
    const tip = (amountFen?: number) =>
      fingerprintCart(parse([{ productId: 'tip', quantity: 1, ...(amountFen && { amountFen }) }]));
    expect(new Set([tip(), tip(100), tip(101)]).size).toBe(3);
    expect(tip(100)).toBe(tip(100));
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
