/**
 * The virtual clock and the scheduler. Everything that waits does so here; the next event is the earliest one, of equal
 * ones the seed picks one, and it runs until all that follows from it waits again.
 */
import type { Random } from './random.ts';
import { nextTurn } from './virtual-time.ts';

interface Event {
  readonly atMs: number;
  readonly rank: number;
  run: (() => void) | undefined;
}

export class Timeline {
  nowMs: number;
  /** Events that have run. */
  steps = 0;
  readonly #random: Random;
  readonly #heap: Event[] = [];

  constructor(startMs: number, random: Random) {
    this.nowMs = startMs;
    this.#random = random;
  }

  /** @returns a function that cancels it */
  at(atMs: number, run: () => void): () => void {
    const event: Event = { atMs: Math.max(Math.ceil(atMs), this.nowMs), rank: this.#random(), run };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.at(this.nowMs + ms, resolve));
  }

  /** Runs events until none is left, the next one is later than `untilMs`, or `goesOn` says no. */
  async run(untilMs: number, afterStep: () => void, goesOn: () => boolean): Promise<void> {
    for (let next = this.#heap[0]; next && next.atMs <= untilMs && goesOn(); next = this.#heap[0]) {
      this.#pop();
      if (!next.run) continue;
      this.nowMs = next.atMs;
      this.steps++;
      next.run();
      await nextTurn();
      afterStep();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.rank < b.rank);
}
