/** What differs between the families of profit sharing APIs, and what does not. */
import type { ShareReceiver } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import type { ShareRequest, ShareReturn, SharingRecord } from './records.ts';

/** What WeChat Pay says about a request to share or unfreeze. */
export interface ShareStatus {
  readonly state: 'PROCESSING' | 'FINISHED';
  readonly orderId: string;
  readonly receivers: readonly {
    readonly account: string;
    readonly amountFen: number;
    readonly result: 'PENDING' | 'SUCCESS' | 'CLOSED';
    readonly failReason: string | null;
    readonly finishedAtMs: number | undefined;
  }[];
}

export interface ReturnStatus {
  readonly amountFen: number;
  readonly result: 'PROCESSING' | 'SUCCESS' | 'FAILED';
  readonly failReason: string | null;
  readonly finishedAtMs: number | undefined;
}

export interface NewReceiver extends ShareReceiver {
  readonly name?: string;
  readonly relation: string;
  readonly customRelation?: string;
}

/** Each call may throw a WechatpayError; the same number with the same parameters is the same request. */
export interface SharingFamily {
  /**
   * Requests to share that one run sends for one merchant that was paid (单个交易收款商户): five sixths of the published
   * limit. Runs that overlap may exceed it together; what is then refused goes out again a minute later.
   */
  readonly sharesPerSecond: number;
  /** Time from the payment until it may be shared. */
  readonly minAgeMs: number;
  /** Time from the payment until WeChat Pay unfreezes the rest automatically. */
  readonly frozenForMs: number;
  readonly receiverTypes: readonly ShareReceiver['type'][];
  readonly relations: readonly string[];
  share(account: Account, sharing: SharingRecord, request: ShareRequest): Promise<ShareStatus>;
  free(account: Account, sharing: SharingRecord, request: ShareRequest): Promise<ShareStatus>;
  query(account: Account, sharing: SharingRecord, request: ShareRequest): Promise<ShareStatus>;
  returnShare(account: Account, sharing: SharingRecord, made: ShareReturn): Promise<ReturnStatus>;
  queryReturn(account: Account, sharing: SharingRecord, made: ShareReturn): Promise<ReturnStatus>;
  /** Fen of the order that are neither shared nor unfrozen. */
  unsplitFen(account: Account, transactionId: string): Promise<number>;
  /** Parts of 10,000 that this merchant may share; undefined where WeChat Pay has no API for it. */
  maxRatio(account: Account, subMchid: string | null): Promise<number | undefined>;
  addReceiver(account: Account, subMchid: string | null, receiver: NewReceiver): Promise<void>;
  deleteReceiver(account: Account, subMchid: string | null, receiver: ShareReceiver): Promise<void>;
}

/** Maximum number of requests per order, and of receivers per request. */
export const maxRequests = 50;
export const maxReceivers = 50;
/** https://pay.weixin.qq.com/docs/partner/apis/profit-sharing/return-orders/create-return-order.html */
export const returnableForMs = 180 * 24 * 3600_000;
/** 30 %, unless WeChat Pay agreed to another maximum. */
export const defaultMaxRatio = 3000;
