import type { AccountKind } from '../../core/account.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import type { Failure } from '../failed-call.ts';
import type { Turns } from '../turn.ts';

export const refundsCollection = 'refunds';

/**
 * - REQUESTED: stored; its sum is not reserved on the order yet
 * - RESERVED: counted on the order; waits for its minute, for funds, or for an answer of WeChat Pay
 * - PROCESSING, ABNORMAL, SUCCESS, CLOSED: WeChat Pay's refund status
 * - REFUSED: never happened, as far as was known, and what was reserved is released; that WeChat Pay has it counts more
 */
type RefundState = 'REQUESTED' | 'RESERVED' | 'PROCESSING' | 'ABNORMAL' | 'SUCCESS' | 'CLOSED' | 'REFUSED';

/** One refund from the request to its end. `_id` is the out_refund_no. */
export interface RefundRecord extends Versioned, Turns {
  readonly outTradeNo: string;
  readonly account: AccountKind;
  readonly appid: string;
  readonly mchid: string;
  readonly subMchid: string | null;
  readonly amountFen: number;
  /** The order's total paid amount. */
  readonly totalFen: number;
  readonly state: RefundState;
  readonly requestedBy: 'operator' | 'buyer' | 'merchant-platform';
  readonly operatorOpenid: string | null;
  readonly reason: string | null;
  /** E-commerce: the platform pays when the sub-merchant cannot, and claims it back. */
  readonly platformAdvance: boolean;
  /** Receivers of a shared order keep their shares, and the seller pays. Absent: they return their part. */
  readonly keepShares?: boolean;
  /** All returnable shares of the order have been returned; only the refund is left to do. */
  readonly sharesReturned?: boolean;
  /** The parameters as they were first sent: every retry sends the same. Absent for one made in the merchant platform. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  /** The earliest moment to send it: WeChat Pay takes one refund per order and minute. */
  readonly sendAfterMs: number;
  readonly attempts: number;
  /** When it is worked on next; null when nothing is left to do without a person. */
  readonly nextAtMs: number | null;
  readonly refundId: string | null;
  /** When WeChat Pay accepted it, by its own clock; the bill of that day lists it. Null while unknown. */
  readonly acceptedAtMs: number | null;
  /** Where the money went, as WeChat Pay masks it: 招商银行信用卡0403, 支付用户零钱. */
  readonly receivedAccount: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  /** WeChat Pay's last refusal, or our own; shown to operators. */
  readonly failure: Failure | null;
  /** When the fulfilment function is next notified that delivered goods were refunded; null when not due. */
  readonly notifyAfterMs: number | null;
}

export type RefundChanges = Partial<Omit<RefundRecord, '_id' | 'version' | 'outTradeNo' | 'amountFen'>>;

/** Compare and set on one refund. @returns the refund as it is afterwards, and whether this call changed it */
export function changeRefund(
  documents: Documents,
  known: RefundRecord,
  change: (refund: RefundRecord) => RefundChanges | undefined,
): Promise<{ doc: RefundRecord; changed: boolean }> {
  return changeVersioned(documents, refundsCollection, known, change);
}

/** Ended, or waiting for a person. */
export function isSettled({ state }: Pick<RefundRecord, 'state'>): boolean {
  return state === 'SUCCESS' || state === 'CLOSED' || state === 'REFUSED';
}
