/** What direct and partner orders share, as documented: amounts in fen, times RFC 3339 with zone. */

/** 6 to 32 of `[A-Za-z0-9_\-|*]`, unique per merchant number. */
export type OutTradeNo = string;

export type TradeState = 'SUCCESS' | 'REFUND' | 'NOTPAY' | 'CLOSED' | 'REVOKED' | 'USERPAYING' | 'PAYERROR';
export type TradeType = 'JSAPI' | 'NATIVE' | 'APP' | 'MICROPAY' | 'MWEB' | 'FACEPAY';

export interface PrepayBase {
  /** 1 to 127 characters. */
  description: string;
  out_trade_no: OutTradeNo;
  /** RFC 3339, at least one minute ahead; part of the identity of the request. */
  time_expire?: string;
  /** Up to 128 characters, returned in queries and callbacks. */
  attach?: string;
  /** https, public, without a query string. */
  notify_url: string;
  goods_tag?: string;
  limit_pay?: ('no_balance' | 'no_credit' | 'no_debit' | 'balance_only')[];
  support_fapiao?: boolean;
  amount: { total: number; currency?: 'CNY' };
  detail?: {
    cost_price?: number;
    invoice_id?: string;
    goods_detail?: {
      merchant_goods_id: string;
      wechatpay_goods_id?: string;
      goods_name?: string;
      quantity: number;
      unit_price: number;
    }[];
  };
  scene_info?: {
    payer_client_ip: string;
    device_id?: string;
    store_info?: { id: string; name?: string; area_code?: string; address?: string };
  };
  settle_info?: { profit_sharing?: boolean };
}

export interface PrepayAnswer {
  /** Valid for two hours. */
  prepay_id: string;
}

/** What a query or a callback says about an order, whoever placed it. */
export interface TransactionBase {
  out_trade_no: OutTradeNo;
  /** Only once paid. */
  transaction_id?: string;
  trade_type?: TradeType;
  trade_state: TradeState;
  trade_state_desc: string;
  bank_type?: string;
  attach?: string;
  /** RFC 3339, only once paid. */
  success_time?: string;
  amount?: { total?: number; payer_total?: number; currency?: string; payer_currency?: string };
  scene_info?: { device_id?: string };
  promotion_detail?: PromotionDetail[];
}

export interface PromotionDetail {
  coupon_id: string;
  name?: string;
  scope?: 'GLOBAL' | 'SINGLE';
  type?: 'CASH' | 'NOCASH';
  amount: number;
  stock_id?: string;
  wechatpay_contribute?: number;
  merchant_contribute?: number;
  other_contribute?: number;
  currency?: string;
}
