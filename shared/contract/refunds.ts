/** Requests and answers of refundOrder (operators) and requestRefund (buyers). Amounts in fen, times epoch ms. */

/** refundOrder, for operators. Generate the token once per refund, so that a double tap makes only one. */
export type RefundOrderRequest =
  | {
      readonly action: 'refund';
      readonly outTradeNo: string;
      readonly requestToken: string;
      /** Absent: all that is left. */
      readonly amountFen?: number;
      /** At most 80 characters; the payer is shown its first 80 bytes, which is what WeChat Pay takes. */
      readonly reason?: string;
      /** E-commerce: the platform pays when the seller's balance is too low, and claims it back. */
      readonly platformAdvance?: boolean;
      /** Of a shared order: the receivers keep their shares, and the seller bears the cost. */
      readonly keepShares?: boolean;
      /** Of a shared order: the unrecoverable amount from `preview`; without it such a refund is refused. */
      readonly acceptedLossFen?: number;
    }
  /** What a refund would take back from the receivers of a shared order, and what cannot be recovered. */
  | { readonly action: 'preview'; readonly outTradeNo: string; readonly amountFen?: number }
  /** Sends a refund that is waiting for returned shares without them: the seller bears what was not returned. */
  | { readonly action: 'keepShares'; readonly outRefundNo: string }
  | { readonly action: 'query'; readonly outTradeNo: string }
  /**
   * ABNORMAL: the payer's card no longer exists; refunds to another card of the payer, or to the merchant for a manual
   * transfer.
   */
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
  /** Buyers' refund requests that are still undecided. */
  | { readonly action: 'requests' }
  | { readonly action: 'decline'; readonly outTradeNo: string; readonly reply?: string }
  /** The order was partly refunded before delivery and held: deliver the rest. */
  | { readonly action: 'deliverRest'; readonly outTradeNo: string };

export interface RefundOrderAnswers {
  refund: { readonly refund: RefundView; readonly refundableFen: number };
  preview: {
    readonly amountFen: number;
    readonly returns: readonly { readonly mchid: string; readonly amountFen: number }[];
    /** Shares of individuals, and shares older than 180 days: the seller bears them. */
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
   * - WAITING: for its turn, for funds, or for WeChat Pay's answer; retried automatically
   * - PROCESSING: accepted; the money is on its way
   * - ABNORMAL: the payer's account cannot receive it; an operator chooses another one
   * - SUCCESS, CLOSED, REFUSED: ended
   */
  readonly state: 'WAITING' | 'PROCESSING' | 'ABNORMAL' | 'SUCCESS' | 'CLOSED' | 'REFUSED';
  readonly requestedBy: 'operator' | 'buyer' | 'merchant-platform';
  readonly reason?: string;
  /** Where the money went, masked by WeChat Pay. */
  readonly receivedAccount?: string;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
  /** E-commerce: the platform paid it and may claim it back; for operators only. */
  readonly advanced?: true;
  /** Why it waits or was refused; for operators only. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** requestRefund, for the buyer of an order. Granted at once only soon after the payment, before any delivery began. */
export type RequestRefundRequest =
  | { readonly action: 'ask'; readonly outTradeNo: string; readonly reason?: string }
  | { readonly action: 'query'; readonly outTradeNo: string };

export interface RequestRefundAnswer {
  readonly refunds: readonly RefundView[];
  /** The buyer's request, if any. */
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
