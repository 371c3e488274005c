/**
 * The sandbox's clock: real time plus an offset, with tasks that fall due on it. Time goes back only when the state is
 * replaced, or when nothing has happened since it was moved.
 * Advancing it runs every task that falls due on the way, in order and one after the other, at the very
 * moment each was due; that is how 24 hours of callbacks happen in a second and still in sequence.
 */
import { outsideInvocation } from './invocation-scope.ts';

export interface ScheduledTask {
  /** Epoch ms on this clock. */
  readonly dueAtMs: number;
  readonly label: string;
  cancel(): void;
}

interface Entry {
  dueAtMs: number;
  order: number;
  label: string;
  run: () => void | Promise<void>;
}

const longestTimerMs = 2 ** 31 - 1;

export class SandboxClock {
  #offsetMs = 0;
  #frozenAtMs: number | undefined;
  #order = 0;
  #entries: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();
  readonly #realNow: () => number;
  readonly #listeners = new Set<(nowMs: number) => void>();

  constructor(realNow: () => number = Date.now) {
    this.#realNow = realNow;
  }

  /** Epoch ms. During {@link advanceTo} this is the moment of the task that is running. */
  now(): number {
    return this.#frozenAtMs ?? this.#realNow() + this.#offsetMs;
  }

  /** How far this clock is ahead of the machine's, in ms. */
  get offsetMs(): number {
    return this.now() - this.#realNow();
  }

  /** Runs `run` when the clock reaches `dueAtMs`; a moment already past means as soon as possible. */
  schedule(dueAtMs: number, label: string, run: () => void | Promise<void>): ScheduledTask {
    const entry: Entry = { dueAtMs, order: this.#order++, label, run };
    this.#entries.push(entry);
    this.#arm();
    return {
      dueAtMs,
      label,
      cancel: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
        this.#arm();
      },
    };
  }

  /** Tasks not yet run, the next one first. */
  pending(): { dueAtMs: number; label: string }[] {
    return [...this.#entries].sort(byDue).map(({ dueAtMs, label }) => ({ dueAtMs, label }));
  }

  /** Moves the clock forward by `ms` (0 or more), running what falls due. */
  advance(ms: number): Promise<void> {
    return this.#enqueue(() => this.now() + ms);
  }

  /** Moves the clock forward to `epochMs`; an earlier moment is refused, since tasks cannot be undone. */
  advanceTo(epochMs: number): Promise<void> {
    return this.#enqueue(() => {
      if (epochMs >= this.now()) return epochMs;
      throw new RangeError(`The clock only moves forward: it is ${this.now()}, the request was ${epochMs}.`);
    });
  }

  /**
   * Sets the clock without running anything, for when the state is replaced too: to `epochMs`, or to the present when
   * that is later. What falls due later than that stays scheduled.
   */
  restartAt(epochMs: number): Promise<void> {
    const next = this.#advancing.then(() => {
      this.#offsetMs = Math.max(0, epochMs - this.#realNow());
      this.#arm();
      for (const listener of this.#listeners) listener(this.now());
    });
    this.#advancing = next;
    return next;
  }

  /** Calls `listener` after each jump. Returns a function that stops this. */
  onJump(listener: (nowMs: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets all tasks and stops the timer; the offset stays. */
  stop(): void {
    this.#entries = [];
    clearTimeout(this.#timer);
  }

  #enqueue(target: () => number): Promise<void> {
    const next = this.#advancing.then(() => this.#jump(target()));
    this.#advancing = next.catch(() => undefined);
    return next;
  }

  async #jump(wantedMs: number): Promise<void> {
    // A millisecond may have passed since the time was computed.
    const targetMs = Math.max(wantedMs, this.now());
    clearTimeout(this.#timer);
    try {
      this.#frozenAtMs = this.now();
      for (let entry = this.#takeDue(targetMs); entry; entry = this.#takeDue(targetMs)) {
        this.#frozenAtMs = Math.max(this.#frozenAtMs, entry.dueAtMs);
        const { run } = entry;
        await outsideInvocation(run);
      }
    } finally {
      this.#offsetMs = Math.max(this.#offsetMs, targetMs - this.#realNow());
      this.#frozenAtMs = undefined;
      this.#arm();
    }
    for (const listener of this.#listeners) listener(this.now());
  }

  #takeDue(untilMs: number): Entry | undefined {
    const next = earliest(this.#entries);
    if (!next || next.dueAtMs > untilMs) return undefined;
    this.#entries = this.#entries.filter((entry) => entry !== next);
    return next;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = earliest(this.#entries);
    if (!next || this.#frozenAtMs !== undefined) return;
    const waitMs = Math.min(Math.max(next.dueAtMs - this.now(), 0), longestTimerMs);
    this.#timer = setTimeout(() => {
      this.#runDueNow().catch((error) => console.error('sandbox clock: a task failed', error));
    }, waitMs);
    this.#timer.unref();
  }

  #runDueNow(): Promise<void> {
    return this.#enqueue(() => this.now());
  }
}

/** Without sorting: thousands of callbacks may wait for their next attempt. */
function earliest(entries: readonly Entry[]): Entry | undefined {
  let first: Entry | undefined;
  for (const entry of entries) if (!first || byDue(entry, first) < 0) first = entry;
  return first;
}

function byDue(a: Entry, b: Entry): number {
  return a.dueAtMs - b.dueAtMs || a.order - b.order;
}
