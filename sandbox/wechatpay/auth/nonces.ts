import { createHash } from 'node:crypto';

const minuteMs = 60_000;

/**
 * Remembers nonces for as long as their timestamps would still be accepted, and up to a minute longer. It keeps 48 bits
 * of a digest of each, in one set per minute: ten minutes of a fast client are a million of them.
 */
export class NonceMemory {
  readonly #minutes = new Map<number, Set<number>>();
  readonly #keepMs: number;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** False when this merchant already used this nonce within the timestamp window. */
  take(mchid: string, nonce: string, nowMs: number): boolean {
    this.#forget(nowMs);
    const digest = digestOf(`${mchid}/${nonce}`);
    for (const seen of this.#minutes.values()) if (seen.has(digest)) return false;
    this.#minuteOf(nowMs).add(digest);
    return true;
  }

  #minuteOf(nowMs: number): Set<number> {
    const minute = Math.floor(nowMs / minuteMs);
    const known = this.#minutes.get(minute);
    if (known) return known;
    const seen = new Set<number>();
    this.#minutes.set(minute, seen);
    return seen;
  }

  /** Minutes are in chronological order, so the oldest come first. */
  #forget(nowMs: number): void {
    for (const minute of this.#minutes.keys()) {
      if (nowMs - (minute + 1) * minuteMs <= this.#keepMs) return;
      this.#minutes.delete(minute);
    }
  }
}

function digestOf(text: string): number {
  return createHash('sha1').update(text).digest().readUIntBE(0, 6);
}
