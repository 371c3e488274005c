import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryDocuments, memoryDocuments } from '../core/testing/documents.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { listProducts } from './list.ts';

let documents: MemoryDocuments;
let warned: unknown[];
beforeEach(() => {
  documents = memoryDocuments();
  warned = [];
});

const ignore = () => {};
const warn = (event: string, fields?: object) => void warned.push([event, fields]);
const list = async (event?: unknown) =>
  (await listProducts({ documents, log: { info: ignore, warn, error: ignore } }, event)).products;
const ids = async (event?: unknown) => (await list(event)).map(({ productId }) => productId);

const price = { kind: 'fixed', amountFen: 600 };
/** Stores products on sale, by id; own goods unless something else is said. */
const stock = (products: Record<string, object>) => {
  for (const [_id, fields] of Object.entries(products))
    documents.put('products', { _id, title: _id, price, onSale: true, ...fields } as never);
};
const sellers = (fields: Record<string, object>) => {
  for (const [_id, other] of Object.entries(fields))
    documents.put('sellers', { _id, name: `店 ${_id}`, state: 'ACTIVE', ...other } as never);
};

describe('the products that a buyer sees', () => {
  it('are those on sale, in the order of their ids', async () => {
    stock({ tea: {}, cup: {}, old: { onSale: false }, odd: { onSale: 'true' }, bread: {} });
    expect(await ids()).toEqual(['bread', 'cup', 'tea']);
  });

  it('are those of one seller where one is named', async () => {
    sellers({ s1: {}, s2: {} });
    stock({ tea: {}, bread: { sellerId: 's1' }, honey: { sellerId: 's2' } });
    expect(await ids({})).toEqual(['bread', 'honey', 'tea']);
    expect(await ids({ sellerId: 's1' })).toEqual(['bread']);
    expect(await ids({ sellerId: 'none' })).toEqual([]);
  });

  it.each([{ sellerId: { $ne: '' } }, { sellerId: '' }, { onSale: false }, { limit: 1 }])(
    'are not chosen by %j',
    async (event) => {
      stock({ tea: {} });
      await refusal('BAD_REQUEST', () => list(event));
    },
  );

  it('do not include those of a seller that cannot be paid', async () => {
    sellers({ pending: { state: 'PENDING' }, frozen: { frozenByOperatorAtMs: 1 }, well: {} });
    stock({
      a: { sellerId: 'pending' },
      b: { sellerId: 'frozen' },
      c: { sellerId: 'missing' },
      d: { sellerId: 'well' },
      e: { sellerId: null },
    });
    expect(await ids()).toEqual(['d', 'e']);
  });

  it('do not include a malformed one, which is logged', async () => {
    stock({ tea: {}, wrong: { price: { kind: 'fixed', amountFen: 6.5 } } });
    expect(await ids()).toEqual(['tea']);
    expect(warned).toEqual([['catalogue.product_malformed', { productId: 'wrong' }]]);
  });

  it('include all of the shop’s own, however many the sellers have', async () => {
    sellers({ s1: {} });
    const many = Array.from({ length: 501 }, (_, index) => `a${1000 + index}`);
    stock({ ...Object.fromEntries(many.map((id) => [id, { sellerId: 's1' }])), tea: {}, 0: {} });
    expect(await ids()).toEqual(['0', ...many.slice(0, 499), 'tea']);
    expect(await ids({ sellerId: 's1' })).toEqual(many.slice(0, 500));
  });

  it('may be of more sellers than one query can ask for', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `s${1000 + index}`);
    sellers(Object.fromEntries(many.map((id) => [id, {}])));
    stock(Object.fromEntries(many.map((id) => [`p-${id}`, { sellerId: id }])));
    expect(await ids()).toEqual(many.map((id) => `p-${id}`));
  });

  it('need no question about sellers where all are the shop’s own', async () => {
    const asked: string[] = [];
    documents.interrupt = async (when, operation) => {
      if (when === 'before') asked.push(operation);
    };
    stock({ tea: {} });
    await list();
    expect(asked).not.toContain('find sellers');
    expect(asked).toContain('find products');
  });
});

describe('of a product a buyer sees', () => {
  it('what it is, what it costs and who sells it', async () => {
    sellers({ s1: { ownerOpenid: 'oOwner', subMchid: '1900000109' } });
    const shown = { titleEn: 'Rye', subtitle: '现烤', subtitleEn: 'Fresh', image: 'cloud://rye.png' };
    stock({ rye: { title: '黑麦面包', ...shown, sellerId: 's1', profitSharing: true, createdAtMs: 1 } });
    expect(await list()).toStrictEqual([
      { productId: 'rye', title: '黑麦面包', ...shown, price, sellerId: 's1', sellerName: '店 s1' },
    ]);
  });

  it('nothing of what it does not have', async () => {
    const none = { titleEn: null, subtitle: '', subtitleEn: null, image: null, sellerId: null };
    stock({ cup: {}, tea: none });
    expect(await list()).toStrictEqual([
      { productId: 'cup', title: 'cup', price },
      { productId: 'tea', title: 'tea', price },
    ]);
  });
});
