/**
 * What the money logic needs from the world. Each port says the errors it can give; everything else that
 * an adapter throws is a fault and travels up. Nothing in shared/{core,shop,merchants,payments} reads the clock, the environment
 * or the network by itself: it comes from here.
 */
import type { PaymentParams } from '../contract/index.ts';

/** The WeChat Pay account an order runs on: own merchant number, 普通服务商, or 电商收付通. */
export type AccountKind = 'direct' | 'partner' | 'ecommerce';

export interface Clock {
  /** Epoch ms. */
  nowMs(): number;
}

/** Whether a bounded run may begin one more piece of work. Measured on a clock that nobody sets, unlike {@link Clock}. */
export type HasTime = () => boolean;

/**
 * Documents with a natural key as `_id`. One implementation, over the real SDK; locally the SDK talks to the emulator,
 * and tests of the money logic use a twin in memory that passes the same conformance test. All conditions in `where` are
 * equality, or one of the operators below.
 */
export interface Documents {
  /**
   * Inserts the document unless its `_id` is taken. @returns undefined when it was inserted, else the document that is
   * there.
   */
  insertIfAbsent<T extends Document>(collection: string, doc: T): Promise<T | undefined>;
  get<T extends Document>(collection: string, id: string): Promise<T | undefined>;
  /**
   * Compare and set: merges `set` into the document when it exists and every condition in `where` holds.
   * A value of `undefined` in `set` is an error; `null` clears a field. Nested objects are replaced whole.
   * @returns whether it was changed.
   */
  update(collection: string, id: string, where: Conditions, set: Record<string, unknown>): Promise<boolean>;
  find<T extends Document>(collection: string, query: DocumentQuery): Promise<T[]>;
  remove(collection: string, id: string): Promise<boolean>;
}

export interface Document {
  _id: string;
}

export type Condition = string | number | boolean | null | { in: readonly (string | number)[] } | Range;
interface Range {
  gt?: number | string;
  gte?: number | string;
  lt?: number | string;
  lte?: number | string;
}
export type Conditions = Record<string, Condition>;

export interface DocumentQuery {
  where: Conditions;
  orderBy?: { field: string; direction: 'asc' | 'desc' };
  /** 1 to 1000. */
  limit: number;
}

/** Calls the merchant's own function, by name, from server to server. */
export interface FunctionCaller {
  /** @throws an error whose `code` is `UNAVAILABLE` when there was no answer in time: it may have run. */
  call(name: string, data: Record<string, unknown>): Promise<unknown>;
}

export interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** The accounts whose keys this function holds. */
export interface Gateways {
  find(account: AccountKind): PaymentGateway | undefined;
}

/** What a function asks of the one that holds the service provider's key. Each may throw a CommerceError. */
export interface ProviderDesk {
  /** Asks WeChat Pay about a payment and records what it says. */
  refresh(paymentNo: string): Promise<void>;
  /** Closes a payment there and here. */
  close(paymentNo: string): Promise<void>;
  /** Checks the provider's unpaid payments that are due, and its platform certificates. */
  reconcile(): Promise<void>;
}

/** WeChat Pay, as the orders see it. One per configured account. */
export interface PaymentGateway {
  readonly account: AccountKind;
  readonly appid: string;
  /** mchid, or sp_mchid for a service provider. */
  readonly mchid: string;
  /** The mini-program belongs to the sub-merchants' appid: then payers are named by sub_openid. */
  readonly subAppid?: string;
  /**
   * Asks for a prepay_id with exactly the stored body, so that a retry after a lost answer is the same request.
   * @throws GatewayError
   */
  prepay(path: string, body: string): Promise<{ prepayId: string }>;
  /** @returns undefined when WeChat Pay knows no such order. @throws GatewayError */
  query(order: OrderReference): Promise<Transaction | undefined>;
  /** @throws GatewayError, with code ORDER_PAID when it can no longer be closed. */
  close(order: OrderReference): Promise<void>;
  paymentParams(prepayId: string): PaymentParams;
  /** 合单支付: asks for a whole combined payment. @returns undefined when unknown there. @throws GatewayError */
  queryCombined(combineOutTradeNo: string): Promise<CombinedTransaction | undefined>;
  /** 合单关单: the orders must be exactly those of the payment. @throws GatewayError */
  closeCombined(combineOutTradeNo: string, orders: readonly OrderReference[]): Promise<void>;
}

export interface OrderReference {
  outTradeNo: string;
  subMchid?: string;
}

/** A combined payment as a query or a callback tells it; each of its orders has a state of its own. */
export interface CombinedTransaction {
  combineOutTradeNo: string;
  appid: string;
  mchid: string;
  /** `appid` is combine_appid and `mchid` the sub-order's own mchid. */
  orders: Transaction[];
}

/** A transaction as a query or a callback tells it, in our terms. Amounts in fen, times epoch ms. */
export interface Transaction {
  appid: string;
  mchid: string;
  subMchid?: string;
  outTradeNo: string;
  transactionId?: string;
  tradeState: 'SUCCESS' | 'REFUND' | 'NOTPAY' | 'CLOSED' | 'REVOKED' | 'USERPAYING' | 'PAYERROR';
  amountFen?: number;
  currency?: string;
  payerOpenid?: string;
  successAtMs?: number;
}

/**
 * How a call to WeChat Pay failed, whichever API it was:
 * `refused`: WeChat Pay said no, with its code; the order of things here is as before.
 * `unknown`: no trustworthy answer; it may have taken effect. Ask again with the same parameters.
 * `fault`: our own request or configuration is wrong.
 */
export interface GatewayError extends Error {
  readonly kind: 'refused' | 'unknown' | 'fault';
  /** WeChat Pay's code for `refused` (ORDERPAID, ORDER_CLOSED, …), else ours. */
  readonly code: string;
  readonly requestId?: string;
}
