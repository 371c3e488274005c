/** The official trade_state values. USERPAYING and REVOKED occur only with payment codes. */
export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED' | 'PAYERROR' | 'USERPAYING' | 'REVOKED';

/** The official trade_type values: MWEB is H5, MICROPAY a payment code. */
export type TradeType = 'JSAPI' | 'NATIVE' | 'APP' | 'MWEB' | 'MICROPAY';

/** One order: the whole of a plain payment, or one sub-order of a combined one. Plain JSON. */
export interface Order {
  readonly outTradeNo: string;
  /** Who receives: mchid of a direct order, else the sub-merchant. */
  readonly payeeMchid: string;
  /** The merchant number that placed it: mchid, sp_mchid, or `mchid` of the sub-order. */
  readonly mchid: string;
  readonly subMchid?: string;
  readonly subAppid?: string;
  readonly description: string;
  readonly attach?: string;
  readonly amountFen: number;
  readonly profitSharing: boolean;
  state: TradeState;
  transactionId?: string;
  bankType?: string;
  /** Since it was paid. */
  money?: OrderMoney;
}

/** Where the money of a paid order is; all of it in fen. */
export interface OrderMoney {
  readonly feeFen: number;
  /** Still frozen, for profit sharing or until receipt; 0 for other orders, and once nothing holds it. */
  frozenFen: number;
  /** Asked to be shared, and not yet paid to the receivers. */
  sharingFen: number;
  /** Total paid to receivers, including what they returned. */
  sharedFen: number;
  /** Nothing can be shared any more: the rest was released. */
  sharingFinished: boolean;
  /** Frozen until receipt was confirmed and settled (发货信息管理). */
  awaitsReceipt?: boolean;
  /** Refunds that were accepted and not closed. */
  refundedFen: number;
  /** The part of the fee that went back with refunds. */
  feeRefundedFen: number;
  /** Refunds that were ever accepted. */
  refunds: number;
  lastRefundAtMs?: number;
}

/** One or more orders paid together. A plain payment contains one order with the same number. Plain JSON. */
export interface Payment {
  /** out_trade_no, or combine_out_trade_no. */
  readonly paymentNo: string;
  readonly kind: 'direct' | 'partner' | 'combine';
  /** The merchant number that asked, whose key signs paySign and whose APIv3 key encrypts callbacks. */
  readonly mchid: string;
  /** appid, sp_appid or combine_appid. */
  readonly appid: string;
  /** The appid that paySign must use: the one the openid belongs to. */
  readonly payAppid: string;
  /** Absent in states of older versions: JSAPI. */
  readonly tradeType?: TradeType;
  /**
   * Exactly one of them for a partner order; `openid` for the others. Empty until paid where the order names no payer
   * (scanned, opened or shown codes).
   */
  payer: { readonly openid?: string; readonly spOpenid?: string; readonly subOpenid?: string };
  /** Empty where there is none: payment codes. */
  readonly notifyUrl: string;
  readonly orders: Order[];
  readonly deviceId?: string;
  /** The request in canonical form: asking again with anything else is refused. */
  readonly request: string;
  readonly createdAtMs: number;
  /** Cannot be paid after this time: time_expire, or 7 days. */
  readonly expiresAtMs: number;
  /** When WeChat Pay closes the payment if it is unpaid. */
  readonly closesAtMs: number;
  prepayId: string;
  prepayAtMs: number;
  combineTransactionId?: string;
  paidAtMs?: number;
  /** Number of failed attempts to pay. */
  failures: number;
}

/**
 * Of a payment: the state of all its orders, which only change together until they are paid. Then each may be refunded
 * separately, and the payment is REFUND once all of them are.
 */
export function stateOf(payment: Payment): TradeState {
  const open = payment.orders.find((order) => order.state !== 'REFUND');
  return (open ?? payment.orders[0]!).state;
}

export function tradeTypeOf({ tradeType }: Payment): TradeType {
  return tradeType ?? 'JSAPI';
}

export function isUnpaid(payment: Payment): boolean {
  const state = stateOf(payment);
  return state === 'NOTPAY' || state === 'PAYERROR' || state === 'USERPAYING';
}

/** The openid that pays. */
export function payerOf({ payer }: Payment): string {
  return payer.openid ?? payer.spOpenid ?? payer.subOpenid ?? '';
}

const prepayValidMs = 2 * 3_600_000;
/** h5_url的有效期为5分钟: doc/v3/merchant/4012791834. */
const h5ValidMs = 5 * 60_000;

/** How long a prepay_id, or a URL made from it, opens the cashier. */
export function prepayValidMsOf(payment: Payment): number {
  return tradeTypeOf(payment) === 'MWEB' ? h5ValidMs : prepayValidMs;
}
