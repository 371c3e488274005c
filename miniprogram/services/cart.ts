/** The cart's contents, kept on the device; the server decides what they cost. */
import type { CartItem, ProductView } from '../../shared/contract/index.ts';
import type { OrderFunction } from './api';

const key = 'cart';
const mostOfOne = 999;

export interface CartLine {
  readonly productId: string;
  readonly item: CartItem;
  readonly product: ProductView;
  readonly unitAmountFen: number;
  readonly amountFen: number;
}

/** One payment: own goods and sellers' goods are paid to different WeChat Pay accounts. */
export interface PaymentGroup {
  readonly via: OrderFunction;
  readonly amountFen: number;
  /** One per payee: the shop itself, or each seller. */
  readonly payees: readonly { readonly name: string; readonly lines: readonly CartLine[] }[];
}

export interface CartView {
  readonly groups: readonly PaymentGroup[];
  readonly amountFen: number;
  /** In the cart, but no longer on sale. */
  readonly gone: readonly CartItem[];
}

/** Adds to a cart. A free amount replaces the previous one, since such a product is always one piece. */
export function withItem(items: readonly CartItem[], added: CartItem): CartItem[] {
  const before = items.find((item) => item.productId === added.productId);
  if (!before) return [...items, added];
  const quantity = added.amountFen === undefined ? Math.min(before.quantity + added.quantity, mostOfOne) : 1;
  return items.map((item) => (item === before ? { ...added, quantity } : item));
}

/** Sets a quantity; 0 removes the line. */
export function withQuantity(items: readonly CartItem[], productId: string, quantity: number): CartItem[] {
  if (quantity <= 0) return items.filter((item) => item.productId !== productId);
  const bounded = Math.min(quantity, mostOfOne);
  return items.map((item) => (item.productId === productId ? { ...item, quantity: bounded } : item));
}

/** Joins the cart with the catalogue and splits it into payments, the shop's own goods first. */
export function viewCart(
  items: readonly CartItem[],
  products: readonly ProductView[],
  shopName: string,
): CartView {
  const catalogue = new Map(products.map((product) => [product.productId, product]));
  const lines = items.flatMap((item) => {
    const product = catalogue.get(item.productId);
    return product ? [lineOf(item, product)] : [];
  });
  const own = lines.filter((line) => line.product.sellerId === undefined);
  const bySeller = new Map<string, CartLine[]>();
  for (const line of lines) {
    const { sellerId } = line.product;
    if (sellerId !== undefined) bySeller.set(sellerId, [...(bySeller.get(sellerId) ?? []), line]);
  }
  const sellers = [...bySeller.values()].map((theirs) => ({
    name: theirs[0]?.product.sellerName ?? '',
    lines: theirs,
  }));
  const groups = [
    ...(own.length > 0 ? [group('createOrder', [{ name: shopName, lines: own }])] : []),
    ...(sellers.length > 0 ? [group('createPartnerOrder', sellers)] : []),
  ];
  return {
    groups,
    amountFen: groups.reduce((sum, { amountFen }) => sum + amountFen, 0),
    gone: items.filter((item) => !catalogue.has(item.productId)),
  };
}

function lineOf(item: CartItem, product: ProductView): CartLine {
  const unitAmountFen = product.price.kind === 'fixed' ? product.price.amountFen : (item.amountFen ?? 0);
  return {
    productId: product.productId,
    item,
    product,
    unitAmountFen,
    amountFen: unitAmountFen * item.quantity,
  };
}

function group(via: OrderFunction, payees: PaymentGroup['payees']): PaymentGroup {
  const amountFen = payees.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.amountFen, 0);
  return { via, payees, amountFen };
}

export function readCart(): CartItem[] {
  const stored: unknown = wx.getStorageSync(key);
  return Array.isArray(stored) ? (stored as CartItem[]) : [];
}

export function writeCart(items: readonly CartItem[]): void {
  wx.setStorageSync(key, items);
}

/** Removes paid lines, and keeps what was added meanwhile. */
export function removePaid(paid: readonly CartItem[]): void {
  const ids = new Set(paid.map((item) => item.productId));
  writeCart(readCart().filter((item) => !ids.has(item.productId)));
}

/** Sets the badge on the cart's tab. Call it whenever a page with a tab bar is shown; WeChat refuses it on others. */
export function showCartBadge(): void {
  const count = readCart().reduce((sum, item) => sum + item.quantity, 0);
  const index = 1;
  if (count > 0)
    wx.setTabBarBadge({ index, text: count > 99 ? '99+' : String(count), fail: () => undefined });
  else wx.removeTabBarBadge({ index, fail: () => undefined });
}
