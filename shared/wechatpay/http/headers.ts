/** Headers as platforms provide them: fetch `Headers`, or an object whose case depends on the gateway. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Looks up headers case-insensitively, in one pass.
 * @param names in lower case
 * @returns each name's value; undefined when it is absent, empty, or present twice with different values, which is not
 * reliable.
 */
export function headerValues<Name extends string>(
  headers: HeadersLike,
  names: readonly Name[],
): Partial<Record<Name, string | undefined>> {
  const found: Partial<Record<Name, string | undefined>> = {};
  if (isFetchHeaders(headers)) {
    for (const name of names) found[name] = headers.get(name) || undefined;
    return found;
  }
  for (const key of Object.keys(headers)) {
    for (const name of names) {
      // Compare lengths first, which avoids lowercasing most names.
      if (name.length !== key.length || name !== key.toLowerCase()) continue;
      found[name] = merge(headers[key], name in found, found[name]);
    }
  }
  return found;
}

/** Not by `instanceof`: where nothing uses fetch, naming `Headers` makes Node load all of it, for 10 ms and more. */
function isFetchHeaders(headers: HeadersLike): headers is Headers {
  return typeof headers.get === 'function';
}

/** One header, by its name in any case. */
export function headerValue(headers: HeadersLike, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headerValues(headers, [wanted])[wanted];
}

/** What is neither text nor a list of texts came from something else than HTTP, and counts as absent. */
function merge(given: unknown, seen: boolean, before: string | undefined): string | undefined {
  const values: unknown[] = Array.isArray(given) ? given : [given];
  const texts = values
    .filter((value) => typeof value === 'string')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const [first = before] = texts;
  const same = texts.every((text) => text === first) && (!seen || before === first);
  return same ? first : undefined;
}
