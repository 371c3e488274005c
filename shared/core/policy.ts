import {
  certificateAgeMs,
  certificateCoolDownMs,
  certificateRetryMs,
} from '../wechatpay/crypto/certificate-timing.ts';

/** Limits and intervals of the shop. One object, so that a deployment or a test sees them all at once. */
export interface Policy {
  /** From the creation of an order until nobody can pay it any more (time_expire). */
  readonly orderLifetimeMs: number;
  /** An order this close to its end is not paid any more: the payer would not be done in time. */
  readonly minTimeToPayMs: number;
  /** A prepay_id lives 2 hours; one older than this is asked for again. */
  readonly prepayReuseMs: number;
  /** Distinct lines of a cart; also the most sub-orders of a combined payment that WeChat Pay takes. */
  readonly maxCartLines: number;
  /** Of one payment. */
  readonly maxTotalFen: number;
  /** Payments that one payer may have open and unpaid; each of them costs calls to WeChat Pay until it ends. */
  readonly maxOpenPayments: number;
  /** Between two questions to WeChat Pay about the same payment on behalf of its payer. */
  readonly minQueryIntervalMs: number;
  /**
   * From one check of an unpaid payment by the timer to the next; the last one repeats. They start again when its payer
   * asks to pay once more, and one check falls right after the end. A prepay_id lives 2 hours, so an order that nobody
   * touches cannot be paid later than that: the delays grow beyond.
   */
  readonly checkDelaysMs: readonly number[];
  /** Payments that one run of the timer checks at the same time. WeChat Pay takes some hundred queries a second. */
  readonly checkConcurrency: number;
  /** For how long one run of the timer begins new checks. */
  readonly checkRunMs: number;
  /** From one attempt at fulfilment to the next; longer than an attempt can take. */
  readonly fulfilmentDelaysMs: readonly number[];
  /** How long an attempt waits for the fulfilment function. Shorter than the shortest delay to the next attempt. */
  readonly fulfilmentTimeoutMs: number;
  /** Orders that one run of the timer fulfils at the same time. */
  readonly fulfilmentConcurrency: number;
  /** For how long one run of the timer begins new attempts at fulfilment. */
  readonly fulfilmentRunMs: number;
  /** Calls of the fulfilment function without an answer in time, after which a run leaves it alone. */
  readonly maxFulfilmentTimeouts: number;
  /** WeChat Pay is asked before goods are delivered when it last confirmed the payment longer ago than this. */
  readonly paymentConfirmationMs: number;
  /** From the payment on, how long a buyer's request for the money back is granted without an operator. */
  readonly automaticRefundMs: number;
  /** The least that one withdrawal takes out, in fen. */
  readonly minWithdrawalFen: number;
  /** The most; WeChat Pay takes up to 800,000,000 yuan. */
  readonly maxWithdrawalFen: number;
  /** Of all transfers to persons in one day (Beijing); what failed or was cancelled does not count. */
  readonly transferDailyFen: number;
  /** The same of the transfers to one person. */
  readonly transferDailyPersonFen: number;
  /** Transfers in one day; they are counted in one document, which may not grow without end. */
  readonly maxTransfersPerDay: number;
  /** From one try of a transfer to the next when there is no answer, no funds, or too many requests. */
  readonly transferRetryDelaysMs: readonly number[];
  /** From one question about a transfer in progress to the next. */
  readonly transferCheckDelaysMs: readonly number[];
  /** After a refusal, until WeChat Pay is asked whether it knows the transfer all the same. */
  readonly transferRefusalCheckMs: number;
  /** Orders whose money one run of the timer shares at the same time. WeChat Pay takes 300 requests a second. */
  readonly sharingConcurrency: number;
  /** How long before WeChat Pay frees shared orders by itself a person is told of those that are not done. */
  readonly sharingWarningMs: number;
  /** From one attempt to tell WeChat about a shipment to the next; the last one repeats. */
  readonly shippingDelaysMs: readonly number[];
  /** How long WeChat may know nothing of a payment before its shipment waits for a person. */
  readonly shippingGiveUpMs: number;
  /** Between two questions to WeChat whether a shipped order was received and settled. */
  readonly shippingCheckMs: number;
  /** For how long one run of the timer begins new work on shipments. */
  readonly shippingRunMs: number;
  /** What is shipped by itself once the fulfilment function says done: goods without a courier. */
  readonly automaticShipping: readonly ('virtual' | 'pickup')[];
  /** From a complaint until its first answer is due: WeChat Pay's rule. */
  readonly complaintAnswerMs: number;
  /** From a complaint until it is to be done: WeChat Pay's rule. */
  readonly complaintFinishMs: number;
  /** How long before a deadline the log reports it. */
  readonly complaintWarningMs: number;
  /** From one query of an open complaint to the next. Its callbacks come at once. */
  readonly complaintRefreshMs: number;
  /** Between two lists of the last days, for complaints whose callback was lost. */
  readonly complaintPollMs: number;
  /** How long an answer to a complaint may be on its way. */
  readonly complaintLeaseMs: number;
  /** How long stored platform certificates are good before the timer downloads them again. */
  readonly certificateAgeMs: number;
  /** After an attempt by the timer to download them, until it tries again. */
  readonly certificateRetryMs: number;
  /** Between two downloads of certificates for the same account, whoever asks. */
  readonly certificateCoolDownMs: number;
  /** How long a callback of an unknown serial waits for the function that can download certificates. */
  readonly certificateAskMs: number;
  /**
   * By when a callback is answered, finished or not. WeChat Pay waits 5 s, of which a cold start and the way there and
   * back take their part. https://pay.weixin.qq.com/doc/v3/merchant/4012791902
   */
  readonly callbackAnswerMs: number;
  /** Between two rounds of removing what is too old. */
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
  complaintLeaseMs: minuteMs,
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
