/**
 * Numbers of merchants are idempotent only with the same parameters: these compare a request with the first
 * one of its number.
 */

/** JSON with sorted keys: equal bodies give the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export function changedFields(first: string, second: string): string[] {
  const [before, after] = [JSON.parse(first), JSON.parse(second)] as Record<string, unknown>[];
  const names = new Set([...Object.keys(before!), ...Object.keys(after!)]);
  return [...names].filter((name) => canonical(before![name]) !== canonical(after![name]));
}
