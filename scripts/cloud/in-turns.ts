/** Concurrent calls: Tencent Cloud's API allows 20 a second. */
const parallel = 4;

/** Works on a few items at a time. @returns the results in the order of the items */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += parallel) {
    results.push(...(await Promise.all(items.slice(start, start + parallel).map(work))));
  }
  return results;
}
