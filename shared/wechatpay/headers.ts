/** Headers as the platforms give them: fetch `Headers`, or an object whose case depends on the gateway. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Looks a header up whatever its case.
 * @returns undefined when it is absent, empty, or there twice with different values: nothing to rely on.
 */
export function headerValue(headers: HeadersLike, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name)?.trim() || undefined;
  const wanted = name.toLowerCase();
  const values = Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === wanted)
    .flatMap(([, value]) => value ?? [])
    .map((value) => String(value).trim());
  const distinct = new Set(values);
  return distinct.size === 1 ? values[0] || undefined : undefined;
}
