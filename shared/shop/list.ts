import * as z from 'zod/mini';
import type { ListProductsAnswer, ProductView } from '../contract/index.ts';
import { documentId, parseInput } from '../core/input.ts';
import type { Documents, Log } from '../core/ports.ts';
import { type SellerRecord, sellersCollection } from '../merchants/sellers.ts';
import { isValidProduct, type ProductRecord, productsCollection } from './products.ts';

export interface CataloguePorts {
  readonly documents: Documents;
  readonly log: Log;
}

const listRequest = z.strictObject({ sellerId: z.optional(documentId) });

const maxProducts = 500;
const idsPerQuery = 100;

/** The products on sale, of all sellers or one. Goods of a seller that cannot take payments are left out. */
export async function listProducts(ports: CataloguePorts, event: unknown): Promise<ListProductsAnswer> {
  const { sellerId } = parseInput(listRequest, event ?? {});
  const products =
    sellerId === undefined ? await ofAll(ports.documents) : await onSale(ports.documents, { sellerId });
  const sellers = await activeSellers(ports.documents, products);
  return { products: products.flatMap((product) => viewOf(ports.log, product, sellers)) };
}

/** The shop's own goods are read on their own: the sellers' goods, however many, leave none of them out. */
async function ofAll(documents: Documents): Promise<ProductRecord[]> {
  const [own, all] = await Promise.all([onSale(documents, { sellerId: null }), onSale(documents, {})]);
  const products = new Map([...own, ...all].map((product) => [product._id, product]));
  return [...products.values()].sort((a, b) => (a._id < b._id ? -1 : 1));
}

function onSale(
  documents: Documents,
  where: { readonly sellerId?: string | null },
): Promise<ProductRecord[]> {
  return documents.find<ProductRecord>(productsCollection, {
    where: { onSale: true, ...where },
    orderBy: { field: '_id', direction: 'asc' },
    limit: maxProducts,
  });
}

async function activeSellers(
  documents: Documents,
  products: readonly ProductRecord[],
): Promise<Map<string, SellerRecord>> {
  const ids = [...new Set(products.flatMap(({ sellerId }) => (sellerId ? [sellerId] : [])))];
  const active = new Map<string, SellerRecord>();
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const found = await documents.find<SellerRecord>(sellersCollection, {
      where: {
        _id: { in: ids.slice(start, start + idsPerQuery) },
        state: 'ACTIVE',
        frozenByOperatorAtMs: null,
      },
      limit: idsPerQuery,
    });
    for (const seller of found) active.set(seller._id, seller);
  }
  return active;
}

function viewOf(log: Log, product: ProductRecord, sellers: ReadonlyMap<string, SellerRecord>): ProductView[] {
  if (!isValidProduct(product)) {
    log.warn('catalogue.product_malformed', { productId: product._id });
    return [];
  }
  const seller = product.sellerId ? sellers.get(product.sellerId) : undefined;
  if (product.sellerId && !seller) return [];
  return [viewProduct(product, seller)];
}

/** What anyone may see of a valid product. */
export function viewProduct(product: ProductRecord, seller: SellerRecord | undefined): ProductView {
  return {
    productId: product._id,
    title: product.title,
    ...(product.titleEn && { titleEn: product.titleEn }),
    ...(product.subtitle && { subtitle: product.subtitle }),
    ...(product.subtitleEn && { subtitleEn: product.subtitleEn }),
    ...(product.image && { image: product.image }),
    price: product.price,
    ...(seller && { sellerId: seller._id, sellerName: seller.name }),
  };
}
