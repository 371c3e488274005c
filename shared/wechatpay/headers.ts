/** Headers as the platforms give them: fetch `Headers`, or an object whose case depends on the gateway. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Looks a header up whatever its case.
 * @returns undefined when it is absent, empty, or there twice with different values: nothing to rely on.
 */
export function headerValue(headers: HeadersLike, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name)?.trim() || undefined;
  const wanted = name.toLowerCase();
  let found: string | undefined;
  for (const key of Object.keys(headers)) {
    // The length first: it spares most names the change of case.
    if (key.length !== wanted.length || key.toLowerCase() !== wanted) continue;
    const given = headers[key];
    for (const value of typeof given === 'string' ? [given] : (given ?? [])) {
      const text = String(value).trim();
      if (found !== undefined && found !== text) return undefined;
      found = text;
    }
  }
  return found || undefined;
}
