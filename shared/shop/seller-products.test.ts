import { beforeEach, describe, expect, it } from 'vitest';
import type { ProductInput, SellerProductsRequest } from '../contract/index.ts';
import { defaultPolicy } from '../core/policy.ts';
import { type MemoryDocuments, memoryDocuments } from '../core/testing/documents.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { listProducts } from './list.ts';
import type { ProductRecord } from './products.ts';
import { sellerProducts } from './seller-products.ts';

const owner = 'oOwner';
const sellerId = '1672363395';
const requestToken = 'token-of-one-bun-0001';
const bun: ProductInput = { title: '红糖馒头', subtitle: '当日现蒸', amountFen: 600 };

let documents: MemoryDocuments;
let nowMs: number;
beforeEach(() => {
  nowMs = 1_800_000_000_000;
  documents = memoryDocuments();
  documents.put(
    'sellers',
    {
      _id: sellerId,
      name: '小满面包房',
      ownerOpenid: owner,
      state: 'ACTIVE',
      frozenByOperatorAtMs: null,
    } as never,
    { _id: '1600000009', name: '别家', ownerOpenid: 'oOther', state: 'ACTIVE' } as never,
  );
});

const request = (event: SellerProductsRequest, openid = owner) =>
  sellerProducts({ clock: { nowMs: () => nowMs }, documents, policy: defaultPolicy }, openid, event);
const add = (product = bun, token = requestToken) =>
  request({ action: 'add', sellerId, requestToken: token, product });
/** Products off sale unless something else is said, as many as asked for. */
const stored = (count: number, changes: Partial<ProductRecord> = {}): ProductRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ _id: `p${index}`, title: 'x', price: { kind: 'fixed', amountFen: 1 } },
    ...{ sellerId, onSale: false, ...changes },
  }));
const put = (...products: ProductRecord[]) => documents.put('products', ...products);
const ignore = () => {};
const log = { info: ignore, warn: ignore, error: ignore };
const catalogue = async () => (await listProducts({ documents, log }, {})).products;

describe('a product that a seller adds', () => {
  it('is on sale at once, under the seller', async () => {
    const { products } = await add();
    expect(products).toMatchObject([
      { title: '红糖馒头', subtitle: '当日现蒸', price: { kind: 'fixed', amountFen: 600 }, onSale: true },
    ]);
    expect(await catalogue()).toMatchObject([{ productId: products[0]?.productId, sellerId }]);
  });

  it('is one, however often the same request is made', async () => {
    await add();
    expect((await add()).products).toHaveLength(1);
    expect((await add({ ...bun, title: ' 红糖馒头 ' })).products).toHaveLength(1);
  });

  it.each([
    { ...bun, amountFen: 700 },
    { ...bun, title: '豆沙包' },
    { ...bun, subtitle: '昨日' },
    { title: bun.title, amountFen: bun.amountFen },
  ])('is not another one under the same token: %j', async (other) => {
    await add();
    const before = documents.dump();
    await refusal('TOKEN_REUSED', () => add(other));
    expect(documents.dump()).toBe(before);
  });

  it('is one of a token whose first answer was lost, also where there was no room for another', async () => {
    put(...stored(199));
    await add();
    expect((await add()).products).toHaveLength(200);
    put({ ...stored(1)[0]!, _id: 'imported' });
    await add();
    expect(documents.all('products')).toHaveLength(201);
  });

  it.each([
    ['one character', '茶'],
    ['as many as fit', '长'.repeat(127)],
    ['one that takes two units', '🍞'.repeat(127)],
  ])('has a title of %s', async (_, title) => {
    expect((await add({ title, amountFen: 1 })).products).toMatchObject([{ title }]);
  });

  it('is stored without the space around its texts', async () => {
    const { products } = await add({ title: ' 红糖 馒头 ', subtitle: ' 现蒸 ', amountFen: 600 });
    expect(products).toMatchObject([{ title: '红糖 馒头', subtitle: '现蒸' }]);
  });

  it('costs no more than one payment may be, which is said in yuan', async () => {
    const { maxTotalFen } = defaultPolicy;
    const { products } = await add({ ...bun, amountFen: maxTotalFen });
    expect(products).toMatchObject([{ price: { kind: 'fixed', amountFen: maxTotalFen } }]);
    const { fields } = await refusal('AMOUNT_OUT_OF_RANGE', () =>
      add({ ...bun, amountFen: maxTotalFen + 1 }),
    );
    expect(fields).toEqual([
      {
        path: 'product.amountFen',
        message: '价格应为 0.01 元到 1000000 元。',
        messageEn: 'A price from ¥0.01 to ¥1000000 is expected.',
      },
    ]);
  });

  it.each([
    ['AMOUNT_OUT_OF_RANGE', { ...bun, amountFen: 0 }],
    ['AMOUNT_OUT_OF_RANGE', { ...bun, amountFen: 6.5 }],
    ['AMOUNT_OUT_OF_RANGE', { ...bun, amountFen: defaultPolicy.maxTotalFen + 1 }],
    ['BAD_REQUEST', { ...bun, title: '  ' }],
    ['BAD_REQUEST', { ...bun, title: '长'.repeat(128) }],
    ['BAD_REQUEST', { ...bun, title: 'a\nb' }],
    ['BAD_REQUEST', { ...bun, title: '\u202e元1价特' }],
    ['BAD_REQUEST', { ...bun, title: 'a\u2028b' }],
    ['BAD_REQUEST', { ...bun, title: '\u200b\u2060' }],
    ['BAD_REQUEST', { ...bun, subtitle: '\u2067abc' }],
    ['BAD_REQUEST', { ...bun, subtitle: 'half\ud800' }],
    ['BAD_REQUEST', { ...bun, image: '/x.png' }],
  ] as const)('is refused with %s for %j', async (code, product) => {
    const { fields } = await refusal(code, () => add(product));
    expect(fields).toHaveLength(1);
    expect(documents.all('products')).toEqual([]);
  });

  it.each(['👩‍🍳 红糖馒头', 'naïve ½ “bun” – №7', 'مخبز'])('may be called %s', async (title) => {
    expect((await add({ ...bun, title })).products).toMatchObject([{ title }]);
  });

  it('is refused where the seller has 200 already, malformed ones too', async () => {
    put(...stored(199), { ...stored(1)[0]!, _id: 'wrong', title: '' });
    const operations: string[] = [];
    documents.interrupt = async (when, operation) => {
      if (when === 'before') operations.push(operation);
    };
    expect((await refusal('BAD_REQUEST', () => add())).texts.en).toContain('200');
    expect(operations).not.toContain('insert products');
  });

  it('is never beyond 200, however many are added at once', async () => {
    put(...stored(198));
    const tokens = Array.from({ length: 5 }, (_, index) => `token-of-bun-number-${index}`);
    const added = await Promise.allSettled(tokens.map((token) => add(bun, token)));
    const refused = added.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['BAD_REQUEST']));
    expect(documents.all('products')).toHaveLength(198 + added.length - refused.length);
    expect(documents.all('products').length).toBeLessThanOrEqual(200);
  });

  it('pushes no goods of the shop out of the list', async () => {
    put(...stored(600, { onSale: true }));
    put({ _id: 'tea', title: '龙井', price: { kind: 'fixed', amountFen: 6800 }, onSale: true });
    const ids = (await catalogue()).map(({ productId }) => productId);
    expect(ids.slice(0, 500)).toEqual([...ids.slice(0, 500)].sort());
    expect(ids).toContain('tea');
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the products of a seller', () => {
  it('are listed for its owner with those off sale, the newest first, and then by id', async () => {
    const one = stored(1)[0]!;
    put(
      { ...one, _id: 'b' },
      { ...one, _id: 'old', createdAtMs: 1 },
      { ...one, _id: 'c', onSale: true },
      { ...one, _id: 'new', createdAtMs: 2 },
      { ...one, _id: 'a' },
      { ...one, _id: 'same', createdAtMs: 1 },
    );
    const { products } = await request({ action: 'list', sellerId });
    const shown = products.map(({ productId, onSale }) => [productId, onSale]);
    expect(shown).toEqual([
      ['new', false],
      ['old', false],
      ['same', false],
      ['a', false],
      ['b', false],
      ['c', true],
    ]);
  });

  it('are listed without malformed ones and without those of others', async () => {
    const one = stored(1)[0]!;
    put(
      one,
      { ...one, _id: 'wrong', price: { kind: 'fixed', amountFen: 0.5 } },
      { ...one, _id: 'others', sellerId: '1600000009' },
      { ...one, _id: 'own', sellerId: null },
    );
    const { products } = await request({ action: 'list', sellerId });
    expect(products.map(({ productId }) => productId)).toEqual(['p0']);
  });
});

describe('a change', () => {
  const change = (productId: string, product: ProductInput) =>
    request({ action: 'change', sellerId, productId, product });

  it('takes effect in the shop, and off sale it is left out there', async () => {
    const productId = (await add()).products[0]?.productId ?? '';
    await change(productId, { title: '红糖馒头', amountFen: 650 });
    expect(await catalogue()).toMatchObject([{ price: { amountFen: 650 } }]);
    expect((await catalogue())[0]).not.toHaveProperty('subtitle');
    const { products } = await request({ action: 'setOnSale', sellerId, productId, onSale: false });
    expect(products).toMatchObject([{ productId, onSale: false }]);
    expect(await catalogue()).toEqual([]);
  });

  it('may be made twice, and may change nothing', async () => {
    const productId = (await add()).products[0]?.productId ?? '';
    for (const title of ['红糖馒头', '豆沙包', '豆沙包']) {
      const { products } = await change(productId, { title, amountFen: 600 });
      expect(products).toMatchObject([{ productId, title }]);
    }
    for (const onSale of [false, false]) {
      const { products } = await request({ action: 'setOnSale', sellerId, productId, onSale });
      expect(products).toMatchObject([{ productId, onSale: false }]);
    }
  });

  it.each([
    ['neither', { title: '黑麦面包', subtitle: '现烤' }, 'Rye', 'Fresh'],
    ['the title', { title: '黑麦酸面包', subtitle: '现烤' }, null, 'Fresh'],
    ['the subtitle', { title: '黑麦面包', subtitle: '隔夜' }, 'Rye', null],
    ['the subtitle, by leaving it out,', { title: '黑麦面包' }, 'Rye', null],
  ])('of %s drops its translation, and keeps the other', async (_, texts, titleEn, subtitleEn) => {
    documents.put('products', {
      ...{ _id: 'rye', title: '黑麦面包', titleEn: 'Rye', subtitle: '现烤', subtitleEn: 'Fresh' },
      ...{ price: { kind: 'fixed', amountFen: 2600 }, sellerId, onSale: true },
    } as never);
    await change('rye', { ...texts, amountFen: 2700 });
    expect(documents.peek('products', 'rye')).toMatchObject({ titleEn, subtitleEn });
  });

  it.each([null, undefined])(
    'keeps a translation where there is no subtitle (%s) to change',
    async (none) => {
      documents.put('products', {
        ...{ _id: 'rye', title: '黑麦面包', subtitleEn: 'Fresh', ...(none === null && { subtitle: null }) },
        ...{ price: { kind: 'fixed', amountFen: 2600 }, sellerId, onSale: true },
      } as never);
      await change('rye', { title: '黑麦面包', amountFen: 2700 });
      expect(documents.peek('products', 'rye')).toMatchObject({ subtitle: null, subtitleEn: 'Fresh' });
    },
  );

  it('of a price is refused where nobody could pay it', async () => {
    const productId = (await add()).products[0]?.productId ?? '';
    const before = documents.dump();
    await refusal('AMOUNT_OUT_OF_RANGE', () =>
      change(productId, { ...bun, amountFen: defaultPolicy.maxTotalFen + 1 }),
    );
    expect(documents.dump()).toBe(before);
  });

  it('of the product of another seller, or of the shop, is refused', async () => {
    const price = { kind: 'fixed', amountFen: 1 };
    documents.put(
      'products',
      { _id: 'own', title: 'x', price, onSale: true } as never,
      { _id: 'others', title: 'x', price, onSale: true, sellerId: '1600000009' } as never,
    );
    const before = documents.dump();
    for (const productId of ['own', 'others', 'none']) {
      await refusal('PRODUCT_NOT_FOUND', () => change(productId, bun));
      await refusal('PRODUCT_NOT_FOUND', () =>
        request({ action: 'setOnSale', sellerId, productId, onSale: false }),
      );
    }
    expect(documents.dump()).toBe(before);
  });
});

it('refuses everyone but the owner of the seller', async () => {
  const { productId = '' } = (await add()).products[0] ?? {};
  const actions = (id: string): SellerProductsRequest[] => [
    { action: 'list', sellerId: id },
    { action: 'add', sellerId: id, requestToken: 'another-token-0001', product: bun },
    { action: 'change', sellerId: id, productId, product: bun },
    { action: 'setOnSale', sellerId: id, productId, onSale: false },
  ];
  const before = documents.dump();
  for (const event of actions(sellerId)) await refusal('SELLER_NOT_FOUND', () => request(event, 'oOther'));
  for (const event of actions('1600000009')) await refusal('SELLER_NOT_FOUND', () => request(event));
  for (const event of actions('none')) await refusal('SELLER_NOT_FOUND', () => request(event));
  expect(documents.dump()).toBe(before);
});
