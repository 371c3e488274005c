import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
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
   * - `invocation`: a cloud function answered
   * - `log`: a line of work that an invocation left behind when it answered
   * - `document`: the emulator's database changed
   * - `file`: the emulator's storage changed
   * - `transfer`: a transfer to a person changed state
   * - `withdrawal`: a withdrawal changed state
   * - `complaint`: a payer's complaint changed
   * - `balance`: a merchant's balance was topped up or paid out by the control API
   * - `keys`, `clock`, `faults`: the control API was used
   * - `build`: functions or the mini-program were built again after a change, or failed to (see {@link Rebuild})
   * - `reset`: the sandbox started over; earlier events no longer apply (see {@link Beginning})
   */
  readonly type:
    | 'exchange'
    | 'notification'
    | 'order'
    | 'application'
    | 'invocation'
    | 'log'
    | 'document'
    | 'file'
    | 'transfer'
    | 'withdrawal'
    | 'complaint'
    | 'balance'
    | 'shipping'
    | 'subscribe-message'
    | 'pushed-event'
    | 'keys'
    | 'clock'
    | 'faults'
    | 'build'
    | 'reset';
  /** The order it concerns (out_trade_no), where that is known. */
  readonly outTradeNo?: string | undefined;
  /** The invocation that caused it; for an invocation, the one that called it. */
  readonly invocationId?: string | undefined;
  readonly data: unknown;
}

/** What an event of type `build` carries. */
export interface Rebuild {
  readonly part: 'functions' | 'miniprogram';
  /** Names of the functions whose next call runs the new code; empty for the mini-program. */
  readonly rebuilt: readonly string[];
  /** Each with file and line. While there are any, the previous build stays in use. */
  readonly problems: readonly string[];
  readonly tookMs: number;
}

/** What an event of type `reset` carries. */
export interface Beginning {
  /** `start`: the sandbox was started; `restore`: it went back to a snapshot, whose history follows. */
  readonly reason: 'start' | 'reset' | 'restore';
  /** Different in each process, so that a reader that reconnects sees whether the sandbox was restarted. */
  readonly runId: string;
  /** The snapshot's name, when it has one. */
  readonly snapshot?: string | undefined;
}

type Listener = (event: SandboxEvent) => void;

/** How much of what happened is kept: the newest events that are together within both. */
export interface BusLimits {
  readonly events: number;
  /** About what they take in memory. */
  readonly bytes: number;
}

/** Few enough that publishing them is no pause. */
const eventsOfPiece = 200;

const usualLimits: BusLimits = { events: 20_000, bytes: 40 * 1024 * 1024 };

/** Keeps the newest events for readers that come late, and passes each to those that are subscribed. */
export class SandboxBus {
  readonly runId = randomUUID().slice(0, 8);
  #lastId = 0;
  #beginning!: SandboxEvent;
  readonly #listeners = new Set<Listener>();
  readonly #recent: SandboxEvent[] = [];
  readonly #sizes: number[] = [];
  #bytes = 0;
  readonly #limits: BusLimits;
  readonly #now: () => number;

  constructor(now: () => number, limits: BusLimits = usualLimits) {
    this.#now = now;
    this.#limits = limits;
    this.startOver('start');
  }

  publish(type: SandboxEvent['type'], data: unknown, outTradeNo?: string): void {
    this.#emit({ atMs: this.#now(), type, outTradeNo, invocationId: currentInvocation(), data });
  }

  /** Forgets what was published, and publishes a history in its place: that of a snapshot, or none. */
  startOver(reason: Beginning['reason'], history: readonly SandboxEvent[] = [], snapshot?: string): void {
    Array.from(this.#pieces(reason, history, snapshot));
  }

  /** The same for a long history: what happens meanwhile is published between its pieces. */
  async startOverInPieces(
    reason: Beginning['reason'],
    history: readonly SandboxEvent[],
    snapshot?: string,
  ): Promise<void> {
    for (const _piece of this.#pieces(reason, history, snapshot)) await setImmediate();
  }

  /** Publishes the beginning and a piece at a time of the history, until something else begins. */
  *#pieces(
    reason: Beginning['reason'],
    history: readonly SandboxEvent[],
    snapshot?: string,
  ): Generator<void> {
    this.#recent.length = 0;
    this.#sizes.length = 0;
    this.#bytes = 0;
    const data: Beginning = { reason, runId: this.runId, snapshot };
    const beginning = this.#emit({ atMs: this.#now(), type: 'reset', data });
    this.#beginning = beginning;
    for (let at = 0; at < history.length && this.#beginning === beginning; at++) {
      const event = history[at]!;
      if (event.type !== 'reset') this.#emit(event);
      if (at % eventsOfPiece === eventsOfPiece - 1) yield;
    }
  }

  /** Events after `afterId`, oldest first; the beginning is among them even when much has happened since. */
  since(afterId: number): SandboxEvent[] {
    const events = this.#recent.filter((event) => event.id > afterId);
    const forgotten = this.#beginning.id > afterId && events[0] !== this.#beginning;
    return forgotten ? [this.#beginning, ...events] : events;
  }

  /** What has happened since the beginning, as far as it is kept. */
  history(): SandboxEvent[] {
    return this.#recent.filter(({ type }) => type !== 'reset');
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #emit(given: Omit<SandboxEvent, 'id'>): SandboxEvent {
    const event: SandboxEvent = { ...given, id: ++this.#lastId };
    const bytes = sizeOf(event);
    this.#recent.push(event);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    this.#forgetOldest();
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** A tenth at once, since moving all others costs more than keeping a few. */
  #forgetOldest(): void {
    const { events, bytes } = this.#limits;
    if (this.#recent.length <= events * 1.1 && this.#bytes <= bytes * 1.1) return;
    let dropped = 0;
    while (this.#recent.length - dropped > events || this.#bytes > bytes) {
      this.#bytes -= this.#sizes[dropped]!;
      dropped++;
    }
    this.#recent.splice(0, dropped);
    this.#sizes.splice(0, dropped);
  }
}

/** About what a JSON value takes in memory, in bytes. */
export function sizeOf(value: unknown): number {
  // Text with a character beyond Latin-1 takes two bytes for each.
  if (typeof value === 'string') return 16 + value.length * (/[^\0-\xff]/.test(value) ? 2 : 1);
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, member) => sum + 8 + sizeOf(member), 32);
}
