import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../core/policy.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { products } from '../payments/testing/shop.ts';
import { type CartLine, parseCart } from './cart.ts';
import { priceCart } from './pricing.ts';
import type { ProductRecord } from './products.ts';

const catalogue = new Map(products.map((product) => [product._id, product]));
const price = (items: unknown, of: ReadonlyMap<string, ProductRecord> = catalogue) =>
  priceCart(parseCart(items, defaultPolicy), of, defaultPolicy);

/** A catalogue of one product. */
const only = (product: Partial<ProductRecord>): ReadonlyMap<string, ProductRecord> =>
  new Map([
    ['p', { _id: 'p', title: '茶', price: { kind: 'fixed', amountFen: 100 }, onSale: true, ...product }],
  ]);
const one = [{ productId: 'p', quantity: 1 }];
const fixed = (amountFen: number) => only({ price: { kind: 'fixed', amountFen } });
const said = async (...refused: Parameters<typeof refusal>) =>
  (await refusal(...refused)).fields?.map(({ path, message, messageEn }) => [path, message, messageEn]);

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

  it('is of one payee for the goods of one seller, and the shop itself where none is named', () => {
    const items = ['tea', 'bread', 'cup', 'honey'].map((productId) => ({ productId, quantity: 2 }));
    expect(price(items)).toEqual([
      {
        sellerId: null,
        amountFen: 13602,
        profitSharing: false,
        lines: [
          { productId: 'tea', title: '龙井', quantity: 2, unitAmountFen: 6800, amountFen: 13600 },
          { productId: 'cup', title: '杯子', quantity: 2, unitAmountFen: 1, amountFen: 2 },
        ],
      },
      {
        sellerId: 's1',
        amountFen: 5200,
        profitSharing: false,
        lines: [{ productId: 'bread', title: '面包', quantity: 2, unitAmountFen: 2600, amountFen: 5200 }],
      },
      {
        sellerId: 's2',
        amountFen: 9000,
        profitSharing: false,
        lines: [{ productId: 'honey', title: '蜂蜜', quantity: 2, unitAmountFen: 4500, amountFen: 9000 }],
      },
    ]);
  });

  it.each([
    [undefined, false],
    [false, false],
    [true, true],
    ['true', false],
  ])(
    'is shared if one product of its payee requires it (%j), of that payee only',
    (profitSharing, shared) => {
      const sharing = new Map(catalogue);
      sharing.set('cup', { ...catalogue.get('cup')!, profitSharing: profitSharing as boolean });
      const items = ['tea', 'cup', 'bread'].map((productId) => ({ productId, quantity: 1 }));
      expect(price(items, sharing).map((order) => [order.sellerId, order.profitSharing])).toEqual([
        [null, shared],
        ['s1', false],
      ]);
    },
  );

  it('comes with the English title where there is one', () => {
    expect(price(one, only({ titleEn: 'Tea' }))[0]?.lines[0]).toMatchObject({ title: '茶', titleEn: 'Tea' });
    for (const titleEn of [undefined, null, '']) {
      const product = titleEn === undefined ? {} : { titleEn };
      expect(Object.keys(price(one, only(product))[0]!.lines[0]!)).not.toContain('titleEn');
    }
  });

  it('comes with how the goods are handed over, where that is known', () => {
    expect(price(one, only({ logistics: 'pickup' }))[0]?.lines[0]).toMatchObject({ logistics: 'pickup' });
    expect(Object.keys(price(one, only({}))[0]!.lines[0]!)).not.toContain('logistics');
    expect(Object.keys(price(one, only({ logistics: null }))[0]!.lines[0]!)).not.toContain('logistics');
  });

  it('refuses a product that does not exist', async () => {
    const act = () => price([{ productId: 'nothing', quantity: 1 }]);
    expect(await said('PRODUCT_NOT_FOUND', act)).toEqual([
      ['items.0.productId', '商品不存在。', 'No such product.'],
    ]);
  });

  it.each([false, undefined, 1])('refuses a product whose onSale is %s', async (onSale) => {
    const act = () => price(one, only({ onSale: onSale as boolean }));
    expect(await said('PRODUCT_OFF_SALE', act)).toEqual([
      ['items.0.productId', '商品已下架。', 'The product is off sale.'],
    ]);
  });

  it('refuses an amount for a product with a fixed price', async () => {
    const act = () => price([{ productId: 'tea', quantity: 1, amountFen: 1 }]);
    expect(await said('AMOUNT_NOT_ACCEPTED', act)).toEqual([
      ['items.0.amountFen', expect.stringContaining('价格固定'), expect.stringContaining('fixed price')],
    ]);
  });

  it.each([99, 20001, undefined])(
    'refuses %s fen for a tip from 100 to 20000, in yuan',
    async (amountFen) => {
      const item = { productId: 'tip', quantity: 1, ...(amountFen !== undefined && { amountFen }) };
      expect(await said('AMOUNT_OUT_OF_RANGE', () => price([item]))).toEqual([
        ['items.0.amountFen', '金额应在 1 元到 200 元之间。', 'The amount must be from 1 to 200 yuan.'],
      ]);
    },
  );

  it.each([1.5, -100, '100', 0])('refuses %j as an amount', async (amountFen) => {
    await refusal('AMOUNT_OUT_OF_RANGE', () => price([{ productId: 'tip', quantity: 1, amountFen }]));
  });

  it.each([100, 20000])('takes %d fen for a tip', (amountFen) => {
    expect(price([{ productId: 'tip', quantity: 1, amountFen }])[0]).toMatchObject({
      amountFen,
      lines: [{ productId: 'tip', unitAmountFen: amountFen, amountFen }],
    });
  });

  it('refuses two of a tip', async () => {
    const act = () => price([{ productId: 'tip', quantity: 2, amountFen: 100 }]);
    expect(await said('QUANTITY_INVALID', act)).toEqual([
      ['items.0.quantity', expect.stringContaining('只能为 1'), expect.stringContaining('is 1')],
    ]);
  });

  it('refuses a total above the limit of one payment, which it names in yuan, but not that much', async () => {
    const { maxTotalFen } = defaultPolicy;
    expect(price(one, fixed(maxTotalFen))[0]?.amountFen).toBe(maxTotalFen);
    const { texts } = await refusal('AMOUNT_OUT_OF_RANGE', () => price(one, fixed(maxTotalFen + 1)));
    expect([texts.zh, texts.en]).toEqual([
      '单次支付不能超过 1000000 元，请分开下单。',
      'One payment cannot exceed 1000000 yuan. Place several orders.',
    ]);
  });

  it('never is a number that cannot be counted in whole fen, whatever the policy allows', async () => {
    const limitless = { ...defaultPolicy, maxTotalFen: Number.MAX_VALUE };
    const line: CartLine = { ...parseCart(one, defaultPolicy)[0]!, quantity: 999 };
    const act = () => priceCart([line], fixed(Number.MAX_SAFE_INTEGER), limitless);
    await refusal('AMOUNT_OUT_OF_RANGE', act);
  });
});
