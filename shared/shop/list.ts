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
  const products = await ports.documents.find<ProductRecord>(productsCollection, {
    where: { onSale: true, ...(sellerId !== undefined && { sellerId }) },
    orderBy: { field: '_id', direction: 'asc' },
    limit: maxProducts,
  });
  const sellers = await activeSellers(ports.documents, products);
  return { products: products.flatMap((product) => viewOf(ports.log, product, sellers)) };
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
