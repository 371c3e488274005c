import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { loadSellers, type SellerRecord } from '../../merchants/sellers.ts';
import { type CartLine, fingerprintCart, parseCart } from '../../shop/cart.ts';
import { type PricedOrder, priceCart } from '../../shop/pricing.ts';
import { loadProducts } from '../../shop/products.ts';
import {
  combinedPaymentRecord,
  type NewPaymentTerms,
  orderRecord,
  paymentNumber,
  sellerPaymentRecord,
} from './build-records.ts';
import type { CreateOrderPorts } from './ports.ts';
import type { Payment } from './records.ts';
import { checkSellers } from './sellers-of-payment.ts';
import { insertForSellers, insertOrder, loadPayment, loadSinglePayment } from './store.ts';

export interface NewCart {
  readonly openid: string;
  readonly requestToken: string;
  readonly items: unknown;
}

/**
 * The payment of a token: a new one that is priced and stored before WeChat Pay is asked, or the one already stored
 * under the token's number. Two instances that race for the same token end up with the same stored payment.
 * @throws CommerceError TOKEN_REUSED, CART_MIXED, and the errors of pricing and sellers
 */
export async function paymentOfToken(
  ports: CreateOrderPorts,
  account: Account,
  { openid, requestToken, items }: NewCart,
): Promise<Payment> {
  const lines = parseCart(items, ports.policy);
  const cartFingerprint = fingerprintCart(lines);
  const paymentNo = paymentNumber(account.kind, openid, requestToken);
  const payment = await findOrInsert({ ports, account, openid, paymentNo, cartFingerprint }, lines);
  if (payment.request.cartFingerprint !== cartFingerprint) throw new CommerceError('TOKEN_REUSED');
  return payment;
}

type Terms = Omit<NewPaymentTerms, 'sellers'>;

/**
 * Own goods are one order, so inserting it says whether its number is taken. Whether sellers' goods are one order or
 * several depends on the cart and the catalogue, which may have changed since the first call: there, the number is looked
 * up first.
 */
async function findOrInsert(terms: Terms, lines: readonly CartLine[]): Promise<Payment> {
  const { ports, account, paymentNo } = terms;
  if (account.kind !== 'direct') {
    const stored = await loadPayment(ports.documents, paymentNo);
    if (!stored) return insertNew(terms, lines);
    await checkSellers(ports, stored);
    return stored;
  }
  try {
    return await insertNew(terms, lines);
  } catch (error) {
    // An existing order keeps its lines and prices, even if a product is no longer on sale.
    const stored =
      error instanceof CommerceError ? await loadSinglePayment(ports.documents, paymentNo) : undefined;
    if (!stored) throw error;
    return stored;
  }
}

/** @returns what is stored under its number */
async function insertNew(terms: Terms, lines: readonly CartLine[]): Promise<Payment> {
  const { documents, policy } = terms.ports;
  const products = await loadProducts(
    documents,
    lines.map(({ productId }) => productId),
  );
  const priced = priceCart(lines, products, policy);
  const complete = { ...terms, sellers: await payees(terms, priced) };
  const [only, ...others] = priced;
  if (!only || others.length > 0) return insertForSellers(documents, combinedPaymentRecord(complete, priced));
  const order = orderRecord(complete, only);
  return terms.account.kind === 'direct'
    ? insertOrder(documents, order)
    : insertForSellers(documents, sellerPaymentRecord(order));
}

/** createOrder sells the shop's own goods, createPartnerOrder sellers' goods; never both in one payment. */
async function payees(
  { ports, account }: Terms,
  priced: readonly PricedOrder[],
): Promise<ReadonlyMap<string, SellerRecord>> {
  const sellerIds = priced.flatMap(({ sellerId }) => sellerId ?? []);
  const expected = account.kind === 'direct' ? 0 : priced.length;
  if (sellerIds.length !== expected) throw new CommerceError('CART_MIXED');
  if (account.kind === 'direct') return new Map();
  return loadSellers(ports.documents, account.kind, sellerIds);
}
