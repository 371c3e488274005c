import { exclusiveLeaseMs } from '../core/lease.ts';

/**
 * A turn to send what has a number may begin while another one goes on: by hand, by a callback, or by a clock that is
 * ahead. Both send the same, so that WeChat Pay does it once; but that it is refused counts only when nobody else may be
 * sending it.
 */
export interface Turns {
  /** When whoever has the turn has certainly ended; null or absent before the first one, and once it is given back. */
  readonly heldUntilMs?: number | null;
  /** When those have certainly ended whose turn was cut short by the present one; null or absent without such. */
  readonly othersUntilMs?: number | null;
}

/** What is stored with the turn. */
export function turnFrom({ heldUntilMs: othersUntilMs = null }: Turns, nowMs: number) {
  return { heldUntilMs: nowMs + exclusiveLeaseMs, othersUntilMs };
}

/** Whether whoever has the turn is the only one who may be sending. */
export function isAlone({ othersUntilMs }: Turns, nowMs: number): boolean {
  return (othersUntilMs ?? 0) <= nowMs;
}
