/** A part of a path, or a value of a query, decoded; undefined when its escapes are no text. */
export function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
