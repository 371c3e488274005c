/** Requests and answers of refundOrder (operators) and requestRefund (buyers). Amounts in fen, times epoch ms. */

/** refundOrder, for operators. The token is made once per refund: a double tap is the same refund. */
export type RefundOrderRequest =
  | {
      readonly action: 'refund';
      readonly outTradeNo: string;
      readonly requestToken: string;
      /** Absent: all that is left. */
      readonly amountFen?: number;
      /** Shown to the payer; at most 80 characters. */
      readonly reason?: string;
      /** E-commerce: the platform pays when the seller's balance is too low, and claims it back. */
      readonly platformAdvance?: boolean;
      /** Of a shared order: the receivers keep what they have, the seller bears it. */
      readonly keepShares?: boolean;
      /** Of a shared order: the sum that cannot come back, by `preview`; without it such a refund is refused. */
      readonly acceptedLossFen?: number;
    }
  /** What a refund would take back from the receivers of a shared order, and what nobody gives back. */
  | { readonly action: 'preview'; readonly outTradeNo: string; readonly amountFen?: number }
  /** A refund that waits for shares goes out without them: the seller bears what has not come back. */
  | { readonly action: 'keepShares'; readonly outRefundNo: string }
  | { readonly action: 'query'; readonly outTradeNo: string }
  /** ABNORMAL: the payer's card is gone; to another card of the payer, or to the merchant for a transfer by hand. */
  | {
      readonly action: 'refundElsewhere';
      readonly outRefundNo: string;
      readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD';
      readonly bankType?: string;
      readonly bankAccount?: string;
      readonly realName?: string;
    }
  /** E-commerce: claims back what the platform advanced. */
  | { readonly action: 'returnAdvance'; readonly outRefundNo: string }
  /** What buyers have asked for and nobody has decided. */
  | { readonly action: 'requests' }
  | { readonly action: 'decline'; readonly outTradeNo: string; readonly reply?: string }
  /** A part went back before the delivery, which was held: deliver what is left. */
  | { readonly action: 'deliverRest'; readonly outTradeNo: string };

export interface RefundOrderAnswers {
  refund: { readonly refund: RefundView; readonly refundableFen: number };
  preview: {
    readonly amountFen: number;
    readonly returns: readonly { readonly mchid: string; readonly amountFen: number }[];
    /** Shares of persons, and of more than 180 days ago: the seller bears them. */
    readonly lossFen: number;
  };
  keepShares: { readonly refund: RefundView };
  query: { readonly refunds: readonly RefundView[]; readonly refundableFen: number };
  refundElsewhere: { readonly refund: RefundView };
  returnAdvance: { readonly amountFen: number; readonly result: string };
  requests: { readonly requests: readonly RefundRequestView[] };
  decline: { readonly request: RefundRequestView };
  deliverRest: { readonly refundedFen: number; readonly refundableFen: number };
}

export interface RefundView {
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  /**
   * - WAITING: for its minute, for funds, or for an answer of WeChat Pay; it goes out by itself
   * - PROCESSING: accepted; the money is on its way
   * - ABNORMAL: the payer's account does not take it; an operator names another one
   * - SUCCESS, CLOSED, REFUSED: ended
   */
  readonly state: 'WAITING' | 'PROCESSING' | 'ABNORMAL' | 'SUCCESS' | 'CLOSED' | 'REFUSED';
  readonly requestedBy: 'operator' | 'buyer' | 'merchant-platform';
  readonly reason?: string;
  /** Where the money went, masked by WeChat Pay. */
  readonly receivedAccount?: string;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
  /** Why it waits or was refused; for operators only. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** requestRefund, for the buyer of an order. */
export type RequestRefundRequest =
  | { readonly action: 'ask'; readonly outTradeNo: string; readonly reason?: string }
  | { readonly action: 'query'; readonly outTradeNo: string };

export interface RequestRefundAnswer {
  readonly refunds: readonly RefundView[];
  /** What the buyer asked for, once they did. */
  readonly request?: RefundRequestView;
  /** May ask now. */
  readonly canAsk: boolean;
}

export interface RefundRequestView {
  readonly outTradeNo: string;
  /** OPEN waits for an operator; ACCEPTED became a refund. */
  readonly state: 'OPEN' | 'ACCEPTED' | 'DECLINED';
  readonly reason?: string;
  readonly reply?: string;
  readonly askedAtMs: number;
}
