/**
 * Fires timer triggers on the sandbox's clock. When the clock jumps, each trigger that fell due on the way fires
 * once, at the end: a day's worth of minutes is one run, not 1440.
 */
import type { SandboxClock } from '../../clock.ts';
import { type Cron, parseCron } from './cron.ts';

const longestWaitMs = 2 ** 31 - 1;

export interface TimerTrigger {
  functionName: string;
  name: string;
  cron: string;
}

interface Entry extends TimerTrigger {
  schedule: Cron;
  nextAtMs: number | undefined;
}

export class Timers {
  readonly #clock: SandboxClock;
  readonly #fire: (trigger: TimerTrigger, dueAtMs: number) => void;
  readonly #entries: Entry[];
  #timer: NodeJS.Timeout | undefined;
  readonly #stopListening: () => void;

  /** @throws SyntaxError for a cron that the platform would refuse. */
  constructor(
    clock: SandboxClock,
    triggers: readonly TimerTrigger[],
    fire: (trigger: TimerTrigger, dueAtMs: number) => void,
  ) {
    this.#clock = clock;
    this.#fire = fire;
    this.#entries = triggers.map((trigger) => {
      const schedule = parseCron(trigger.cron);
      return { ...trigger, schedule, nextAtMs: schedule.next(clock.now()) };
    });
    this.#stopListening = clock.onJump(() => this.#fireDue());
    this.#arm();
  }

  nextAtMs(functionName: string, name: string): number | undefined {
    return this.#entries.find((entry) => entry.functionName === functionName && entry.name === name)
      ?.nextAtMs;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopListening();
    this.#entries.length = 0;
  }

  #fireDue(): void {
    const nowMs = this.#clock.now();
    for (const entry of this.#entries) {
      const dueAtMs = entry.nextAtMs;
      // Also after the clock was set back: the next run is the first one after now.
      entry.nextAtMs = entry.schedule.next(nowMs);
      if (dueAtMs !== undefined && dueAtMs <= nowMs) this.#fire(entry, dueAtMs);
    }
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = Math.min(...this.#entries.map((entry) => entry.nextAtMs ?? Number.POSITIVE_INFINITY));
    if (!Number.isFinite(next)) return;
    const waitMs = Math.min(Math.max(next - this.#clock.now(), 0), longestWaitMs);
    this.#timer = setTimeout(() => this.#fireDue(), waitMs).unref();
  }
}
