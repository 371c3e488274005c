/** Requests and answers of the order functions. Amounts are integers in fen, times are epoch ms. */

import type { AccountKind } from './account.ts';
import type { Logistics, OrderShipping } from './shipping.ts';

/** One line of a cart. The price comes from the catalogue: a request that names one is refused. */
export interface CartItem {
  readonly productId: string;
  /** 1 to 999. */
  readonly quantity: number;
  /** Only for a product with a free amount (tip, top-up), within its bounds; then quantity is 1. */
  readonly amountFen?: number;
}

/**
 * createOrder (own goods) and createPartnerOrder (sellers' goods; several sellers become one combined
 * payment). Either a new cart under a token that the client made for it once (16 to 64 of [A-Za-z0-9_-]:
 * a double tap sends the same token and is the same order), or an unpaid order to pay again.
 */
export type CreateOrderRequest =
  | { readonly requestToken: string; readonly items: readonly CartItem[] }
  | { readonly paymentNo: string };

export interface CreateOrderAnswer {
  /** What the payer pays in one go: the out_trade_no, or the combine_out_trade_no of a combined payment. */
  readonly paymentNo: string;
  readonly orders: readonly OrderView[];
  /** Give these to `wx.requestPayment`. Absent when the order is already paid. */
  readonly payment?: PaymentParams;
}

/** Exactly what `wx.requestPayment` takes. */
export interface PaymentParams {
  /** Seconds, as a string. */
  readonly timeStamp: string;
  readonly nonceStr: string;
  /** `prepay_id=…` */
  readonly package: string;
  readonly signType: 'RSA';
  readonly paySign: string;
}

/** queryOrder: one payment's orders, one order, or a page of the caller's orders, newest first. */
export type QueryOrderRequest =
  | { readonly paymentNo: string }
  | { readonly outTradeNo: string }
  | { readonly list: 'mine' | 'seller'; readonly cursor?: string; readonly limit?: number };

export interface QueryOrderAnswer {
  readonly orders: readonly OrderView[];
  readonly nextCursor?: string;
}

/** closeOrder: closes the whole payment, since a combined payment can only be closed whole. */
export interface CloseOrderRequest {
  readonly paymentNo: string;
}

export interface CloseOrderAnswer {
  readonly orders: readonly OrderView[];
}

/** WeChat Pay's trade_state, plus CREATED: stored here, not yet accepted there. */
export type OrderState =
  | 'CREATED'
  | 'NOTPAY'
  | 'USERPAYING'
  | 'PAYERROR'
  | 'SUCCESS'
  | 'REFUND'
  | 'CLOSED'
  | 'REVOKED';

export interface OrderView {
  readonly outTradeNo: string;
  readonly paymentNo: string;
  readonly account: AccountKind;
  readonly state: OrderState;
  readonly amountFen: number;
  readonly currency: 'CNY';
  readonly description: string;
  readonly items: readonly OrderLine[];
  readonly sellerId?: string;
  readonly sellerName?: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly paidAtMs?: number;
  /** May be paid now. */
  readonly payable: boolean;
  /**
   * What the shop owes for the payment: NONE before it, PENDING until the fulfilment function said done. HELD: the
   * money went back before that; the shop decides.
   */
  readonly fulfilment: 'NONE' | 'PENDING' | 'DONE' | 'HELD';
  /** Absent before something was shipped. */
  readonly shipping?: OrderShipping;
  /** Of a shipped order: by it the buyer confirms receipt at WeChat. */
  readonly transactionId?: string;
  /** All of it is shipped. */
  readonly shippedAtMs?: number;
  /** The buyer, or time, confirmed receipt. */
  readonly receivedAtMs?: number;
  /** The shop has the money. */
  readonly settledAtMs?: number;
}

export interface OrderLine {
  readonly productId: string;
  readonly title: string;
  readonly titleEn?: string;
  readonly quantity: number;
  readonly unitAmountFen: number;
  readonly amountFen: number;
  /** How it gets to the buyer; absent: by courier. */
  readonly logistics?: Logistics;
}

/** listProducts: what is on sale, all or one seller's. */
export interface ListProductsRequest {
  readonly sellerId?: string;
}

export interface ListProductsAnswer {
  readonly products: readonly ProductView[];
}

export interface ProductView {
  readonly productId: string;
  readonly title: string;
  readonly titleEn?: string;
  readonly subtitle?: string;
  readonly subtitleEn?: string;
  /** Path or URL of a picture. */
  readonly image?: string;
  readonly price:
    | { readonly kind: 'fixed'; readonly amountFen: number }
    | { readonly kind: 'free'; readonly minAmountFen: number; readonly maxAmountFen: number };
  /** Absent: the shop's own goods, paid through createOrder. Present: createPartnerOrder. */
  readonly sellerId?: string;
  readonly sellerName?: string;
}
