/** When a request may be repeated, where, and after how long. */
import type { WechatpayError } from '../errors.ts';

/** What one attempt came to, when it did not succeed. */
export interface FailedAttempt {
  readonly error: WechatpayError;
  /**
   * `always`: it certainly had no effect, or WeChat Pay said so. `if-idempotent`: it may have had one.
   * `never`: the same again would fail the same.
   */
  readonly repeat: 'always' | 'if-idempotent' | 'never';
  /** The host is to blame: take the next one. */
  readonly otherHost?: boolean;
  /** A kept-alive connection was dead: repeat at once on a new one. */
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

export interface RetryState {
  /** Attempts made, those on a dead kept-alive connection not counted. */
  attempts: number;
  deadSockets: number;
  hostIndex: number;
}

/**
 * @param random from 0 up to 1; the wait is between 0 and the back-off (full jitter), so that clients which
 * failed together do not come back together.
 * @returns undefined when the error is final.
 */
export function planRetry(
  failed: FailedAttempt,
  state: RetryState,
  options: { idempotent: boolean; hosts: number; remainingMs: number; random: () => number },
): RetryPlan | undefined {
  if (failed.freshConnection && state.deadSockets === 0) {
    state.deadSockets++;
    return { hostIndex: state.hostIndex, waitMs: 0, freshConnection: true };
  }
  state.attempts++;
  const allowed = failed.repeat === 'always' || (failed.repeat === 'if-idempotent' && options.idempotent);
  if (!allowed || state.attempts >= maxAttempts) return undefined;
  const waitMs = options.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (state.attempts - 1));
  if (waitMs >= options.remainingMs) return undefined;
  if (failed.otherHost) state.hostIndex = (state.hostIndex + 1) % options.hosts;
  return { hostIndex: state.hostIndex, waitMs, freshConnection: failed.freshConnection === true };
}
