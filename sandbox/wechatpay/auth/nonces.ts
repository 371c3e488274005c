/** Remembers nonces for as long as their timestamps would still be accepted. */
export class NonceMemory {
  readonly #seen = new Map<string, number>();
  readonly #keepMs: number;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** False when this merchant already used this nonce within the timestamp window. */
  take(mchid: string, nonce: string, nowMs: number): boolean {
    this.#forget(nowMs);
    const key = `${mchid}/${nonce}`;
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, nowMs);
    return true;
  }

  /** Entries are in chronological order, so the oldest come first. */
  #forget(nowMs: number): void {
    for (const [key, atMs] of this.#seen) {
      if (nowMs - atMs <= this.#keepMs) return;
      this.#seen.delete(key);
    }
  }
}
