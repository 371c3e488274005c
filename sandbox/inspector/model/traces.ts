/** What each invocation did: every event that an instance causes names its invocation, so nothing has to be guessed. */
import type { DocumentEvent, ExchangeEvent, InvocationEvent } from './events.ts';

export interface Trace {
  readonly id: string;
  /** The invocation itself; known when it has ended, after everything that it caused. */
  event?: InvocationEvent;
  /** Lines that arrived before the invocation itself did, though they were written after its answer. */
  readonly earlyLines: string[];
  /** What it did that concerns no order by itself, such as a download of certificates. */
  readonly loose: (ExchangeEvent | DocumentEvent)[];
  /** The payments that it did something for. */
  readonly paymentNos: Set<string>;
}

const keepTraces = 8_000;

export class Traces {
  readonly #traces = new Map<string, Trace>();

  get(id: string | undefined): Trace | undefined {
    return id === undefined ? undefined : this.#traces.get(id);
  }

  /** The trace of this invocation, created if there is none yet. */
  of(id: string): Trace {
    const known = this.#traces.get(id);
    if (known) return known;
    const trace: Trace = { id, earlyLines: [], loose: [], paymentNos: new Set() };
    this.#traces.set(id, trace);
    if (this.#traces.size > keepTraces) this.#traces.delete(this.#traces.keys().next().value!);
    return trace;
  }

  /** The trace of the function that called this one. */
  callerOf({ event }: Trace): Trace | undefined {
    return this.get(event?.invocationId);
  }

  clear(): void {
    this.#traces.clear();
  }
}
