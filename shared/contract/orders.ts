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
 * createOrder (own goods) and createPartnerOrder (sellers' goods; several sellers become one combined payment). Either
 * a new cart under a token that the client generated once for it (16 to 64 of [A-Za-z0-9_-]; a double tap sends the
 * same token, so it creates one order), or an unpaid order to pay again.
 */
export type CreateOrderRequest =
  | { readonly requestToken: string; readonly items: readonly CartItem[] }
  | { readonly paymentNo: string };

export interface CreateOrderAnswer {
  /** What the payer pays in one go: the out_trade_no, or the combine_out_trade_no of a combined payment. */
  readonly paymentNo: string;
  readonly orders: readonly OrderView[];
  /** Pass these to `wx.requestPayment`. Absent when the order is already paid. */
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
   * Fulfilment state: NONE before the payment, PENDING until the fulfilment function reports done. HELD: a refund, even
   * a partial one, came before that; the shop decides.
   */
  readonly fulfilment: 'NONE' | 'PENDING' | 'DONE' | 'HELD';
  /** Absent until something is shipped. */
  readonly shipping?: OrderShipping;
  /** Of a shipped order: what the buyer needs to confirm receipt in WeChat. */
  readonly transactionId?: string;
  /** All of it is shipped. */
  readonly shippedAtMs?: number;
  /** Receipt was confirmed, by the buyer or automatically. */
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
  /** How it is delivered; absent: by courier. */
  readonly logistics?: Logistics;
}
