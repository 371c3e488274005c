/** sellerProducts: the owner of a seller lists, adds and changes that seller's goods. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { ProductInput, SellerProductsAnswer, SellerProductsRequest } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { documentId, parseInput, refuse, requestToken, text, whole } from '../core/input.ts';
import type { Policy } from '../core/policy.ts';
import type { Clock, Documents } from '../core/ports.ts';
import { type SellerRecord, sellersCollection } from '../merchants/sellers.ts';
import { viewProduct } from './list.ts';
import { isValidProduct, type ProductRecord, productsCollection } from './products.ts';

export interface SellerProductsPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly policy: Policy;
}

/** All products of a seller are listed at once. */
const maxProductsOfSeller = 200;

/**
 * As long as the description of an order may be (https://pay.weixin.qq.com/doc/v3/merchant/4012791856), and shown to
 * everybody: with something to see, and nothing that breaks the line or turns the text around.
 */
const shortText = text(
  /^(?=.*[\p{L}\p{N}\p{P}\p{S}])[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]{1,127}$/u,
  'shortText',
);

const product = z.strictObject({
  title: shortText,
  subtitle: z.optional(shortText),
  amountFen: whole(1, Number.MAX_SAFE_INTEGER, 'amount'),
});

const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('list'), sellerId: documentId }),
  z.strictObject({ action: z.literal('add'), sellerId: documentId, requestToken, product }),
  z.strictObject({ action: z.literal('change'), sellerId: documentId, productId: documentId, product }),
  z.strictObject({
    action: z.literal('setOnSale'),
    sellerId: documentId,
    productId: documentId,
    onSale: z.boolean(),
  }),
]);

/**
 * @throws CommerceError SELLER_NOT_FOUND (also for another owner's seller), PRODUCT_NOT_FOUND (also for another
 * seller's product), AMOUNT_OUT_OF_RANGE, TOKEN_REUSED, BAD_REQUEST
 */
export async function sellerProducts(
  ports: SellerProductsPorts,
  openid: string,
  event: unknown,
): Promise<SellerProductsAnswer> {
  const request = parseInput(schema, event) as SellerProductsRequest;
  const seller = await ports.documents.get<SellerRecord>(sellersCollection, request.sellerId);
  if (!seller || seller.ownerOpenid !== openid) throw new CommerceError('SELLER_NOT_FOUND');
  switch (request.action) {
    case 'add':
      await add(ports, seller, request.requestToken, request.product);
      break;
    case 'change':
      await change(ports, seller, request.productId, request.product);
      break;
    case 'setOnSale':
      await update(ports, seller, request.productId, { onSale: request.onSale });
  }
  return { products: await productsOf(ports, seller) };
}

/** The id is derived from the token, so that the same request made twice adds one product. */
async function add(
  ports: SellerProductsPorts,
  seller: SellerRecord,
  token: string,
  input: ProductInput,
): Promise<void> {
  const { clock, documents } = ports;
  const fields = fieldsOf(input, ports.policy);
  const _id = `${seller._id}-${createHash('sha256').update(token).digest('hex').slice(0, 16)}`;
  const known = await documents.get<ProductRecord>(productsCollection, _id);
  if (!known && (await storedOf(documents, seller)).length >= maxProductsOfSeller) throw tooMany();
  const stored = { _id, ...fields, sellerId: seller._id, onSale: true, createdAtMs: clock.nowMs() };
  const existing = await documents.insertIfAbsent<ProductRecord>(productsCollection, stored);
  if (existing && !isSame(existing, fields)) throw new CommerceError('TOKEN_REUSED');
  if (!existing) await withdrawIfTooMany(documents, seller, _id);
}

/** Counted again once it is stored: of any number of calls at the same moment, the last one sees all others. */
async function withdrawIfTooMany(documents: Documents, seller: SellerRecord, _id: string): Promise<void> {
  if ((await storedOf(documents, seller)).length <= maxProductsOfSeller) return;
  await documents.remove(productsCollection, _id);
  throw tooMany();
}

async function change(
  ports: SellerProductsPorts,
  seller: SellerRecord,
  productId: string,
  input: ProductInput,
): Promise<void> {
  const fields = fieldsOf(input, ports.policy);
  const before = await ports.documents.get<ProductRecord>(productsCollection, productId);
  // A translation that was imported does not outlive the text that it translates.
  await update(ports, seller, productId, {
    ...fields,
    ...(before?.title !== fields.title && { titleEn: null }),
    ...((before?.subtitle ?? null) !== fields.subtitle && { subtitleEn: null }),
  });
}

async function update(
  { documents }: SellerProductsPorts,
  seller: SellerRecord,
  productId: string,
  set: Partial<ProductRecord>,
): Promise<void> {
  const mine = { sellerId: seller._id };
  if (await documents.update(productsCollection, productId, mine, set)) return;
  // Not changed is also what was so already, as after a double tap.
  const stored = await documents.get<ProductRecord>(productsCollection, productId);
  if (stored?.sellerId !== seller._id) throw new CommerceError('PRODUCT_NOT_FOUND');
}

interface Fields {
  readonly title: string;
  readonly subtitle: string | null;
  readonly price: { readonly kind: 'fixed'; readonly amountFen: number };
}

/** @throws CommerceError AMOUNT_OUT_OF_RANGE: nobody could pay for it */
function fieldsOf({ title, subtitle, amountFen }: ProductInput, { maxTotalFen }: Policy): Fields {
  if (amountFen > maxTotalFen) {
    refuse('AMOUNT_OUT_OF_RANGE', 'product.amountFen', {
      zh: `价格应为 0.01 元到 ${maxTotalFen / 100} 元。`,
      en: `A price from ¥0.01 to ¥${maxTotalFen / 100} is expected.`,
    });
  }
  return {
    title: title.trim(),
    subtitle: subtitle?.trim() ?? null,
    price: { kind: 'fixed', amountFen },
  };
}

function isSame({ title, subtitle, price }: ProductRecord, fields: Fields): boolean {
  return (
    title === fields.title &&
    (subtitle ?? null) === fields.subtitle &&
    price.kind === 'fixed' &&
    price.amountFen === fields.price.amountFen
  );
}

async function productsOf(
  { documents }: SellerProductsPorts,
  seller: SellerRecord,
): Promise<SellerProductsAnswer['products']> {
  return (await storedOf(documents, seller))
    .filter(isValidProduct)
    .sort((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0) || (a._id < b._id ? -1 : 1))
    .map((each) => ({ ...viewProduct(each, seller), onSale: each.onSale }));
}

function storedOf(documents: Documents, { _id }: SellerRecord): Promise<ProductRecord[]> {
  const limit = maxProductsOfSeller + 1;
  return documents.find<ProductRecord>(productsCollection, { where: { sellerId: _id }, limit });
}

function tooMany(): CommerceError {
  return new CommerceError('BAD_REQUEST', {
    texts: {
      zh: `一位商家最多 ${maxProductsOfSeller} 件商品，请修改已有的商品。`,
      en: `A seller has at most ${maxProductsOfSeller} products. Change one of them instead.`,
    },
  });
}
