export type ReceiverType = 'MERCHANT_ID' | 'PERSONAL_OPENID' | 'PERSONAL_SUB_OPENID';

/** 分账接收方 that was added. Plain JSON. */
export interface Receiver {
  readonly type: ReceiverType;
  readonly account: string;
  readonly relation: string;
  readonly customRelation?: string;
}

/** One receiver's part of a request. */
export interface Share {
  readonly detailId: string;
  readonly type: ReceiverType;
  readonly account: string;
  readonly amountFen: number;
  readonly description: string;
  result: 'PENDING' | 'SUCCESS' | 'CLOSED';
  failReason?: string;
  finishedAtMs?: number;
  returnedFen: number;
}

/** A request to share, or to free the rest of an order. Plain JSON. */
export interface ShareOrder {
  readonly orderId: string;
  /** Unique within the merchant number that asked. */
  readonly outOrderNo: string;
  readonly mchid: string;
  readonly subMchid?: string;
  readonly transactionId: string;
  readonly payeeMchid: string;
  readonly shares: Share[];
  /** What is left of the order is released afterwards. */
  readonly freesRest: boolean;
  /** Only releases the rest: unfreeze, or finish-order. */
  readonly isFinish: boolean;
  readonly description: string;
  readonly request: string;
  readonly createdAtMs: number;
  state: 'PROCESSING' | 'FINISHED';
  /** The amount released; set once it is FINISHED. */
  freedFen?: number;
  returns: number;
}

/** 分账回退. Plain JSON. */
export interface ShareReturn {
  readonly returnId: string;
  readonly outReturnNo: string;
  readonly mchid: string;
  readonly subMchid?: string;
  readonly orderId: string;
  readonly outOrderNo: string;
  readonly returnMchid: string;
  readonly amountFen: number;
  readonly description: string;
  readonly request: string;
  readonly createdAtMs: number;
  readonly result: 'SUCCESS' | 'FAILED';
  readonly failReason?: string;
}

/** What a merchant agreed with WeChat Pay; set by the control API. Plain JSON. */
export interface SharingSettings {
  /** In 1/10000: 3000 is 30 %. */
  readonly maxRatio: number;
  /** As a receiver: it agrees to return shares. E-commerce receivers need not agree. */
  readonly returnConsent: boolean;
  /** As a receiver: its shares fail with this reason. */
  readonly failReason?: string;
  /** As a receiver: where its shares are reported. */
  readonly notifyUrl?: string;
  /** As a receiver: its callbacks have the event types of the pages, PROFITSHARING.SUCCESS and PROFITSHARING.RETURN. */
  readonly namedEvents?: boolean;
}
