/** Sends a request again when that is safe, and reports what is left as a CloudError. */
import type { CloudError } from './cloud-error.ts';
import { asCloudError, wasNeverSent } from './sdk-errors.ts';

/**
 * `read` may be repeated after any transport failure. `write` may be repeated only when it cannot have arrived: after a
 * lost answer, a repeated insert would meet its own document and a repeated compare-and-set its own result.
 */
export type Effect = 'read' | 'write';

const pausesMs = [50, 200] as const;

/** @throws CloudError */
export async function attempt<T>(doing: string, effect: Effect, request: () => Promise<T>): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return await request();
    } catch (error) {
      const failure = asCloudError(error, doing);
      const pauseMs = pausesMs[round];
      if (pauseMs === undefined || !mayRepeat(failure, effect)) throw failure;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function mayRepeat(failure: CloudError, effect: Effect): boolean {
  if (failure.code === 'CONFLICT') return true;
  return failure.code === 'UNAVAILABLE' && (effect === 'read' || wasNeverSent(failure));
}
