import type { Delivery } from '../scenarios/scenarios.ts';

/** One attempt to deliver a callback. */
export interface Attempt {
  /** Epoch ms on the sandbox's clock. */
  readonly atMs: number;
  readonly kind: 'scheduled' | 'duplicate' | 'probe' | 'replay';
  readonly tamper?: Tamper;
  /** The HTTP status answered; absent when there was no answer. */
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
  readonly ms: number;
  /** Acknowledged: 2xx within 5 seconds. */
  readonly ok: boolean;
  /** Wechatpay-Serial: which key signed. */
  readonly serial?: string;
  /** Request-ID of this delivery: a new one for each attempt. */
  readonly requestId?: string;
}

/** A callback and its delivery log. Plain JSON. */
export interface Notification {
  /** The id in the body: the same in every attempt. */
  readonly id: string;
  readonly eventType: string;
  /** out_trade_no or combine_out_trade_no, of a transfer out_bill_no; empty when it is about neither. */
  readonly outTradeNo: string;
  readonly mchid: string;
  readonly url: string;
  readonly createdAtMs: number;
  readonly originalType: string;
  readonly summary: string;
  /** What is encrypted in it. */
  readonly resource: Record<string, unknown>;
  /** Which official schedule it is retried on; the usual one when absent. */
  readonly schedule?: 'withdrawal';
  /** Present when a scenario changes how it is delivered. */
  readonly delivery?: Delivery | undefined;
  /** The body that is sent. */
  readonly body: string;
  /** `undeliverable`: the address is not a loopback one, and nothing was sent. */
  state: 'pending' | 'held' | 'delivered' | 'exhausted' | 'undeliverable';
  reason?: string;
  /** How many scheduled attempts were made. */
  scheduled: number;
  nextAtMs?: number;
  readonly attempts: Attempt[];
}

/** What a callback is made from. */
export type NewNotification = Pick<
  Notification,
  | 'eventType'
  | 'originalType'
  | 'summary'
  | 'outTradeNo'
  | 'mchid'
  | 'url'
  | 'resource'
  | 'schedule'
  | 'delivery'
>;

/** Ways to forge or damage a callback on purpose. */
export const tampers = [
  'body',
  'signature',
  'serial',
  'timestamp',
  'signtest',
  'unsigned',
  'wrong-key',
  'resource',
  'amount',
  'merchant',
] as const;
export type Tamper = (typeof tampers)[number];

export interface NotificationSettings {
  /** Deliver nothing new until released. */
  hold: boolean;
  /** Extra deliveries right after an acknowledged one. */
  duplicates: number;
  /** Send a SIGNTEST probe before the first delivery. */
  probe: boolean;
}

/** Waits between attempts, in seconds: 24 h 4 min in all, doc/v3/merchant/4012791902. */
export const retrySeconds: readonly number[] = [
  15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600,
];

/** 15 s 10 times, 5 min 10 times, 30 min 47 times. */
const withdrawalRetrySeconds: readonly number[] = [
  ...Array<number>(10).fill(15),
  ...Array<number>(10).fill(300),
  ...Array<number>(47).fill(1800),
];

export function retrySecondsOf({ schedule }: Pick<Notification, 'schedule'>): readonly number[] {
  return schedule === 'withdrawal' ? withdrawalRetrySeconds : retrySeconds;
}

export const answerTimeoutMs = 5_000;
