/** The content of a verified and decrypted callback. Types only. */
import type { RouteResponse } from '../http/client-types.ts';

/** An order of a direct merchant, as in a query or callback. */
export type DirectTransaction = RouteResponse<'GET /v3/pay/transactions/out-trade-no/{out_trade_no}'>;
/** The same of an order that a service provider placed for a sub-merchant. */
export type PartnerTransaction =
  RouteResponse<'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}'>;
/** The same of a combined payment; each of its orders has a state of its own. */
export type CombineTransaction =
  RouteResponse<'GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}'>;

interface NotificationBase {
  /** Natural key of the notification: the same on every repeat. */
  readonly id: string;
  /** RFC 3339. */
  readonly createTime: string;
  readonly eventType: string;
  readonly summary?: string;
}

/** A refund that ended. Minimal: which refund of which order, and its outcome. */
export interface RefundNotificationResource {
  mchid?: string;
  sp_mchid?: string;
  sub_mchid?: string;
  out_trade_no: string;
  transaction_id: string;
  out_refund_no: string;
  refund_id: string;
  refund_status: 'SUCCESS' | 'CLOSED' | 'ABNORMAL';
  success_time?: string;
  user_received_account?: string;
  /** Fen. */
  amount: { total: number; refund: number; payer_total: number; payer_refund: number };
}

/** A withdrawal whose state changed. Minimal: which one, and its state. */
export interface WithdrawalNotificationResource {
  out_request_no: string;
  withdraw_id: string;
  /** Absent for a withdrawal of the provider's own money. */
  sub_mchid?: string;
  status: string;
  /** Fen. */
  amount: number;
  update_time?: string;
  reason?: string;
  account_bank?: string;
  /** The last four digits. */
  account_number?: string;
}

/**
 * A person agreed to receive transfers without confirming them, or that was ended.
 * https://pay.weixin.qq.com/doc/v3/merchant/4014512908 (免确认收款授权结果通知)
 */
export interface AuthorizationNotificationResource {
  mchid?: string;
  appid: string;
  out_authorization_no: string;
  authorization_id?: string;
  openid: string;
  /** TAKING_EFFECT or CLOSED. */
  state: string;
  authorize_time?: string;
  transfer_scene_id?: string;
  close_info?: { close_time: string; close_reason: string };
}

/**
 * A transfer to a person that ended: SUCCESS, FAIL or CANCELLED.
 * https://pay.weixin.qq.com/docs/merchant/apis/batch-transfer-to-balance/callback-notice.html (商家转账回调通知)
 */
export interface TransferNotificationResource {
  mch_id: string;
  out_bill_no: string;
  transfer_bill_no: string;
  state: string;
  /** Fen. */
  transfer_amount: number;
  openid?: string;
  fail_reason?: string;
  create_time?: string;
  update_time?: string;
}

/** What happened to a complaint; query it for the details: https://pay.weixin.qq.com/doc/v3/partner/4012691648. */
export interface ComplaintNotificationResource {
  complaint_id: string;
  action_type: string;
}

/** A sub-merchant was punished, its orders were intercepted, or its appeal was decided. */
export interface ViolationNotificationResource {
  sub_mchid: string;
  record_id: string;
  company_name?: string;
  /** For people, as are the descriptions. */
  punish_plan?: string;
  punish_time?: string;
  punish_description?: string;
  risk_type?: string;
  risk_description?: string;
}

/**
 * A share that a merchant received, or returned: 分账动账通知, which goes to receivers only. The sharing merchant has `mchid`, a
 * provider `sp_mchid` and `sub_mchid`. Whether it is a share or a return only the numbers say: the pages name
 * PROFITSHARING.SUCCESS and PROFITSHARING.RETURN as event_type, what arrives is TRANSACTION.SUCCESS for both.
 * https://pay.weixin.qq.com/doc/v2/partner/4011985282
 * https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter8_1_10.shtml
 * https://developers.weixin.qq.com/community/pay/doc/00060a28a98598a786dc36c5b51000
 */
export interface SharingNotificationResource {
  mchid?: string;
  sp_mchid?: string;
  sub_mchid?: string;
  transaction_id: string;
  /** WeChat Pay's number of the share or return. */
  order_id: string;
  /** The sharing merchant's number of the share or return. */
  out_order_no: string;
  /** `amount` in fen. */
  receiver: { type: string; account: string; amount: number; description: string };
  success_time?: string;
}

/** `kind` says who placed the order, determined by the fields present. */
export type WechatpayNotification = NotificationBase &
  (
    | { readonly kind: 'direct-payment'; readonly resource: DirectTransaction }
    | { readonly kind: 'partner-payment'; readonly resource: PartnerTransaction }
    | { readonly kind: 'combined-payment'; readonly resource: CombineTransaction }
    | { readonly kind: 'refund'; readonly resource: RefundNotificationResource }
    | { readonly kind: 'complaint'; readonly resource: ComplaintNotificationResource }
    | { readonly kind: 'violation'; readonly resource: ViolationNotificationResource }
    | { readonly kind: 'withdrawal'; readonly resource: WithdrawalNotificationResource }
    | { readonly kind: 'sharing'; readonly resource: SharingNotificationResource }
    | { readonly kind: 'transfer'; readonly resource: TransferNotificationResource }
    | { readonly kind: 'transfer-authorization'; readonly resource: AuthorizationNotificationResource }
    /** Signed by WeChat Pay and decrypted, but the event type is not handled here. Acknowledge it. */
    | { readonly kind: 'other'; readonly resource: unknown }
  );
