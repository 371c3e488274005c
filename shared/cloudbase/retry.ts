/** Retries a request when that is safe, and reports remaining failures as a CloudError. */
import type { CloudError } from './cloud-error.ts';
import { asCloudError, wasNeverSent } from './sdk-errors.ts';

/**
 * `read` may be repeated after any transport failure. `write` may be repeated only when it cannot have arrived: after a
 * lost answer, a repeated insert would collide with its own document, and a repeated compare-and-set with its own
 * result.
 */
export type Effect = 'read' | 'write';

const pausesMs = [50, 200] as const;
/** A failure that took this long is not repeated: WeChat Pay waits 5 s for the answer to a callback. */
const patienceMs = 2000;

/** @throws CloudError */
export async function attempt<T>(
  doing: string,
  effect: Effect,
  request: () => Promise<T>,
  clockMs: () => number = () => performance.now(),
): Promise<T> {
  const startedAtMs = clockMs();
  for (let round = 0; ; round++) {
    try {
      return await request();
    } catch (error) {
      const failure = asCloudError(error, doing);
      const pauseMs = pausesMs[round];
      const isLate = clockMs() - startedAtMs > patienceMs;
      if (pauseMs === undefined || isLate || !mayRepeat(failure, effect)) throw failure;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function mayRepeat(failure: CloudError, effect: Effect): boolean {
  if (failure.code === 'CONFLICT') return true;
  return failure.code === 'UNAVAILABLE' && (effect === 'read' || wasNeverSent(failure));
}
