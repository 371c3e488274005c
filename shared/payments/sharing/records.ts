import type { AfterSalesScene, ShareReceiver, SharingState } from '../../contract/index.ts';
import type { AccountKind } from '../../core/account.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import type { Failure } from '../failed-call.ts';
import type { Turns } from '../turn.ts';

export const sharingsCollection = 'sharings';

/** One receiver's part of a request. */
export interface Share extends ShareReceiver {
  readonly amountFen: number;
  readonly description: string;
  /** FINISHED requests may contain CLOSED receivers: each receiver's own result counts. */
  readonly result: 'PENDING' | 'SUCCESS' | 'CLOSED';
  readonly failReason: string | null;
}

/**
 * A request to share, or to unfreeze the rest.
 * - RESERVED: stored; counts against what may be shared; sent until there is an answer
 * - PROCESSING, FINISHED: WeChat Pay's status
 * - REFUSED: never happened; an instance that learns otherwise says so
 */
export interface ShareRequest {
  /** Derived from the order: a retry is the same request. */
  readonly outOrderNo: string;
  readonly kind: 'SHARE' | 'FREE';
  readonly by: 'RULE' | 'OPERATOR' | 'REFUND';
  readonly operatorOpenid: string | null;
  readonly state: 'RESERVED' | 'PROCESSING' | 'FINISHED' | 'REFUSED';
  readonly orderId: string | null;
  readonly receivers: readonly Share[];
  readonly createdAtMs: number;
  readonly failure: Failure | null;
  /** Of what it shares; absent from requests that share nothing, and from those of older versions. */
  readonly base?: ShareBase;
}

/** What was left of the payment when a share was decided. */
export interface ShareBase {
  readonly netFen: number;
  /** The refunds that are not part of it, and for which therefore nothing of the share is returned. */
  readonly outRefundNos: readonly string[];
}

/** A share that a merchant gives back. */
export interface ShareReturn {
  readonly outReturnNo: string;
  readonly outOrderNo: string;
  readonly mchid: string;
  readonly amountFen: number;
  /** The refund that it is for; null when made manually by an operator. */
  readonly outRefundNo: string | null;
  readonly state: 'RESERVED' | 'PROCESSING' | 'SUCCESS' | 'FAILED';
  readonly failReason: string | null;
  /** Not sent before. */
  readonly notBeforeMs: number;
  /** The refund was not made: what of this return later refunds have not used yet. Absent otherwise. */
  readonly creditFen?: number;
}

/**
 * What an e-commerce platform adds to the order. RESERVED: sent until there is an answer.
 */
export interface Subsidy {
  readonly outSubsidyNo: string;
  readonly amountFen: number;
  readonly state: 'RESERVED' | 'SUCCESS' | 'FAILED';
  readonly subsidyId: string | null;
  /** Not sent before. */
  readonly notBeforeMs: number;
  readonly failure: Failure | null;
  readonly returns: readonly SubsidyReturn[];
}

/** The part of it that is returned to the platform for a refund. */
export interface SubsidyReturn {
  readonly outReturnNo: string;
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly amountFen: number;
  readonly state: 'RESERVED' | 'SUCCESS' | 'FAILED';
  readonly notBeforeMs: number;
  readonly failure: Failure | null;
}

/**
 * What a sub-merchant pays the platform for handling a refund (售后服务分账), from its available balance; one per order.
 * - RESERVED: sent until WeChat Pay has it
 * - PROCESSING, SUCCESS, FAILED: WeChat Pay's result; FAILED also when it was refused
 */
export interface AfterSalesFee {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly amountFen: number;
  readonly scene: AfterSalesScene;
  readonly state: 'RESERVED' | 'PROCESSING' | 'SUCCESS' | 'FAILED';
  /** Not asked about before. */
  readonly notBeforeMs: number;
  readonly attempts: number;
  readonly failure: Failure | null;
}

/** What a rule gives a receiver of one order. */
export interface PlannedShare extends ShareReceiver {
  readonly amountFen: number;
  readonly description: string;
}

/** The result of the rules for an order when it was due. */
export interface SharingPlan {
  readonly shares: readonly PlannedShare[];
  /** What was left of the payment then. */
  readonly netFen: number;
  /** When the rest is freed. */
  readonly freeAtMs: number;
  readonly onFailure: 'HOLD' | 'FREE';
}

/** A refund that has read what was shared. */
export interface KnownRefund {
  readonly outRefundNo: string;
  /** 0 when the receivers keep their shares. */
  readonly returnsFromFen: number;
  /** What each receiver returns for it is decided. */
  readonly divided?: boolean;
  /** WeChat Pay refused or closed it. */
  readonly notMade?: boolean;
}

/** State of the money of one order that was placed for sharing. `_id` is the out_trade_no. */
export interface SharingRecord extends Versioned, Turns {
  readonly account: AccountKind;
  readonly appid: string;
  readonly mchid: string;
  readonly subMchid: string | null;
  readonly sellerId: string | null;
  readonly transactionId: string;
  readonly amountFen: number;
  readonly paidAtMs: number;
  readonly state: SharingState;
  /** Null until the rules were applied. */
  readonly plan: SharingPlan | null;
  readonly requests: readonly ShareRequest[];
  readonly returns: readonly ShareReturn[];
  /** Refunds that have read what was shared, so that later plans take them into account. */
  readonly refunds: readonly KnownRefund[];
  /** Absent without one. */
  readonly subsidy?: Subsidy;
  /** Absent without one. */
  readonly afterSales?: AfterSalesFee;
  /** When it is worked on next; null when nothing is left to do without a person. */
  readonly nextAtMs: number | null;
  /** Number of attempts since something last changed. */
  readonly attempts: number;
  readonly failure: Failure | null;
  readonly createdAtMs: number;
}

export type SharingChanges = Partial<
  Pick<
    SharingRecord,
    | 'state'
    | 'plan'
    | 'subsidy'
    | 'afterSales'
    | 'requests'
    | 'returns'
    | 'refunds'
    | 'nextAtMs'
    | 'heldUntilMs'
    | 'othersUntilMs'
    | 'attempts'
    | 'failure'
  >
>;

/** Compare and set on one order's sharing. @returns it as it is afterwards, and whether this call changed it */
export function changeSharing(
  documents: Documents,
  known: SharingRecord,
  change: (sharing: SharingRecord) => SharingChanges | undefined,
): Promise<{ doc: SharingRecord; changed: boolean }> {
  return changeVersioned(documents, sharingsCollection, known, change);
}

export function loadSharing(documents: Documents, outTradeNo: string): Promise<SharingRecord | undefined> {
  return documents.get<SharingRecord>(sharingsCollection, outTradeNo);
}

export function hasEnded({ state }: Pick<ShareRequest, 'state'>): boolean {
  return state === 'FINISHED' || state === 'REFUSED';
}

export function isPendingFee({ state }: Pick<AfterSalesFee, 'state'>): boolean {
  return state === 'RESERVED' || state === 'PROCESSING';
}

/** Fen that were shared, or may still be by existing requests. */
export function committedFen({ requests }: Pick<SharingRecord, 'requests'>): number {
  return sharesIn(requests)
    .filter(({ result }) => result !== 'CLOSED')
    .reduce((sum, { amountFen }) => sum + amountFen, 0);
}

/** Fen that receivers have received. */
export function sharedFen({ requests }: Pick<SharingRecord, 'requests'>): number {
  return sharesIn(requests)
    .filter(({ result }) => result === 'SUCCESS')
    .reduce((sum, { amountFen }) => sum + amountFen, 0);
}

/** Fen of a share that were returned or are about to be. Without `of`: of all shares. */
export function returnedFen(
  { returns }: Pick<SharingRecord, 'returns'>,
  of?: { readonly outOrderNo: string; readonly mchid: string },
): number {
  return returns
    .filter((each) => each.state !== 'FAILED')
    .filter((each) => !of || (each.outOrderNo === of.outOrderNo && each.mchid === of.mchid))
    .reduce((sum, { amountFen }) => sum + amountFen, 0);
}

function sharesIn(requests: readonly ShareRequest[]): Share[] {
  return requests.filter(({ state }) => state !== 'REFUSED').flatMap(({ receivers }) => receivers);
}
