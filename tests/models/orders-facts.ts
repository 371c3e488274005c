/** What is known of one payer's orders: here, at WeChat Pay, and by those who deliver and who were answered. */

export interface Here {
  readonly outTradeNo: string;
  readonly paymentNo: string;
  readonly state: string;
  readonly amountFen: number;
  /** What its goods cost when its payment was stored. */
  readonly pricedFen: number;
  /** What was put into the cart of the payment. */
  readonly cart: string;
  readonly transactionId: string | null;
  readonly fulfilment: string;
  readonly expiresAtMs: number;
  /** When the prepay_id was asked for. */
  readonly prepaidAtMs: number | null;
  /** When WeChat Pay is going to be asked about it; null: never again. */
  readonly askedAtMs: number | null;
}

export interface There {
  readonly state: string;
  readonly amountFen: number;
  readonly transactionId?: string;
  readonly expiresAtMs: number;
  /** When the first refund was made that did not fail. */
  readonly refundedAtMs?: number;
  /** A refund was made, even if it failed afterwards. */
  readonly wasRefunded: boolean;
}

/** One order, by its out_trade_no. */
export interface Order {
  readonly here?: Here;
  readonly there?: There;
  /** Payments in our ledger. */
  readonly entries: readonly { readonly reference: string; readonly amountFen: number }[];
}

/** Of the fulfilment function. */
export interface Call {
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly transactionId: string;
  readonly atMs: number;
  /** It had its effect, whatever it answered. */
  readonly delivers: boolean;
}

/** An order as its payer was shown it. */
export interface Told {
  readonly outTradeNo: string;
  readonly state: string;
  readonly amountFen: number;
  readonly fulfilment: string;
}

/** What was not there, or different, when it was last looked at. */
export interface News {
  readonly told: readonly Told[];
  /** out_trade_no of each order whose payment, or refund, a callback reported that was acknowledged. */
  readonly paymentsAcknowledged: readonly string[];
  readonly refundsAcknowledged: readonly string[];
  /** Payments that WeChat Pay had when somebody asked to close them, and was told that they are closed. */
  readonly closed: readonly string[];
  /** What must never happen at all. */
  readonly wrong: readonly string[];
}

export interface OrdersSeen extends News {
  readonly nowMs: number;
  /** Clocks of instances were ahead or behind. */
  readonly clocksDiffer: boolean;
  readonly orders: ReadonlyMap<string, Order>;
  /** All until now, by out_trade_no. */
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  /** By the number of each payment that a token gives: the orders that it may have, by what is in the cart. */
  readonly numbers: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** What is in the cart of each payment of sellers' goods, also when none of its orders is stored yet. */
  readonly carts: ReadonlyMap<string, string>;
  /** WeChat Pay is going to refuse something for no reason. */
  readonly isTroubled: boolean;
}
