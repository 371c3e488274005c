import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { isValidProduct, loadProducts, type ProductRecord } from './products.ts';

const tea: ProductRecord = {
  _id: 'tea',
  title: '龙井',
  price: { kind: 'fixed', amountFen: 6800 },
  onSale: true,
};
/** The tea with something else in it, as somebody may have stored it. */
const product = (fields: object) => ({ ...tea, ...fields }) as ProductRecord;
const fixed = (amountFen: unknown) => product({ price: { kind: 'fixed', amountFen } });
const free = (minAmountFen: unknown, maxAmountFen: unknown) =>
  product({ price: { kind: 'free', minAmountFen, maxAmountFen } });
const valid = (...products: ProductRecord[]) => products.map(isValidProduct);
const wrongAmounts = [0, -1, 0.5, 1.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN, '100', null, undefined];

describe('a stored product', () => {
  it('needs a title that can be read', () => {
    const titles = ['', ' ', '\n', 7, null, undefined];
    expect(valid(...titles.map((title) => product({ title })))).toEqual(titles.map(() => false));
    expect(isValidProduct(product({ title: ' 茶 ' }))).toBe(true);
  });

  it('is handed over in one of four ways, or by courier where nothing is said', () => {
    const ways = ['express', 'local', 'virtual', 'pickup', null, undefined];
    expect(valid(...ways.map((logistics) => product({ logistics })))).toEqual(ways.map(() => true));
    expect(isValidProduct(product({ logistics: 'drone' }))).toBe(false);
  });

  it('has a fixed price of at least one whole fen', () => {
    expect(valid(fixed(1), fixed(Number.MAX_SAFE_INTEGER))).toEqual([true, true]);
    expect(valid(...wrongAmounts.map(fixed))).toEqual(wrongAmounts.map(() => false));
  });

  it('or one that the payer names, between two of them', () => {
    expect(valid(free(100, 20000), free(1, 1))).toEqual([true, true]);
    expect(isValidProduct(free(101, 100))).toBe(false);
    expect(valid(...wrongAmounts.map((min) => free(min, 20000)))).toEqual(wrongAmounts.map(() => false));
    expect(valid(...wrongAmounts.map((max) => free(1, max)))).toEqual(wrongAmounts.map(() => false));
  });

  it('has no other price, and is not without one', () => {
    const bounds = { amountFen: 1, minAmountFen: 1, maxAmountFen: 1 };
    const prices = [undefined, null, 100, {}, { kind: 'auction', ...bounds }, bounds];
    expect(valid(...prices.map((price) => product({ price })))).toEqual(prices.map(() => false));
  });
});

describe('the products of a cart', () => {
  const loaded = async (ids: string[], ...stored: ProductRecord[]) => {
    const documents = memoryDocuments();
    documents.put('products', ...stored);
    return loadProducts(documents, ids);
  };

  it('are found by id, without those that there are not', async () => {
    const cup = { ...tea, _id: 'cup', onSale: false };
    expect(await loaded(['tea', 'none', 'cup'], tea, cup, { ...tea, _id: 'other' })).toEqual(
      new Map([
        ['tea', tea],
        ['cup', cup],
      ]),
    );
  });

  it('are none of a cart without lines', async () => {
    expect(await loaded([], tea)).toEqual(new Map());
  });

  it('are not charged for when one of them is malformed, which is named', async () => {
    const wrong = { ...fixed('100'), _id: 'wrong' };
    const { texts } = await refusal('CONFIG_INVALID', () => loaded(['tea', 'wrong'], tea, wrong));
    expect([texts.zh, texts.en]).toEqual([
      '商品 wrong 的资料有误，请联系商家。',
      'The product wrong is not set up correctly. Please contact the shop.',
    ]);
    expect(await loaded(['tea'], tea, wrong)).toEqual(new Map([['tea', tea]]));
  });
});
