/**
 * What every stored money process does when a call to WeChat Pay fails. Which codes mean "no such number" differs by API
 * and stays with each process.
 */
import { isRateLimited } from '../core/errors.ts';
import { delayAfter } from '../core/policy.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { WechatpayError } from '../wechatpay/errors.ts';

/**
 * How long a request may be in flight before another instance may send it again. Instances whose clocks differ by more
 * may send it at the same time (core/lease.ts): it has the same number and the same stored parameters, so WeChat Pay
 * does it once, and each takes in the answer by compare-and-set. tests/models plays this.
 */
export const leaseMs = 60_000;

/** A refusal by WeChat Pay, or by us; shown to operators. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Not now: the same request may be accepted later. */
const laterCodes: ReadonlySet<string> = new Set(['SYSTEM_ERROR', 'SYSTEMERROR']);

/** Whether the same may be accepted later, or its outcome is unknown: then the same number goes out again. */
export function isForLater(error: WechatpayError): boolean {
  return error.kind !== 'refused' || isRateLimited(error) || laterCodes.has(error.code);
}

/** The balance of the account is too low. Refunds and transfers wait for a top-up; withdrawals are refused. */
export function isUnfunded({ code }: WechatpayError): boolean {
  return code === 'NOT_ENOUGH';
}

const unfundedText =
  '商户余额不足，充值后会自动用同一单号重试。The balance is too low; after a top-up the same number is retried automatically.';

export function failureOf({ code, message }: Failure): Failure {
  return { code, message: message.slice(0, 500) };
}

/** An item of a queue, and what a failed attempt changes of it. */
interface Attempts {
  readonly attempts: number;
  readonly nextAtMs: number | null;
  readonly failure: Failure | null;
}

export interface Retry {
  /** Logged, with the numbers that identify the item: `refund.later`, `{outRefundNo}`. */
  readonly event: string;
  readonly numbers: Readonly<Record<string, string>>;
  /** From one attempt to the next; the last delay repeats. */
  readonly delaysMs: readonly number[];
  /** The process waits for a top-up when the balance is too low. */
  readonly waitsForFunds: boolean;
}

/**
 * Logs a failed attempt that is repeated later.
 * @returns the change of the item, for compare-and-set; none once the item has reached another state
 */
export function postponed<State extends string>(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  { event, numbers, delaysMs, waitsForFunds }: Retry,
  known: { readonly state: State },
  error: WechatpayError,
): (current: Attempts & { readonly state: State }) => Attempts | undefined {
  const unfunded = waitsForFunds && isUnfunded(error);
  const level = unfunded || error.kind === 'fault' ? 'error' : 'warn';
  log[level](event, { ...numbers, code: error.code, kind: error.kind });
  const failure = unfunded ? { code: error.code, message: unfundedText } : failureOf(error);
  return ({ state, attempts }) =>
    state === known.state
      ? { attempts: attempts + 1, nextAtMs: clock.nowMs() + delayAfter(delaysMs, attempts), failure }
      : undefined;
}
