/**
 * What every function returns to the mini-program. A function never rejects for a reason that the user or developer can
 * act on, since `wx.cloud.callFunction` would drop the code. It resolves with `ok: false`.
 */
export type Result<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly error: ApiError };

export interface ApiError {
  readonly code: ErrorCode;
  /** For people, in Chinese: what happened, why, and what to do. Never holds secrets or personal data. */
  readonly message: string;
  /** The same in English. */
  readonly messageEn: string;
  /** The input fields at fault, when the input was at fault. */
  readonly fields?: readonly FieldError[];
  /** True when the same call may succeed later, unchanged. */
  readonly retryable?: boolean;
  /** WeChat Pay's own refusal, when there was one. */
  readonly wechatPay?: { readonly code: string; readonly requestId?: string };
}

export interface FieldError {
  /** Dotted path into the request, e.g. `items.0.quantity`. */
  readonly path: string;
  readonly message: string;
  readonly messageEn: string;
}

export type ErrorCode =
  // who is calling, and how
  | 'NO_IDENTITY'
  | 'SOURCE_NOT_ALLOWED'
  | 'NOT_ALLOWED'
  // the request
  | 'BAD_REQUEST'
  | 'AMOUNT_NOT_ACCEPTED'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'QUANTITY_INVALID'
  | 'TOKEN_REUSED'
  // the shop
  | 'PRODUCT_NOT_FOUND'
  | 'PRODUCT_OFF_SALE'
  | 'CART_MIXED'
  | 'SELLER_NOT_READY'
  | 'SELLER_FROZEN'
  // orders
  | 'ORDER_NOT_FOUND'
  | 'ORDER_PAID'
  | 'ORDER_CLOSED'
  | 'TOO_MANY_UNPAID'
  | 'ORDER_NOT_PAID'
  // refunds
  | 'REFUND_EXCEEDS'
  | 'REFUND_NOT_FOUND'
  | 'REFUND_STATE'
  // sellers' money
  | 'SELLER_NOT_FOUND'
  | 'BALANCE_TOO_LOW'
  | 'WITHDRAWAL_UNFINISHED'
  // transfers
  | 'TRANSFER_NOT_FOUND'
  | 'TRANSFER_LIMIT'
  | 'TRANSFER_STATE'
  | 'TRANSFER_SCENE'
  | 'TRANSFER_NOT_AUTHORIZED'
  // profit sharing
  | 'SHARING_NOT_FOUND'
  | 'SHARING_STATE'
  | 'SHARING_EXCEEDS'
  | 'SHARING_RULE_INVALID'
  | 'RECEIVER_NOT_ADDED'
  | 'SHARES_NOT_RETURNABLE'
  // shipping
  | 'SHIPMENT_INVALID'
  | 'SHIPMENT_NOT_FOUND'
  | 'SHIPMENT_STATE'
  // complaints
  | 'COMPLAINT_NOT_FOUND'
  | 'COMPLAINT_CHANGED'
  | 'COMPLAINT_STATE'
  // files and applications
  | 'FILE_NOT_YOURS'
  | 'FILE_NOT_FOUND'
  | 'FILE_EMPTY'
  | 'FILE_TOO_LARGE'
  | 'FILE_TYPE_NOT_ALLOWED'
  | 'APPLICATION_INVALID'
  | 'APPLICATION_NOT_FOUND'
  | 'APPLICATION_IN_PROGRESS'
  | 'APPLICATION_STATE'
  // outside
  | 'WECHATPAY_REFUSED'
  | 'OUTCOME_UNKNOWN'
  | 'BUSY'
  | 'CONFIG_INVALID'
  | 'INTERNAL';
