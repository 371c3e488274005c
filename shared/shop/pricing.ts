import type { OrderLine } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { refuse } from '../core/input.ts';
import { fieldError } from '../core/messages.ts';
import type { Policy } from '../core/policy.ts';
import type { CartLine } from './cart.ts';
import type { ProductPrice, ProductRecord } from './products.ts';

/** What one payee gets: the shop itself (`sellerId` null), or a seller. */
export interface PricedOrder {
  readonly sellerId: string | null;
  readonly lines: readonly OrderLine[];
  readonly amountFen: number;
  /** Set when one of its products requires it: the money is frozen until it is shared. */
  readonly profitSharing: boolean;
}

const ownAmount = {
  zh: '此商品价格固定，请勿传入金额。',
  en: 'This product has a fixed price; leave the amount out.',
};

/**
 * What a cart costs, in fen, by payee and in the cart's order. Prices come from the catalogue only.
 * @throws CommerceError PRODUCT_NOT_FOUND, PRODUCT_OFF_SALE, AMOUNT_NOT_ACCEPTED, AMOUNT_OUT_OF_RANGE, QUANTITY_INVALID
 */
export function priceCart(
  cart: readonly CartLine[],
  products: ReadonlyMap<string, ProductRecord>,
  policy: Policy,
): PricedOrder[] {
  const byPayee = new Map<string | null, OrderLine[]>();
  const sharing = new Set<string | null>();
  for (const line of cart) {
    const product = productOf(line, products);
    const payee = product.sellerId ?? null;
    if (product.profitSharing === true) sharing.add(payee);
    byPayee.set(payee, [...(byPayee.get(payee) ?? []), priceLine(line, product)]);
  }
  const orders = [...byPayee].map(([sellerId, lines]) => ({
    ...{ sellerId, lines, amountFen: sumFen(lines) },
    profitSharing: sharing.has(sellerId),
  }));
  const totalFen = sumFen(orders);
  if (totalFen > policy.maxTotalFen) {
    const yuan = policy.maxTotalFen / 100;
    throw new CommerceError('AMOUNT_OUT_OF_RANGE', {
      texts: {
        zh: `单次支付不能超过 ${yuan} 元，请分开下单。`,
        en: `One payment cannot exceed ${yuan} yuan. Place several orders.`,
      },
    });
  }
  return orders;
}

function productOf(line: CartLine, products: ReadonlyMap<string, ProductRecord>): ProductRecord {
  const product = products.get(line.productId);
  const path = `${line.path}.productId`;
  if (!product) return refuse('PRODUCT_NOT_FOUND', path, { zh: '商品不存在。', en: 'No such product.' });
  if (product.onSale !== true) {
    return refuse('PRODUCT_OFF_SALE', path, { zh: '商品已下架。', en: 'The product is off sale.' });
  }
  return product;
}

function priceLine(line: CartLine, product: ProductRecord): OrderLine {
  const { price } = product;
  const common = {
    productId: product._id,
    title: product.title,
    ...(product.titleEn && { titleEn: product.titleEn }),
    ...(product.logistics && { logistics: product.logistics }),
    quantity: line.quantity,
  };
  if (price.kind === 'fixed') {
    if (line.amountFen !== undefined) refuse('AMOUNT_NOT_ACCEPTED', `${line.path}.amountFen`, ownAmount);
    return { ...common, unitAmountFen: price.amountFen, amountFen: price.amountFen * line.quantity };
  }
  const amountFen = freeAmount(line, price);
  return { ...common, unitAmountFen: amountFen, amountFen };
}

type FreePrice = Extract<ProductPrice, { kind: 'free' }>;

function freeAmount(line: CartLine, price: FreePrice): number {
  if (line.quantity !== 1) {
    refuse('QUANTITY_INVALID', `${line.path}.quantity`, {
      zh: '自定金额的商品数量只能为 1。',
      en: 'The quantity of a product with a free amount is 1.',
    });
  }
  const { amountFen } = line;
  if (amountFen !== undefined && amountFen >= price.minAmountFen && amountFen <= price.maxAmountFen)
    return amountFen;
  throw new CommerceError('AMOUNT_OUT_OF_RANGE', {
    fields: [
      fieldError(`${line.path}.amountFen`, {
        zh: `金额应在 ${price.minAmountFen / 100} 元到 ${price.maxAmountFen / 100} 元之间。`,
        en: `The amount must be from ${price.minAmountFen / 100} to ${price.maxAmountFen / 100} yuan.`,
      }),
    ],
  });
}

function sumFen(parts: readonly { readonly amountFen: number }[]): number {
  const total = parts.reduce((sum, { amountFen }) => sum + amountFen, 0);
  if (!Number.isSafeInteger(total)) throw new CommerceError('AMOUNT_OUT_OF_RANGE');
  return total;
}
