import { CommerceError } from '../../core/errors.ts';
import type { PaymentGateway } from '../../core/ports.ts';
import { loadSellers } from '../../merchants/eligible-sellers.ts';
import type { SellerRecord } from '../../merchants/sellers.ts';
import { type CartLine, fingerprintCart, parseCart } from '../../shop/cart.ts';
import { type PricedOrder, priceCart } from '../../shop/pricing.ts';
import { loadProducts } from '../../shop/products.ts';
import { memberNumber, type OrderDoor, paymentNumber } from './ids.ts';
import { limitOpenPayments } from './open-payments.ts';
import type { CreateOrderPorts } from './ports.ts';
import type { CombinedPaymentRecord, OrderRecord, Payment, StoredRequest } from './records.ts';
import {
  combinedRequest,
  directRequest,
  type OrderPart,
  type PrepayRequest,
  partnerRequest,
  type RequestTerms,
} from './request-body.ts';
import { insertCombined, insertOrder, loadPayment, loadSinglePayment } from './store.ts';

export interface NewCart {
  readonly door: OrderDoor;
  readonly openid: string;
  readonly requestToken: string;
  readonly items: unknown;
}

/**
 * The payment of a token: a new one that is priced and stored before WeChat Pay hears of it, or the one that is stored
 * under the token's number already. Two instances that race for the same token end with the same stored payment,
 * whichever was first.
 * @throws CommerceError TOKEN_REUSED, TOO_MANY_UNPAID, CART_MIXED, and what pricing and sellers give
 */
export async function paymentOfToken(
  ports: CreateOrderPorts,
  gateway: PaymentGateway,
  cart: NewCart,
): Promise<Payment> {
  const lines = parseCart(cart.items, ports.policy);
  const cartFingerprint = fingerprintCart(lines);
  const paymentNo = paymentNumber(cart.door, cart.openid, cart.requestToken);
  const stored = async () => {
    const load = cart.door === 'own' ? loadSinglePayment : loadPayment;
    const payment = await load(ports.documents, paymentNo);
    return payment && sameCart(payment, cartFingerprint);
  };
  let made: Payment | undefined;
  try {
    const priced = await price(ports, lines);
    const sellers = await payees(ports, gateway, cart.door, priced);
    const draft = new Draft(ports, gateway, cart.openid, paymentNo, cartFingerprint);
    made = await insert(ports, draft, priced, sellers);
  } catch (error) {
    // What was ordered stays as it was ordered, also when the catalogue has changed since.
    const earlier = error instanceof CommerceError && (await stored());
    if (earlier) return earlier;
    throw error;
  }
  if (made) {
    await limitOpenPayments(ports, made);
    return made;
  }
  const earlier = await stored();
  if (!earlier) throw new Error(`The payment ${paymentNo} is gone; orders are never deleted.`);
  // Whoever stored it may not have counted yet: a second call with the same token is no way around the limit.
  if (isNew(earlier)) await limitOpenPayments(ports, earlier);
  return earlier;
}

function isNew({ request, orders }: Payment): boolean {
  return request.prepayId === null && orders.every(({ state }) => state === 'CREATED');
}

async function price(ports: CreateOrderPorts, lines: readonly CartLine[]): Promise<readonly PricedOrder[]> {
  const ids = lines.map(({ productId }) => productId);
  return priceCart(lines, await loadProducts(ports.documents, ids), ports.policy);
}

function insert(
  { documents }: CreateOrderPorts,
  draft: Draft,
  priced: readonly PricedOrder[],
  sellers: ReadonlyMap<string, SellerRecord>,
): Promise<Payment | undefined> {
  const [only, ...others] = priced;
  return only && others.length === 0
    ? insertOrder(documents, draft.single(only, sellers))
    : insertCombined(documents, draft.combined(priced, sellers));
}

function sameCart(payment: Payment, cartFingerprint: string): Payment {
  if (payment.request.cartFingerprint === cartFingerprint) return payment;
  throw new CommerceError('TOKEN_REUSED');
}

/** createOrder sells the shop's own goods, createPartnerOrder sellers' goods; never both in one payment. */
async function payees(
  ports: CreateOrderPorts,
  gateway: PaymentGateway,
  door: OrderDoor,
  priced: readonly PricedOrder[],
): Promise<ReadonlyMap<string, SellerRecord>> {
  const sellerIds = priced.flatMap(({ sellerId }) => sellerId ?? []);
  const fits = door === 'own' ? sellerIds.length === 0 : sellerIds.length === priced.length;
  if (!fits) throw new CommerceError('CART_MIXED');
  return loadSellers(ports.documents, gateway.account, sellerIds);
}

/** Builds the documents of a new payment. */
class Draft {
  readonly #ports: CreateOrderPorts;
  readonly #gateway: PaymentGateway;
  readonly #openid: string;
  readonly #paymentNo: string;
  readonly #cartFingerprint: string;
  readonly #createdAtMs: number;
  readonly #expiresAtMs: number;

  constructor(
    ports: CreateOrderPorts,
    gateway: PaymentGateway,
    openid: string,
    paymentNo: string,
    cartFingerprint: string,
  ) {
    this.#ports = ports;
    this.#gateway = gateway;
    this.#openid = openid;
    this.#paymentNo = paymentNo;
    this.#cartFingerprint = cartFingerprint;
    this.#createdAtMs = ports.clock.nowMs();
    // Whole seconds, as in time_expire: what is stored and what is sent are the same moment.
    this.#expiresAtMs = Math.floor((this.#createdAtMs + ports.policy.orderLifetimeMs) / 1000) * 1000;
  }

  single(priced: PricedOrder, sellers: ReadonlyMap<string, SellerRecord>): OrderRecord {
    const part = this.#part(priced, sellers, this.#paymentNo);
    const request =
      this.#gateway.account === 'direct'
        ? directRequest(this.#terms(), part)
        : partnerRequest(this.#terms(), part);
    return this.#order(priced, part, this.#stored(request));
  }

  combined(
    priced: readonly PricedOrder[],
    sellers: ReadonlyMap<string, SellerRecord>,
  ): CombinedPaymentRecord {
    const parts = priced.map((each) =>
      this.#part(each, sellers, memberNumber(this.#paymentNo, each.sellerId ?? '')),
    );
    return {
      _id: this.#paymentNo,
      account: this.#gateway.account,
      appid: this.#gateway.appid,
      mchid: this.#gateway.mchid,
      openid: this.#openid,
      createdAtMs: this.#createdAtMs,
      expiresAtMs: this.#expiresAtMs,
      request: this.#stored(combinedRequest(this.#terms(), this.#paymentNo, parts)),
      drafts: priced.map((each, index) => this.#order(each, parts[index]!, null)),
    };
  }

  #part(priced: PricedOrder, sellers: ReadonlyMap<string, SellerRecord>, outTradeNo: string): OrderPart {
    const seller = priced.sellerId === null ? undefined : sellers.get(priced.sellerId);
    return {
      outTradeNo,
      description: describeOrder(priced),
      amountFen: priced.amountFen,
      ...(seller && { seller }),
    };
  }

  #order(priced: PricedOrder, part: OrderPart, request: StoredRequest | null): OrderRecord {
    return {
      _id: part.outTradeNo,
      paymentNo: this.#paymentNo,
      combined: request === null,
      account: this.#gateway.account,
      appid: this.#gateway.appid,
      mchid: this.#gateway.mchid,
      subMchid: part.seller?.subMchid ?? null,
      openid: this.#openid,
      sellerId: part.seller?._id ?? null,
      sellerName: part.seller?.name ?? null,
      state: 'CREATED',
      version: 1,
      amountFen: priced.amountFen,
      currency: 'CNY',
      description: part.description,
      items: priced.lines,
      createdAtMs: this.#createdAtMs,
      expiresAtMs: this.#expiresAtMs,
      transactionId: null,
      paidAtMs: null,
      checkAfterMs: this.#createdAtMs + (this.#ports.policy.checkDelaysMs[0] ?? 0),
      checks: 0,
      confirmedAtMs: null,
      refundReportedAtMs: null,
      fulfilment: 'NONE',
      fulfilAttempts: 0,
      fulfilAfterMs: null,
      fulfilledAtMs: null,
      listKey: `${String(this.#createdAtMs).padStart(14, '0')}-${part.outTradeNo}`,
      request,
    };
  }

  #stored(request: PrepayRequest): StoredRequest {
    return {
      ...request,
      cartFingerprint: this.#cartFingerprint,
      prepayId: null,
      prepaidAtMs: null,
      queriedAtMs: 0,
    };
  }

  #terms(): RequestTerms {
    return {
      gateway: this.#gateway,
      openid: this.#openid,
      expiresAtMs: this.#expiresAtMs,
      notifyUrl: this.#ports.notifyUrl,
    };
  }
}

const maxDescription = 127;

/** What the payer sees in WeChat: at most 127 characters, never half of one. */
export function describeOrder({ lines }: Pick<PricedOrder, 'lines'>): string {
  const [first] = lines;
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const several = lines.length > 1 ? ` 等${pieces}件` : ` ×${pieces}`;
  const suffix = pieces > 1 ? several : '';
  const title = [...(first?.title ?? '').replace(/\p{Cc}+/gu, ' ').trim()];
  // Counted in UTF-16 units, the longest of the ways to count characters.
  while (title.join('').length + suffix.length > maxDescription) title.pop();
  return `${title.join('')}${suffix}`;
}
