/** What an import changes in the shop. */
import type { Documents } from '../../shared/core/ports.ts';
import { type SellerRecord, sellersCollection } from '../../shared/merchants/sellers.ts';
import { type ProductPrice, type ProductRecord, productsCollection } from '../../shared/shop/products.ts';
import type { ImportedProduct } from './product.ts';
import type { RowProblem } from './rows.ts';

export interface ProductChange {
  readonly product: ImportedProduct;
  /** `add`, or the fields that differ. */
  readonly kind: 'add' | 'change' | 'same';
  readonly differences: readonly { readonly field: string; readonly from: string; readonly to: string }[];
}

const idsPerQuery = 100;

export async function planImport(
  documents: Documents,
  products: readonly ImportedProduct[],
): Promise<ProductChange[]> {
  const ids = products.map(({ _id }) => _id);
  const existing = await findByIds<ProductRecord>(documents, productsCollection, ids);
  return products.map((product) => compare(product, existing.get(product._id)));
}

/** A product of a seller that does not exist is shown to nobody. */
export async function checkSellers(
  documents: Documents,
  products: readonly (readonly [line: number, product: ImportedProduct])[],
): Promise<RowProblem[]> {
  const ids = [...new Set(products.flatMap(([, { sellerId }]) => (sellerId === null ? [] : [sellerId])))];
  const sellers = await findByIds<SellerRecord>(documents, sellersCollection, ids);
  return products.flatMap(([line, { sellerId }]) =>
    sellerId === null || sellers.has(sellerId)
      ? []
      : [{ line, zh: `没有商家 ${sellerId}。`, en: `There is no seller ${sellerId}.` }],
  );
}

/** In the order of the plan. A rerun after a failure writes what is left. */
export async function writeChange(documents: Documents, { product }: ProductChange): Promise<void> {
  const { _id, ...fields } = product;
  const existing = await documents.insertIfAbsent<ProductRecord>(productsCollection, product);
  if (existing) await documents.update(productsCollection, _id, {}, fields);
}

async function findByIds<T extends { _id: string }>(
  documents: Documents,
  collection: string,
  ids: readonly string[],
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const some = ids.slice(start, start + idsPerQuery);
    const page = await documents.find<T>(collection, { where: { _id: { in: some } }, limit: some.length });
    for (const document of page) found.set(document._id, document);
  }
  return found;
}

function compare(product: ImportedProduct, existing: ProductRecord | undefined): ProductChange {
  if (!existing) return { product, kind: 'add', differences: [] };
  const before = flat(existing);
  const differences = Object.entries(flat(product)).flatMap(([field, to]) => {
    const from = before[field] ?? '';
    return from === to ? [] : [{ field, from, to }];
  });
  return { product, kind: differences.length > 0 ? 'change' : 'same', differences };
}

function flat(product: ProductRecord): Record<string, string> {
  const { title, titleEn, subtitle, subtitleEn, image, price, sellerId, logistics, onSale } = product;
  return {
    title,
    titleEn: titleEn ?? '',
    subtitle: subtitle ?? '',
    subtitleEn: subtitleEn ?? '',
    image: image ?? '',
    price: priceText(price),
    sellerId: sellerId ?? '',
    logistics: logistics ?? '',
    onSale: String(onSale === true),
  };
}

/** In yuan, for people. */
export function priceText(price: ProductPrice | undefined): string {
  const yuan = (fen: number) => `¥${(fen / 100).toFixed(2)}`;
  if (price?.kind === 'fixed') return yuan(price.amountFen);
  return price?.kind === 'free' ? `${yuan(price.minAmountFen)}–${yuan(price.maxAmountFen)}` : '';
}
