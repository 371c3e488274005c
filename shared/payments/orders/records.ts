import type { OrderLine, OrderShipping, OrderState, SpecialShipping } from '../../contract/index.ts';
import type { AccountKind } from '../../core/account.ts';
import type { Document } from '../../core/ports.ts';
import type { PrepayRequest } from './prepay-request.ts';

export const ordersCollection = 'orders';
export const combinedPaymentsCollection = 'combined_payments';

/**
 * The request for a prepay_id as it goes to WeChat Pay. Stored before the first call: a retry after a lost answer, a
 * second tap and a renewal after two hours all send exactly these bytes.
 */
export interface StoredRequest extends PrepayRequest {
  /** Hash of the cart: the same token with another cart is refused. */
  readonly cartFingerprint: string;
  readonly prepayId: string | null;
  readonly prepaidAtMs: number | null;
  /** When WeChat Pay was last asked about this payment on behalf of its payer. */
  readonly queriedAtMs: number;
}

/** A refund that counts towards its order: completed or in progress. */
export interface ReservedRefund {
  readonly outRefundNo: string;
  readonly amountFen: number;
  /** When it may be sent: refunds of one order are at least a minute apart. */
  readonly sendAfterMs: number;
}

/** What one payee is owed for one cart. `_id` is the out_trade_no. */
export interface OrderRecord extends Document {
  /** Equal to `_id`, or the combine_out_trade_no of the combined payment it is part of. */
  readonly paymentNo: string;
  readonly combined: boolean;
  readonly account: AccountKind;
  readonly appid: string;
  readonly mchid: string;
  readonly subMchid: string | null;
  /** Of the payer. */
  readonly openid: string;
  readonly sellerId: string | null;
  readonly sellerName: string | null;
  readonly state: OrderState;
  /** Incremented with each change, for compare-and-set. */
  readonly version: number;
  readonly amountFen: number;
  readonly currency: 'CNY';
  readonly description: string;
  readonly items: readonly OrderLine[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly transactionId: string | null;
  readonly paidAtMs: number | null;
  /** When the timer asks WeChat Pay again; null once nothing is left to ask. */
  readonly checkAfterMs: number | null;
  readonly checks: number;
  /** When the payment was last known to be in effect at WeChat Pay. */
  readonly confirmedAtMs: number | null;
  /** When a callback reported a refund: information older than this is queried again. */
  readonly refundReportedAtMs: number | null;
  /** HELD: refunded before anything was delivered; a person decides. */
  readonly fulfilment: 'NONE' | 'PENDING' | 'DONE' | 'HELD';
  readonly fulfilAttempts: number;
  /** When fulfilment is tried next; null when it is not due. */
  readonly fulfilAfterMs: number | null;
  readonly fulfilledAtMs: number | null;
  /** Absent on an order without refunds. */
  readonly refunds?: readonly ReservedRefund[];
  /** Fen refunded when an operator released the rest for delivery: further refunds hold the order again. */
  readonly releasedAtRefundedFen?: number;
  /** What was reported to WeChat about the shipment, for the buyer; absent (like the four below) before shipping. */
  readonly shipping?: OrderShipping;
  /** When automatic shipping is due (virtual goods, pick-up); null once it was started. */
  readonly shipAfterMs?: number | null;
  /** When WeChat accepted that everything is shipped. */
  readonly shippedAtMs?: number | null;
  /** What was reported to WeChat about an order that is shipped late or not at all (特殊发货报备). */
  readonly specialShipping?: SpecialShipping;
  /** When it was learned that the buyer, or time, confirmed receipt. */
  readonly receivedAtMs?: number | null;
  /** When it was learned that WeChat settled the money that was frozen until receipt. */
  readonly settledAtMs?: number | null;
  /** Placed with settle_info.profit_sharing: its money is frozen until it is shared and unfrozen. */
  readonly profitSharing?: boolean;
  /** Creation time and `_id`: unique, and sorts by time. */
  readonly listKey: string;
  /** Absent (null) for a part of a combined payment, which has one request for all. */
  readonly request: StoredRequest | null;
}

/**
 * A payment of sellers' goods. `_id` is the combine_out_trade_no; or the out_trade_no when there is one order, which has
 * the request itself. Inserted before its orders, which can be recreated from it.
 */
export interface CombinedPaymentRecord extends Document {
  readonly account: AccountKind;
  readonly appid: string;
  readonly mchid: string;
  readonly openid: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly request: StoredRequest;
  /** The orders as first created. */
  readonly newOrders: readonly OrderRecord[];
}

/** One thing the payer pays, whether it has one order or several. */
export interface Payment {
  readonly paymentNo: string;
  readonly combined: boolean;
  readonly account: AccountKind;
  readonly openid: string;
  readonly expiresAtMs: number;
  readonly request: StoredRequest;
  readonly orders: readonly OrderRecord[];
}

/** @throws when the order was not placed for a seller */
export function subMchidOf({ _id, subMchid }: Pick<OrderRecord, '_id' | 'subMchid'>): string {
  if (subMchid === null) throw new Error(`The order ${_id} has no sub_mchid.`);
  return subMchid;
}
