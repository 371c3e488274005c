/** The control API as a test uses it, and what it answers. Times in epoch ms on the sandbox's clock. */
import type { Duration } from './duration.ts';

/** One order, or one sub-order of a combined payment. */
export interface SandboxOrderItem {
  readonly outTradeNo: string;
  readonly mchid: string;
  readonly subMchid?: string;
  readonly description: string;
  readonly attach?: string;
  readonly amountFen: number;
  readonly state: string;
  readonly transactionId?: string;
}

export interface SandboxOrder {
  /** out_trade_no, or combine_out_trade_no. */
  readonly outTradeNo: string;
  readonly kind: 'direct' | 'partner' | 'combine';
  readonly mchid: string;
  readonly appid: string;
  /** NOTPAY, SUCCESS, REFUND, CLOSED, … */
  readonly state: string;
  readonly totalFen: number;
  readonly prepayId: string;
  readonly createdAtMs: number;
  readonly paidAtMs?: number;
  readonly orders: readonly SandboxOrderItem[];
  readonly [further: string]: unknown;
}

export interface DeliveryAttempt {
  readonly atMs: number;
  readonly kind: 'scheduled' | 'duplicate' | 'probe' | 'replay';
  /** HTTP status of the receiver; absent when there was no answer. */
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
  /** Acknowledged: 2xx within 5 seconds. */
  readonly ok: boolean;
}

export interface SandboxNotification {
  readonly id: string;
  /** e.g. `TRANSACTION.SUCCESS` */
  readonly eventType: string;
  readonly outTradeNo: string;
  readonly mchid: string;
  readonly url: string;
  /** What is encrypted in it. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** The body that is sent. */
  readonly body: string;
  readonly state: 'pending' | 'held' | 'delivered' | 'exhausted' | 'undeliverable';
  readonly reason?: string;
  readonly nextAtMs?: number;
  readonly attempts: readonly DeliveryAttempt[];
}

/** One request to the sandbox and its answer. */
export interface SandboxExchange {
  readonly id: number;
  readonly atMs: number;
  readonly api?: string;
  readonly mchid?: string;
  readonly outTradeNo?: string;
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly verdict: 'passed' | 'refused' | 'fault';
  readonly code?: string;
  /** Why it was refused, in a sentence. */
  readonly explanation?: string;
  /** The same in Chinese: there whenever the English is. */
  readonly explanationZh?: string;
  readonly [further: string]: unknown;
}

/** An injected fault; docs/fidelity.md lists the kinds. */
export interface SandboxFault {
  /** An API's name or path, `POST /v3/…`, a path that ends in `*`, `*`, or `notify` for callbacks. */
  readonly route: string;
  readonly kind: string;
  readonly times?: number;
  readonly probability?: number;
  readonly afterEffect?: boolean;
  readonly latencyMs?: number;
  readonly status?: number;
}

export type ControlCall = <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<T>;

export interface NextOptions {
  /** Only callbacks about this order; others stay in the queue. */
  readonly outTradeNo?: string;
  /** Only this event, e.g. `REFUND.SUCCESS`. */
  readonly eventType?: string;
  /** How long to wait, in ms of the machine's clock; default 5 000. */
  readonly timeoutMs?: number;
}

export interface OrderControls {
  list(): Promise<readonly SandboxOrder[]>;
  get(outTradeNo: string): Promise<SandboxOrder>;
  /** The payer pays; the callback goes out. @throws ControlError when the order cannot be paid. */
  pay(outTradeNo: string, payer?: { openid?: string }): Promise<SandboxOrder>;
  /** The payer tries, and the bank refuses. */
  fail(outTradeNo: string): Promise<SandboxOrder>;
  /** The payer looks at the cashier and leaves. */
  cancel(outTradeNo: string): Promise<SandboxOrder>;
}

export interface NotificationControls {
  list(outTradeNo?: string): Promise<readonly SandboxNotification[]>;
  get(id: string): Promise<SandboxNotification>;
  /**
   * The next callback that was not returned before, once its first attempt has ended.
   * @throws Error when none came within `timeoutMs` (5 000).
   */
  next(options?: NextOptions): Promise<SandboxNotification>;
  /** Sends it again: genuine, or tampered with (`body`, `signature`, `amount`, …). */
  replay(id: string, options?: { tamper?: string; times?: number }): Promise<readonly DeliveryAttempt[]>;
  /** Delivers nothing new until {@link release}. */
  hold(): Promise<void>;
  /** Delivers what was held, and waits for the answers. */
  release(order?: 'in-order' | 'reversed'): Promise<void>;
  /** Extra deliveries after an acknowledged one; SIGNTEST probes before the first. */
  settings(settings: { duplicates?: number; probe?: boolean }): Promise<void>;
}

export interface ClockControls {
  now(): Date;
  /** Moves the clock forward, and runs what falls due on the way: `advance('15s')`, `advance(90_000)`. */
  advance(duration: Duration): Promise<Date>;
  /** Moves the clock forward to a moment. */
  set(moment: Date | number | string): Promise<Date>;
}

export interface FaultControls {
  list(): Promise<readonly (SandboxFault & { readonly struck: number })[]>;
  /** Replaces all faults. */
  set(...faults: SandboxFault[]): Promise<void>;
  clear(): Promise<void>;
}

export interface SandboxControls {
  readonly orders: OrderControls;
  readonly refunds: {
    /** Ends a refund now; otherwise it ends by itself after two minutes of the sandbox's clock. */
    settle(outRefundNo: string, result?: 'SUCCESS' | 'CLOSED' | 'ABNORMAL'): Promise<void>;
  };
  readonly notifications: NotificationControls;
  readonly clock: ClockControls;
  readonly faults: FaultControls;
  readonly exchanges: {
    /** Newest first. */
    list(limit?: number): Promise<readonly SandboxExchange[]>;
    last(): Promise<SandboxExchange | undefined>;
  };
  readonly keys: {
    /** The mode of the platform's keys, and the steps of a rotation. */
    change(change: {
      mode?: 'certificate' | 'public-key' | 'switching';
      rotate?: true | 'announce' | 'switch';
    }): Promise<void>;
  };
  /** The balance of every account; `balanced` is true unless the sandbox has a bug. */
  ledger(): Promise<{ readonly balanced: boolean; readonly accounts: Readonly<Record<string, number>> }>;
  /** Starts over: no orders, no faults, the clock at the present; keys stay. */
  reset(): Promise<void>;
  /** Any other control call, path from `/_sandbox/` on: `control('POST', 'merchants/1900000001/balance', …)`. */
  readonly control: ControlCall;
}
