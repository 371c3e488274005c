import type { SandboxClock, ScheduledTask } from '../../clock.ts';
import type { Slot } from './slot.ts';
import type { State } from './state.ts';

/** Something that happens automatically at a time on the sandbox's clock: a refund ends, a transfer expires. */
interface DueTask {
  readonly kind: string;
  /** What it is about, within its kind: a refund_id, for example. */
  readonly ref: string;
  /** Epoch ms on the sandbox's clock. */
  readonly dueAtMs: number;
}

/**
 * Keeps what is due in the state, so that it survives a restart and a restored snapshot, and runs it on the
 * clock in order. The clock knows one task only, the next one.
 */
export class DueTasks {
  readonly #clock: SandboxClock;
  readonly #state: () => State;
  readonly #handlers = new Map<string, (ref: string) => void>();
  #next: ScheduledTask | undefined;

  constructor(clock: SandboxClock, state: () => State) {
    this.#clock = clock;
    this.#state = state;
  }

  /** What to do when a task of this kind is due. */
  handle(kind: string, run: (ref: string) => void): void {
    this.#handlers.set(kind, run);
  }

  /** One task for each kind and ref: a new one replaces it. */
  schedule(kind: string, ref: string, dueAtMs: number): void {
    this.#tasks().set(`${kind}/${ref}`, { kind, ref, dueAtMs });
    if (!this.#next || dueAtMs < this.#next.dueAtMs) this.#arm(dueAtMs);
  }

  cancel(kind: string, ref: string): void {
    this.#tasks().delete(`${kind}/${ref}`);
  }

  /** Reschedules the tasks, after a reset or restore. */
  resume(): void {
    this.close();
    const next = this.#earliest();
    if (next) this.#arm(next.dueAtMs);
  }

  close(): void {
    this.#next?.cancel();
    this.#next = undefined;
  }

  #tasks(): Slot<DueTask> {
    return this.#state().slot<DueTask>('due');
  }

  #earliest(): DueTask | undefined {
    let earliest: DueTask | undefined;
    for (const task of this.#tasks().peek()) {
      if (!earliest || task.dueAtMs < earliest.dueAtMs) earliest = task;
    }
    return earliest;
  }

  #arm(dueAtMs: number): void {
    this.#next?.cancel();
    this.#next = this.#clock.schedule(dueAtMs, 'due tasks', () => this.#run());
  }

  #run(): void {
    this.#next = undefined;
    const nowMs = this.#clock.now();
    const due = [...this.#tasks().peek()].filter(({ dueAtMs }) => dueAtMs <= nowMs);
    for (const task of due.sort((a, b) => a.dueAtMs - b.dueAtMs)) {
      // An earlier task may have cancelled or postponed it.
      if (this.#tasks().get(`${task.kind}/${task.ref}`) !== task) continue;
      this.cancel(task.kind, task.ref);
      this.#handlers.get(task.kind)?.(task.ref);
    }
    this.resume();
  }
}
