/** Requests and answers of shareProfit, for operators. Amounts in fen, times epoch ms. */

export type ReceiverType = 'MERCHANT_ID' | 'PERSONAL_OPENID' | 'PERSONAL_SUB_OPENID';

/** Who receives a share: a merchant by its mchid, or a person by openid. */
export interface ShareReceiver {
  readonly type: ReceiverType;
  readonly account: string;
}

/** A receiver's share of each sale: per mille, or a fixed amount. */
export type SharePart = { readonly permille: number } | { readonly amountFen: number };

export type RuleReceiver = ShareReceiver & {
  readonly part: SharePart;
  /** Shown to the receiver, and in the bills; at most 80 characters. */
  readonly description: string;
};

/**
 * A standing rule: what is shared of each paid order of a seller, or of one product of it. A product's rule takes the
 * place of the seller's for the lines of that product. Without receivers it only releases the money.
 */
export interface SharingRule {
  /** `null`: the shop's own goods, sold by the direct merchant. */
  readonly sellerId: string | null;
  /** `null`: every product without a rule of its own. */
  readonly productId: string | null;
  /** Together at most 1000 ‰. A fixed sum is per order; in the rule of a product, per piece. */
  readonly receivers: readonly RuleReceiver[];
  /** What the days are counted from. */
  readonly after: 'PAYMENT' | 'SHIPPING' | 'RECEIPT';
  /** Days without a refund before it is shared. */
  readonly days: number;
  /** Further days until the rest is released to the seller. */
  readonly freeAfterDays: number;
  /**
   * What happens to a share that a receiver still cannot accept after several tries: kept for an operator, or released.
   */
  readonly onFailure: 'HOLD' | 'FREE';
}

export type ShareProfitRequest =
  | { readonly action: 'rules'; readonly sellerId?: string | null }
  | ({ readonly action: 'setRule' } & SharingRule)
  | { readonly action: 'removeRule'; readonly sellerId: string | null; readonly productId: string | null }
  | ({
      readonly action: 'addReceiver';
      readonly sellerId: string | null;
      /** Required for a merchant: its full name. It is sent encrypted and is not stored. */
      readonly name?: string;
      readonly relation: string;
      /** With the relation CUSTOM. */
      readonly customRelation?: string;
    } & ShareReceiver)
  | ({ readonly action: 'deleteReceiver'; readonly sellerId: string | null } & ShareReceiver)
  | { readonly action: 'receivers'; readonly sellerId: string | null }
  | { readonly action: 'limit'; readonly sellerId: string | null }
  /** Manual sharing, independent of any rule. Generate the token once, so that a double tap makes only one request. */
  | {
      readonly action: 'share';
      readonly outTradeNo: string;
      readonly requestToken: string;
      readonly receivers: readonly (ShareReceiver & {
        readonly amountFen: number;
        readonly description: string;
      })[];
    }
  /** Releases the rest to the seller; nothing of the order can be shared afterwards. */
  | { readonly action: 'free'; readonly outTradeNo: string }
  | {
      readonly action: 'return';
      readonly outTradeNo: string;
      readonly requestToken: string;
      readonly outOrderNo: string;
      /** The receiver that returns its share. */
      readonly mchid: string;
      readonly amountFen: number;
    }
  /** E-commerce: the platform adds a subsidy to the order before it is shared. The amount cannot be changed later. */
  | { readonly action: 'subsidise'; readonly outTradeNo: string; readonly amountFen: number }
  /** E-commerce: returns a refunded order's part of the subsidy to the platform. */
  | {
      readonly action: 'returnSubsidy';
      readonly outTradeNo: string;
      readonly outRefundNo: string;
      readonly amountFen: number;
    }
  /** E-commerce: no subsidy will come for this refunded order. */
  | { readonly action: 'cancelSubsidy'; readonly outTradeNo: string }
  /** E-commerce: the seller pays the platform for handling a refund; once per order. */
  | {
      readonly action: 'chargeAfterSales';
      readonly outTradeNo: string;
      readonly outRefundNo: string;
      readonly amountFen: number;
      readonly scene: AfterSalesScene;
    }
  | { readonly action: 'query'; readonly outTradeNo: string }
  /** Waiting, in progress or failed: the longest waiting first. */
  | { readonly action: 'open' }
  /** Retries a failed one at once. */
  | { readonly action: 'retry'; readonly outTradeNo: string };

/** A ticket given back, a ticket changed, goods sent back. */
export type AfterSalesScene = 'REFUND_TICKET' | 'CHANGE_TICKET' | 'RETURN_GOODS';

export interface ShareProfitAnswers {
  rules: { readonly rules: readonly SharingRule[] };
  setRule: { readonly rule: SharingRule };
  removeRule: { readonly removed: boolean };
  addReceiver: { readonly receiver: ShareReceiver };
  deleteReceiver: { readonly receiver: ShareReceiver };
  receivers: {
    readonly receivers: readonly (ShareReceiver & { readonly relation: string })[];
    /** Which kinds, and which relations to the seller, WeChat Pay takes for new receivers of this seller. */
    readonly types: readonly ReceiverType[];
    readonly relations: readonly string[];
  };
  limit: { readonly maxPermille: number; readonly source: 'WECHATPAY' | 'DEFAULT' };
  share: { readonly sharing: SharingView };
  free: { readonly sharing: SharingView };
  return: { readonly sharing: SharingView };
  subsidise: { readonly sharing: SharingView };
  returnSubsidy: { readonly sharing: SharingView };
  cancelSubsidy: { readonly sharing: SharingView };
  chargeAfterSales: { readonly sharing: SharingView };
  query: { readonly sharing: SharingView; readonly unsplitFen: number };
  open: { readonly sharings: readonly SharingView[] };
  retry: { readonly sharing: SharingView };
}

/**
 * - WAITING: for its rule's time
 * - SHARING: requests are in progress
 * - SHARED: done; the rest is released when due
 * - FAILED: an operator has to act
 * - FREED: ended; nothing is left to share
 */
export type SharingState = 'WAITING' | 'SHARING' | 'SHARED' | 'FAILED' | 'FREED';

export interface SharingView {
  readonly outTradeNo: string;
  readonly account: 'direct' | 'partner' | 'ecommerce';
  readonly sellerId: string | null;
  readonly amountFen: number;
  readonly paidAtMs: number;
  readonly state: SharingState;
  readonly requests: readonly {
    readonly outOrderNo: string;
    readonly kind: 'SHARE' | 'FREE';
    readonly by: 'RULE' | 'OPERATOR' | 'REFUND';
    readonly state: 'WAITING' | 'PROCESSING' | 'FINISHED' | 'REFUSED';
    readonly receivers: readonly (ShareReceiver & {
      readonly amountFen: number;
      readonly returnedFen: number;
      readonly result: 'PENDING' | 'SUCCESS' | 'CLOSED';
      readonly failReason?: string;
    })[];
    readonly failure?: { readonly code: string; readonly message: string };
  }[];
  readonly returns: readonly {
    readonly outReturnNo: string;
    readonly mchid: string;
    readonly amountFen: number;
    readonly state: 'WAITING' | 'PROCESSING' | 'SUCCESS' | 'FAILED';
    readonly outRefundNo?: string;
    readonly failReason?: string;
  }[];
  readonly subsidy?: {
    readonly amountFen: number;
    readonly state: 'WAITING' | 'SUCCESS' | 'FAILED';
    readonly returnedFen: number;
    readonly failure?: { readonly code: string; readonly message: string };
  };
  readonly afterSales?: {
    readonly outRefundNo: string;
    readonly amountFen: number;
    readonly state: 'WAITING' | 'PROCESSING' | 'SUCCESS' | 'FAILED';
    readonly failure?: { readonly code: string; readonly message: string };
  };
  readonly sharedFen: number;
  readonly returnedFen: number;
  /** When the next step is due. */
  readonly nextAtMs?: number;
  /** When WeChat Pay releases the rest automatically. */
  readonly frozenUntilMs: number;
  readonly failure?: { readonly code: string; readonly message: string };
}
