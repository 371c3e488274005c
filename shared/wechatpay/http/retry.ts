/** When a request may be repeated, where, and after how long. */
import type { WechatpayError } from '../errors.ts';

/** The outcome of a failed attempt. */
export interface FailedAttempt {
  readonly error: WechatpayError;
  /**
   * `always`: it certainly had no effect, or WeChat Pay said so. `if-idempotent`: it may have had one. `never`:
   * repeating it would fail in the same way.
   */
  readonly repeat: 'always' | 'if-idempotent' | 'never';
  /** The host is at fault: try the next one. */
  readonly otherHost?: boolean;
  /** A kept-alive connection was dead: repeat at once on a new one, if that is safe. */
  readonly freshConnection?: boolean;
}

export interface RetryPlan {
  readonly hostIndex: number;
  readonly waitMs: number;
  readonly freshConnection: boolean;
}

const maxAttempts = 3;
const firstWaitMs = 200;
const longestWaitMs = 2_000;
/** Typical time for a connection and a response: with less, an attempt only risks another unknown outcome. */
const minAttemptMs = 1_000;

export interface RetryState {
  /** Attempts made, those on a dead kept-alive connection not counted. */
  attempts: number;
  deadSocketReplaced: boolean;
  hostIndex: number;
}

export interface RetryOptions {
  readonly idempotent: boolean;
  readonly hosts: number;
  /** Time left for the call as a whole. */
  readonly remainingMs: number;
  /** Of one attempt. */
  readonly responseTimeoutMs: number;
  readonly random: () => number;
}

/**
 * @param options.random from 0 up to 1; the wait is between 0 and the back-off (full jitter), so that clients that
 * failed together do not retry together.
 * @returns undefined when the error is final.
 */
export function planRetry(
  failed: FailedAttempt,
  state: RetryState,
  options: RetryOptions,
): RetryPlan | undefined {
  // When a write fails on a closed connection, it is unknown whether it arrived.
  if (failed.freshConnection && options.idempotent && !state.deadSocketReplaced) {
    state.deadSocketReplaced = true;
    return enoughTime(0, options)
      ? { hostIndex: state.hostIndex, waitMs: 0, freshConnection: true }
      : undefined;
  }
  state.attempts++;
  const allowed = failed.repeat === 'always' || (failed.repeat === 'if-idempotent' && options.idempotent);
  if (!allowed || state.attempts >= maxAttempts) return undefined;
  const waitMs = options.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (state.attempts - 1));
  if (!enoughTime(waitMs, options)) return undefined;
  if (failed.otherHost) state.hostIndex = (state.hostIndex + 1) % options.hosts;
  return {
    hostIndex: state.hostIndex,
    waitMs,
    freshConnection: failed.freshConnection === true || !options.idempotent,
  };
}

/** Whether an attempt that begins after the wait can still be answered. */
function enoughTime(waitMs: number, { remainingMs, responseTimeoutMs }: RetryOptions): boolean {
  return remainingMs - waitMs >= Math.min(minAttemptMs, responseTimeoutMs);
}

/** Whether a failed attempt may have changed something at WeChat Pay. */
export function mayHaveTakenEffect({ error, repeat }: FailedAttempt): boolean {
  return error.kind === 'unknown' && repeat !== 'always';
}
