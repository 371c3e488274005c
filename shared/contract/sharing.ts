/** Requests and answers of shareProfit, for operators. Amounts in fen, times epoch ms. */

type ReceiverType = 'MERCHANT_ID' | 'PERSONAL_OPENID' | 'PERSONAL_SUB_OPENID';

/** Who receives a share: a merchant by its mchid, or a person by openid. */
export interface ShareReceiver {
  readonly type: ReceiverType;
  readonly account: string;
}

/** What a receiver gets of each sale: parts of a thousand, or a fixed sum. */
export type SharePart = { readonly permille: number } | { readonly amountFen: number };

export type RuleReceiver = ShareReceiver & {
  readonly part: SharePart;
  /** Shown to the receiver, and in the bills; at most 80 characters. */
  readonly description: string;
};

/**
 * A standing rule: what is shared of each paid order of a seller, or of one product of it. A product's rule takes the
 * place of the seller's for the lines of that product. Without receivers it only frees the money.
 */
export interface SharingRule {
  /** `null`: the shop's own goods, sold by the direct merchant. */
  readonly sellerId: string | null;
  /** `null`: everything that no rule of a product is for. */
  readonly productId: string | null;
  /** Together at most 1000 ‰. A fixed sum is per order; in the rule of a product, per piece. */
  readonly receivers: readonly RuleReceiver[];
  /** What the days are counted from. */
  readonly after: 'PAYMENT' | 'SHIPPING' | 'RECEIPT';
  /** Days without a refund before it is shared. */
  readonly days: number;
  /** Days more until what is left is freed for the seller. */
  readonly freeAfterDays: number;
  /** What becomes of a share that a receiver cannot take, after some tries: kept for an operator, or freed. */
  readonly onFailure: 'HOLD' | 'FREE';
}

export type ShareProfitRequest =
  | { readonly action: 'rules'; readonly sellerId?: string | null }
  | ({ readonly action: 'setRule' } & SharingRule)
  | { readonly action: 'removeRule'; readonly sellerId: string | null; readonly productId: string | null }
  | ({
      readonly action: 'addReceiver';
      readonly sellerId: string | null;
      /** Required for a merchant: its full name. It travels encrypted and is not stored. */
      readonly name?: string;
      readonly relation: string;
      /** With the relation CUSTOM. */
      readonly customRelation?: string;
    } & ShareReceiver)
  | ({ readonly action: 'deleteReceiver'; readonly sellerId: string | null } & ShareReceiver)
  | { readonly action: 'receivers'; readonly sellerId: string | null }
  | { readonly action: 'limit'; readonly sellerId: string | null }
  /** By hand, beside any rule. The token is made once: a double tap is the same request. */
  | {
      readonly action: 'share';
      readonly outTradeNo: string;
      readonly requestToken: string;
      readonly receivers: readonly (ShareReceiver & {
        readonly amountFen: number;
        readonly description: string;
      })[];
    }
  /** Frees what is left for the seller; nothing can be shared of the order afterwards. */
  | { readonly action: 'free'; readonly outTradeNo: string }
  | {
      readonly action: 'return';
      readonly outTradeNo: string;
      readonly requestToken: string;
      readonly outOrderNo: string;
      /** The receiver that gives back. */
      readonly mchid: string;
      readonly amountFen: number;
    }
  /** E-commerce: the platform adds to the order before it is shared. One amount for an order, for good. */
  | { readonly action: 'subsidise'; readonly outTradeNo: string; readonly amountFen: number }
  /** E-commerce: of a refunded order, its part of the subsidy goes back to the platform. */
  | {
      readonly action: 'returnSubsidy';
      readonly outTradeNo: string;
      readonly outRefundNo: string;
      readonly amountFen: number;
    }
  /** E-commerce: no subsidy will come for this refunded order. */
  | { readonly action: 'cancelSubsidy'; readonly outTradeNo: string }
  | { readonly action: 'query'; readonly outTradeNo: string }
  /** What waits, is being shared, or failed: the longest waiting first. */
  | { readonly action: 'open' }
  /** Tries again at once what failed. */
  | { readonly action: 'retry'; readonly outTradeNo: string };

export interface ShareProfitAnswers {
  rules: { readonly rules: readonly SharingRule[] };
  setRule: { readonly rule: SharingRule };
  removeRule: { readonly removed: boolean };
  addReceiver: { readonly receiver: ShareReceiver };
  deleteReceiver: { readonly receiver: ShareReceiver };
  receivers: { readonly receivers: readonly (ShareReceiver & { readonly relation: string })[] };
  limit: { readonly maxPermille: number; readonly source: 'WECHATPAY' | 'DEFAULT' };
  share: { readonly sharing: SharingView };
  free: { readonly sharing: SharingView };
  return: { readonly sharing: SharingView };
  subsidise: { readonly sharing: SharingView };
  returnSubsidy: { readonly sharing: SharingView };
  cancelSubsidy: { readonly sharing: SharingView };
  query: { readonly sharing: SharingView; readonly unsplitFen: number };
  open: { readonly sharings: readonly SharingView[] };
  retry: { readonly sharing: SharingView };
}

/**
 * - WAITING: for its rule's time
 * - SHARING: requests are on their way
 * - SHARED: done; the rest is freed when its time has come
 * - FAILED: a person has to look
 * - FREED: ended; nothing is left to share
 */
export type SharingState = 'WAITING' | 'SHARING' | 'SHARED' | 'FAILED' | 'FREED';

export interface SharingView {
  readonly outTradeNo: string;
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
  readonly sharedFen: number;
  readonly returnedFen: number;
  /** When something is done next. */
  readonly nextAtMs?: number;
  /** When WeChat Pay frees what is left by itself. */
  readonly frozenUntilMs: number;
  readonly failure?: { readonly code: string; readonly message: string };
}
