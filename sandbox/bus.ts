import { currentInvocation } from './invocation-scope.ts';

/** What happened in the sandbox, as it happens: the inspector's timeline is made of these. */
export interface SandboxEvent {
  /** Grows by one with each event of this run; a reader that lost its connection resumes from it. */
  readonly id: number;
  readonly atMs: number;
  /**
   * - `exchange`: a request to the WeChat Pay simulator was answered
   * - `notification`: a callback was created, attempted, or its schedule changed
   * - `order`, `application`: the simulator's side of it changed state
   * - `invocation`: a cloud function started, logged or answered
   * - `document`: the emulator's database changed
   * - `file`: the emulator's storage changed
   * - `transfer`: a transfer to a person changed state
   * - `balance`: a merchant's balance was topped up or paid out by the control API
   * - `keys`, `clock`, `faults`, `reset`: the control API was used
   */
  readonly type:
    | 'exchange'
    | 'notification'
    | 'order'
    | 'application'
    | 'invocation'
    | 'document'
    | 'file'
    | 'transfer'
    | 'balance'
    | 'keys'
    | 'clock'
    | 'faults'
    | 'reset';
  /** The order it concerns (out_trade_no), where that is known. */
  readonly outTradeNo?: string | undefined;
  /** The invocation that caused it; for an invocation, the one that called it. */
  readonly invocationId?: string | undefined;
  readonly data: unknown;
}

type Listener = (event: SandboxEvent) => void;

/** Keeps the newest events for readers that come late, and passes each to those that are subscribed. */
export class SandboxBus {
  #lastId = 0;
  readonly #listeners = new Set<Listener>();
  readonly #recent: SandboxEvent[] = [];
  readonly #keep: number;
  readonly #now: () => number;

  constructor(now: () => number, keep = 20_000) {
    this.#now = now;
    this.#keep = keep;
  }

  publish(type: SandboxEvent['type'], data: unknown, outTradeNo?: string): void {
    const event: SandboxEvent = {
      id: ++this.#lastId,
      atMs: this.#now(),
      type,
      outTradeNo,
      invocationId: currentInvocation(),
      data,
    };
    this.#recent.push(event);
    if (this.#recent.length > this.#keep * 1.1) this.#recent.splice(0, this.#recent.length - this.#keep);
    for (const listener of this.#listeners) listener(event);
  }

  /** Events after `afterId`, oldest first. */
  since(afterId: number): SandboxEvent[] {
    return this.#recent.filter((event) => event.id > afterId);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
