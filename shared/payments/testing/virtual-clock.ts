import { setImmediate as nextTick } from 'node:timers/promises';

/** A clock that advances only when everything is waiting for it. */
export class VirtualClock {
  nowMs: number;
  readonly #sleepers: { atMs: number; wake: () => void }[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  sleep(forMs: number): Promise<void> {
    return new Promise((wake) => void this.#insert({ atMs: this.nowMs + forMs, wake }));
  }

  /** Lets time pass until then. */
  async runUntil(endMs: number): Promise<void> {
    for (;;) {
      await nextTick();
      const next = this.#sleepers[0];
      if (!next || next.atMs > endMs) break;
      this.nowMs = next.atMs;
      // All sleepers that wake at this moment.
      while (this.#sleepers[0]?.atMs === this.nowMs) this.#sleepers.shift()!.wake();
    }
    this.nowMs = endMs;
  }

  /** Kept in order; those of the same moment in the order of their calls. */
  #insert(sleeper: { atMs: number; wake: () => void }): void {
    const later = this.#sleepers.findIndex(({ atMs }) => atMs > sleeper.atMs);
    this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, sleeper);
  }
}
