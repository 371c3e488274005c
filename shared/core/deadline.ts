/**
 * Returns the result of `work`, or of `late` when `work` is not done after `timeoutMs`. Work is not stopped: it
 * continues when the instance thaws for its next invocation, so it must be safe to repeat, even concurrently. Errors it
 * throws after the timeout are ignored.
 */
export async function withinTime<T>(timeoutMs: number, work: () => Promise<T>, late: () => T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late()), timeoutMs);
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
