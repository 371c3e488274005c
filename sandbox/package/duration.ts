import { SandboxProblem } from './problem.ts';

/** A length of time: milliseconds, or a number with its unit such as `15s`, `30m`, `2h`, `7d`. */
export type Duration = number | string;

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** @throws SandboxProblem for anything else, with an example that works. */
export function millisecondsOf(duration: Duration): number {
  if (typeof duration === 'number' && Number.isFinite(duration) && duration >= 0) return Math.round(duration);
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(String(duration).trim()) ?? [];
  if (amount !== undefined && unit !== undefined) return Math.round(Number(amount) * unitsMs[unit]!);
  const given = JSON.stringify(duration);
  throw new SandboxProblem(
    `A duration is milliseconds or a number with ms, s, m, h or d, such as '15s' or '24h', not ${given}.`,
    `时长须为毫秒数，或带单位 ms、s、m、h、d 的数，例如 '15s'、'24h'，不能是 ${given}。`,
  );
}
