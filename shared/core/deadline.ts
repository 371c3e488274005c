/**
 * What `work` gives, or what `late` gives when `work` is not done after `timeoutMs`. Work is not stopped: it goes on when
 * the instance thaws for its next invocation, so it must be safe to repeat, also beside itself. What it throws then is
 * not heard.
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
