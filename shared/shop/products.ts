import type { Logistics } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import type { Document, Documents } from '../core/ports.ts';

export const productsCollection = 'products';

/** A document of the collection `products`. Whoever may write it decides what the shop charges. */
export interface ProductRecord extends Document {
  readonly title: string;
  /** Shown instead of `title` where WeChat is set to another language than Chinese. */
  readonly titleEn?: string | null;
  readonly subtitle?: string | null;
  readonly subtitleEn?: string | null;
  readonly image?: string | null;
  readonly price: ProductPrice;
  /** Own goods: orders with one of them are placed for profit sharing. A seller's goods follow its own setting. */
  readonly profitSharing?: boolean;
  /** Absent: the shop's own goods. */
  readonly sellerId?: string | null;
  readonly onSale: boolean;
  /** How it is delivered; absent: by courier. */
  readonly logistics?: Logistics | null;
  /** Set on products that a seller added itself. */
  readonly createdAtMs?: number;
}

/** `free`: the payer names the amount, within these bounds. */
export type ProductPrice =
  | { readonly kind: 'fixed'; readonly amountFen: number }
  | { readonly kind: 'free'; readonly minAmountFen: number; readonly maxAmountFen: number };

/**
 * The products of these ids, by id; unknown ids are left out.
 * @throws CommerceError CONFIG_INVALID when a stored product is malformed, so that a wrong price is never charged.
 */
export async function loadProducts(
  documents: Documents,
  ids: readonly string[],
): Promise<Map<string, ProductRecord>> {
  const found = await documents.find<ProductRecord>(productsCollection, {
    where: { _id: { in: ids } },
    limit: Math.max(ids.length, 1),
  });
  for (const product of found) checkProduct(product);
  return new Map(found.map((product) => [product._id, product]));
}

/** Whether the document has a title and a price in whole fen. */
export function isValidProduct(product: ProductRecord): boolean {
  if (typeof product.title !== 'string' || product.title.trim() === '') return false;
  const { price, logistics } = product;
  if (logistics && !['express', 'local', 'virtual', 'pickup'].includes(logistics)) return false;
  if (price?.kind === 'fixed') return isAmount(price.amountFen);
  if (price?.kind !== 'free') return false;
  const { minAmountFen, maxAmountFen } = price;
  return isAmount(minAmountFen) && isAmount(maxAmountFen) && minAmountFen <= maxAmountFen;
}

function checkProduct(product: ProductRecord): void {
  if (isValidProduct(product)) return;
  throw new CommerceError('CONFIG_INVALID', {
    texts: {
      zh: `商品 ${product._id} 的资料有误，请联系商家。`,
      en: `The product ${product._id} is not set up correctly. Please contact the shop.`,
    },
  });
}

function isAmount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
