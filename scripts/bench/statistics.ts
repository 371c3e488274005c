export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * CPU time per call in ms of several ways to do a thing: rounds are interleaved and each way's median counts,
 * so that the ratios hold when the machine's speed drifts.
 */
export function compareCpu<Name extends string>(
  ways: Record<Name, () => void>,
  options: { rounds: number; callsPerRound: Record<Name, number> },
): Record<Name, number> {
  const names = Object.keys(ways) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -1; round < options.rounds; round++) {
    for (const name of names) {
      const calls = options.callsPerRound[name];
      const before = process.cpuUsage();
      for (let call = 0; call < calls; call++) ways[name]();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) samples[name].push((user + system) / 1000 / calls);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<Name, number>;
}

/** The smallest value that this share of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
