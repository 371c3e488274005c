/**
 * Spaces out requests to an API that takes only so many a second. One instance knows nothing of the others, so a pace
 * stays well below the limit, and who is refused all the same sends the same request again later.
 */

/** Waits until one more request for `key` may go out, at most `perSecond` a second. */
export type Pace = (key: string, perSecond: number) => Promise<void>;

export interface Pacing {
  /** Monotonic. */
  nowMs(): number;
  sleep(forMs: number): Promise<void>;
}

const real: Pacing = {
  nowMs: () => performance.now(),
  sleep: (forMs) => new Promise((resolve) => setTimeout(resolve, forMs)),
};

export function createPace({ nowMs, sleep }: Pacing = real): Pace {
  const nextMs = new Map<string, number>();
  return async (key, perSecond) => {
    const turnMs = Math.max(nowMs(), nextMs.get(key) ?? 0);
    nextMs.set(key, turnMs + 1000 / perSecond);
    const waitMs = turnMs - nowMs();
    if (waitMs > 0) await sleep(waitMs);
  };
}
