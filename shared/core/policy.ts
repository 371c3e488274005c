import {
  certificateAgeMs,
  certificateCoolDownMs,
  certificateRetryMs,
} from '../wechatpay/crypto/certificate-timing.ts';
import { exclusiveLeaseMs } from './lease.ts';

/** Limits and intervals of the shop. Kept in one object, so that they are easy to review and override. */
export interface Policy {
  /** From the creation of an order until nobody can pay it any more (time_expire). */
  readonly orderLifetimeMs: number;
  /** An order this close to its expiry can no longer be paid: the payer would not finish in time. */
  readonly minTimeToPayMs: number;
  /** A prepay_id is valid for 2 hours; one older than this is requested again. */
  readonly prepayReuseMs: number;
  /** Distinct lines of a cart; also the most sub-orders of a combined payment that WeChat Pay takes. */
  readonly maxCartLines: number;
  /** Of one payment. */
  readonly maxTotalFen: number;
  /** Payments that one payer may have open and unpaid; each of them costs calls to WeChat Pay until it ends. */
  readonly maxOpenPayments: number;
  /** Minimum time between queries of the same payment on behalf of its payer. */
  readonly minQueryIntervalMs: number;
  /**
   * From one check of an unpaid payment by the timer to the next; the last one repeats. They restart when the payer
   * tries to pay again, and one check falls right after the expiry. A prepay_id is valid for 2 hours, so an untouched
   * order cannot be paid after that, and the delays then grow.
   */
  readonly checkDelaysMs: readonly number[];
  /** Payments that one run of the timer checks at the same time. WeChat Pay takes some hundred queries a second. */
  readonly checkConcurrency: number;
  /** For how long one run of the timer begins new checks. */
  readonly checkRunMs: number;
  /** Delay between fulfilment attempts; longer than an attempt can take. */
  readonly fulfilmentDelaysMs: readonly number[];
  /** How long an attempt waits for the fulfilment function. Shorter than the shortest delay to the next attempt. */
  readonly fulfilmentTimeoutMs: number;
  /** Orders that one run of the timer fulfils at the same time. */
  readonly fulfilmentConcurrency: number;
  /** For how long one run of the timer begins new attempts at fulfilment. */
  readonly fulfilmentRunMs: number;
  /** After this many calls of the fulfilment function time out, a run stops calling it. */
  readonly maxFulfilmentTimeouts: number;
  /** WeChat Pay is asked before goods are delivered when it last confirmed the payment longer ago than this. */
  readonly paymentConfirmationMs: number;
  /** How long after payment a buyer's refund request is approved automatically. */
  readonly automaticRefundMs: number;
  /** Minimum of one withdrawal, in fen. */
  readonly minWithdrawalFen: number;
  /** Maximum of one withdrawal; WeChat Pay allows up to 800,000,000 yuan. */
  readonly maxWithdrawalFen: number;
  /** Limit for all transfers to individuals in one day (Beijing time); failed and cancelled ones do not count. */
  readonly transferDailyFen: number;
  /** The same limit for one recipient. */
  readonly transferDailyPersonFen: number;
  /** Transfers in one day; they are counted in one document, which must not grow without limit. */
  readonly maxTransfersPerDay: number;
  /** From one try of a transfer to the next when there is no answer, no funds, or too many requests. */
  readonly transferRetryDelaysMs: readonly number[];
  /** Delay between queries of a transfer in progress. */
  readonly transferCheckDelaysMs: readonly number[];
  /** Delay after a refusal before checking whether WeChat Pay accepted the transfer after all. */
  readonly transferRefusalCheckMs: number;
  /** Orders whose money one run of the timer shares at the same time. WeChat Pay takes 300 requests a second. */
  readonly sharingConcurrency: number;
  /** How long before WeChat Pay releases shared orders automatically, unfinished ones are reported to an operator. */
  readonly sharingWarningMs: number;
  /** Delays between attempts to upload a shipment to WeChat; the last one repeats. */
  readonly shippingDelaysMs: readonly number[];
  /** How long WeChat may not find a payment before its shipment needs an operator. */
  readonly shippingGiveUpMs: number;
  /** Delay between queries whether a shipped order was received and settled. */
  readonly shippingCheckMs: number;
  /** For how long one run of the timer begins new work on shipments. */
  readonly shippingRunMs: number;
  /**
   * Delivery methods without a courier; such goods are shipped automatically once the fulfilment function reports done.
   */
  readonly automaticShipping: readonly ('virtual' | 'pickup')[];
  /** From a complaint until its first answer is due: WeChat Pay's rule. */
  readonly complaintAnswerMs: number;
  /** From a complaint until it must be completed: WeChat Pay's rule. */
  readonly complaintFinishMs: number;
  /** How long before a deadline the log reports it. */
  readonly complaintWarningMs: number;
  /** From one query of an open complaint to the next. Its callbacks arrive immediately. */
  readonly complaintRefreshMs: number;
  /** Delay between listings of recent complaints, which find those whose callback was lost. */
  readonly complaintPollMs: number;
  /** How long sending an answer to a complaint may take. Answers have no number: two instances would both be read. */
  readonly complaintLeaseMs: number;
  /** How long stored platform certificates are used before the timer downloads them again. */
  readonly certificateAgeMs: number;
  /** After an attempt by the timer to download them, until it tries again. */
  readonly certificateRetryMs: number;
  /** Minimum time between certificate downloads for the same account, regardless of the caller. */
  readonly certificateCoolDownMs: number;
  /** How long a callback with an unknown serial waits for the function that can download certificates. */
  readonly certificateAskMs: number;
  /**
   * Time within which a callback is answered, finished or not. WeChat Pay waits 5 s, which includes a cold start and
   * the network round trip. https://pay.weixin.qq.com/doc/v3/merchant/4012791902
   */
  readonly callbackAnswerMs: number;
  /** Delay between removals of expired documents. */
  readonly cleaningIntervalMs: number;
  /** How long the record of a callback is kept. WeChat Pay repeats a callback for a day. */
  readonly notificationRetentionMs: number;
  /** How long an anomaly is kept after it was resolved. */
  readonly anomalyRetentionMs: number;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const defaultPolicy: Policy = {
  orderLifetimeMs: 24 * hourMs,
  minTimeToPayMs: minuteMs,
  prepayReuseMs: 2 * hourMs - 10 * minuteMs,
  maxCartLines: 50,
  maxTotalFen: 100_000_000,
  maxOpenPayments: 20,
  minQueryIntervalMs: 2 * secondMs,
  checkDelaysMs: [1, 2, 5, 15, 40, 60, 360].map((minutes) => minutes * minuteMs),
  checkConcurrency: 10,
  checkRunMs: 30 * secondMs,
  fulfilmentDelaysMs: [1, 1, 2, 5, 15, 60].map((minutes) => minutes * minuteMs),
  fulfilmentTimeoutMs: 15 * secondMs,
  fulfilmentConcurrency: 5,
  fulfilmentRunMs: 20 * secondMs,
  maxFulfilmentTimeouts: 2,
  paymentConfirmationMs: 2 * minuteMs,
  automaticRefundMs: 30 * minuteMs,
  complaintAnswerMs: dayMs,
  complaintFinishMs: 3 * dayMs,
  complaintWarningMs: 4 * hourMs,
  complaintRefreshMs: 6 * hourMs,
  complaintPollMs: 15 * minuteMs,
  complaintLeaseMs: exclusiveLeaseMs,
  minWithdrawalFen: 1,
  maxWithdrawalFen: 80_000_000_000,
  transferDailyFen: 10_000_000,
  transferDailyPersonFen: 500_000,
  maxTransfersPerDay: 500,
  transferRetryDelaysMs: [1, 1, 5, 15, 60].map((minutes) => minutes * minuteMs),
  transferCheckDelaysMs: [1, 2, 5, 15, 60].map((minutes) => minutes * minuteMs),
  transferRefusalCheckMs: 5 * minuteMs,
  sharingConcurrency: 10,
  sharingWarningMs: 3 * dayMs,
  shippingDelaysMs: [1, 1, 2, 5, 15, 60].map((minutes) => minutes * minuteMs),
  shippingGiveUpMs: 7 * dayMs,
  shippingCheckMs: 6 * hourMs,
  shippingRunMs: 15 * secondMs,
  automaticShipping: ['virtual', 'pickup'],
  certificateAgeMs,
  certificateRetryMs,
  certificateCoolDownMs,
  certificateAskMs: 2.5 * secondMs,
  callbackAnswerMs: 4 * secondMs,
  cleaningIntervalMs: hourMs,
  notificationRetentionMs: 180 * dayMs,
  anomalyRetentionMs: 730 * dayMs,
};

/** The delay after `attempts` attempts (0 or more). */
export function delayAfter(delaysMs: readonly number[], attempts: number): number {
  return delaysMs[Math.min(attempts, delaysMs.length - 1)] ?? minuteMs;
}
