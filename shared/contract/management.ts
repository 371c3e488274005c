/** Requests and answers of manageShop, for operators. Amounts in fen, times epoch ms. */
import type { OrderView } from './orders.ts';
import type { RefundRequestView, RefundView } from './refunds.ts';
import type { SharingState } from './sharing.ts';
import type { ShipmentView } from './shipping.ts';

export type ManageShopRequest =
  /** Whether the caller is an operator: the only action open to everyone. */
  | { readonly action: 'access' }
  /** Newest first; all of them without a state. */
  | { readonly action: 'orders'; readonly state?: OrderGroup; readonly cursor?: string }
  /** By out_trade_no, transaction_id, out_refund_no, combine_out_trade_no or the payer's openid; exact match. */
  | { readonly action: 'search'; readonly text: string }
  | { readonly action: 'story'; readonly outTradeNo: string }
  /** Open ones; with `all`, resolved ones too. */
  | { readonly action: 'anomalies'; readonly all?: boolean }
  | { readonly action: 'resolveAnomaly'; readonly anomalyId: string; readonly note: string }
  /** The days whose bills were reconciled, newest first. */
  | { readonly action: 'days' }
  /** `yyyy-mm-dd` in Beijing. */
  | { readonly action: 'differences'; readonly date: string }
  | { readonly action: 'sellers' }
  | {
      readonly action: 'freezeSeller';
      readonly sellerId: string;
      readonly frozen: boolean;
      readonly note: string;
    };

export interface ManageShopAnswers {
  access: { readonly operator: boolean };
  orders: { readonly orders: readonly ManagedOrder[]; readonly nextCursor?: string };
  search: { readonly orders: readonly ManagedOrder[] };
  story: { readonly story: OrderStory };
  anomalies: { readonly anomalies: readonly AnomalyView[] };
  resolveAnomaly: { readonly anomalies: readonly AnomalyView[] };
  days: { readonly days: readonly BillDayView[] };
  differences: { readonly differences: readonly BillDifferenceView[] };
  sellers: { readonly sellers: readonly ManagedSeller[] };
  freezeSeller: { readonly sellers: readonly ManagedSeller[] };
}

export type OrderGroup = 'paid' | 'unpaid' | 'refunded' | 'closed';

/** An order with what only operators see. */
export interface ManagedOrder extends OrderView {
  /** Of the payer. */
  readonly openid: string;
  readonly mchid: string;
  readonly subMchid?: string;
  readonly transactionId?: string;
}

export interface OrderStory {
  readonly order: ManagedOrder;
  /** The order's balance according to the ledger. */
  readonly heldFen: number;
  readonly refundableFen: number;
  /** Everything recorded about the order, oldest first. */
  readonly events: readonly StoryEvent[];
  /** The newest first. */
  readonly refunds: readonly RefundView[];
  readonly refundRequest?: RefundRequestView;
  /** Of an order whose money is shared. */
  readonly sharing?: SharingState;
  /** A platform may advance refunds of this order: it is one of 电商收付通. */
  readonly platformCanAdvance: boolean;
  readonly shipment?: ShipmentView;
  readonly anomalies: readonly AnomalyView[];
}

export interface StoryEvent {
  readonly atMs: number;
  /**
   * PLACED, DELIVERED, SHIPPED, RECEIVED, SETTLED of the order; CALLBACK of WeChat Pay; REFUND_ASKED by the buyer or made
   * by an operator; MOVEMENT of money, by the ledger; ANOMALY
   */
  readonly kind:
    | 'PLACED'
    | 'DELIVERED'
    | 'SHIPPED'
    | 'RECEIVED'
    | 'SETTLED'
    | 'CALLBACK'
    | 'REFUND_ASKED'
    | 'MOVEMENT'
    | 'ANOMALY';
  /** Kind of the movement, type of the callback, kind of the anomaly. */
  readonly detail?: string;
  readonly amountFen?: number;
  readonly reference?: string;
}

export interface AnomalyView {
  readonly anomalyId: string;
  readonly kind: string;
  readonly outTradeNo: string;
  readonly seenAtMs: number;
  /** The expected and the actual value, where they differ. */
  readonly differences: readonly {
    readonly field: string;
    readonly expected: string;
    readonly received: string;
  }[];
  readonly meaning: TextPair;
  readonly remedy: TextPair;
  readonly resolvedAtMs?: number;
  readonly note?: string;
}

export interface TextPair {
  readonly zh: string;
  readonly en: string;
}

export interface BillDayView {
  readonly date: string;
  readonly mchid: string;
  /**
   * WeChat Pay's bill is not ready, is being compared, is empty, was compared, is unusable, or is not available to this
   * merchant.
   */
  readonly state: 'WAITING' | 'RUNNING' | 'EMPTY' | 'DONE' | 'FAILED' | 'NOT_ALLOWED';
  readonly differences: number;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly checkedAtMs: number;
}

export interface BillDifferenceView {
  readonly differenceId: string;
  readonly mchid: string;
  readonly kind: string;
  readonly state: 'OPEN' | 'REPAIRED' | 'SETTLED';
  /** Absent for a whole bill. */
  readonly movement?: string;
  readonly reference: string;
  readonly outTradeNo?: string;
  readonly billedFen?: number;
  readonly recordedFen?: number;
  readonly remedy: TextPair;
}

export interface ManagedSeller {
  readonly sellerId: string;
  readonly name: string;
  /** WeChat Pay's own state. */
  readonly state: 'ACTIVE' | 'FROZEN';
  readonly subMchid: string;
  /** When an operator froze it; absent when not frozen by an operator. */
  readonly frozenByOperatorAtMs?: number;
  readonly freezeNote?: string;
}
