/** The name that was probably meant: at most two letters away, or the beginning of it. */
export function closest(given: string, known: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  const begun = known.find((name) => lower.length >= 3 && name.toLowerCase().startsWith(lower));
  if (begun !== undefined) return begun;
  const ranked = known
    .map((name) => ({ name, distance: distanceBetween(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= 2 && distance < name.length / 2)
    .sort((one, other) => one.distance - other.distance);
  return ranked[0]?.name;
}

/** How many letters must be changed, added or removed; two that changed places count as one. */
function distanceBetween(one: string, other: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const isSame = one[at - 1] === other[to - 1];
      const swapped = at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1];
      next[to] = Math.min(row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + (isSame ? 0 : 1));
      if (swapped) next[to] = Math.min(next[to]!, before[to - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[other.length]!;
}
