/** Groups the catalogue by who sells, the shop's own goods first. */
import type { ProductView } from '../../../shared/contract/index.ts';

export interface ShopSection {
  readonly name: string;
  readonly own: boolean;
  readonly products: readonly ProductView[];
}

export function sectionsOf(products: readonly ProductView[], shopName: string): ShopSection[] {
  const sections = new Map<string, { name: string; own: boolean; products: ProductView[] }>();
  for (const product of products) {
    const key = product.sellerId ?? '';
    const section = sections.get(key) ?? {
      name: product.sellerName ?? shopName,
      own: key === '',
      products: [],
    };
    section.products.push(product);
    sections.set(key, section);
  }
  return [...sections.values()].sort((a, b) => Number(b.own) - Number(a.own));
}
