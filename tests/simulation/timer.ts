/** When the timer's function runs: planned by what is stored, since most of its runs would find nothing to do. */
import type { Document } from '../../shared/core/ports.ts';
import type { Outcome } from './cloud.ts';
import type { Faults } from './faults.ts';
import { between } from './random.ts';
import type { Timeline } from './timeline.ts';

const minuteMs = 60_000;
/** After the last fault, in which the timer comes every minute. */
const soonMs = 20 * minuteMs;
const atOnceMs = 2 * minuteMs;
/** Enough for an instance whose clock is behind, and for a database that fails. */
const mostIdleRuns = 5;

/** Fields that say when the timer has something to do. */
const turns = /^(check|fulfil|ship|notify|refresh|poll)AfterMs$|^next(Poll)?AtMs$/;
/** Those that come again for as long as anything is open, in case a callback was lost. */
const looks = /^(refresh|poll)AfterMs$/;

export interface TimerOptions {
  readonly timeline: Timeline;
  readonly faults: Faults;
  /** Runs the function that the timer calls. */
  readonly invoke: () => Promise<Outcome>;
}

export class Timer {
  readonly #options: TimerOptions;
  /** Planned runs, and whether there is a reason for each besides what is stored. */
  readonly #runs = new Map<number, boolean>();
  #calmAtMs = Number.POSITIVE_INFINITY;
  /** When there is something to do, by what it is. */
  readonly #turns = new Map<string, number>();
  /** Runs in a row that left what was due as it was. */
  #idleRuns = 0;
  #writes = 0;

  constructor(options: TimerOptions) {
    this.#options = options;
  }

  get #nowMs(): number {
    return this.#options.timeline.nowMs;
  }

  /** The run in this minute, or the next one that begins at or after `atMs`. */
  wake(atMs: number): void {
    this.#planRun(atMs, { certain: true, looks: false });
  }

  /** With no more faults. */
  calmDown(): void {
    this.#idleRuns = 0;
    this.#calmAtMs = this.#nowMs;
    this.wake(this.#nowMs);
  }

  /** A document was stored: it may say when the timer has something to do. */
  written(collection: string, doc: Document): void {
    if (collection !== 'heartbeats' && collection !== 'notifications') this.#writes++;
    for (const [field, value] of Object.entries(doc)) {
      if (!turns.test(field)) continue;
      const turn = `${collection}/${doc._id}/${field}`;
      if (typeof value !== 'number') this.#turns.delete(turn);
      else if (this.#turns.get(turn) !== value) {
        this.#turns.set(turn, value);
        this.#planRun(value, { certain: false, looks: looks.test(field) });
      }
    }
  }

  /**
   * Long after the last fault the timer comes seldom, unless something is due at once: what is left then is asked about
   * again and again. Where only callbacks are lost, it is checked how soon a payment is found.
   */
  #planRun(atMs: number, { certain, looks }: { readonly certain: boolean; readonly looks: boolean }): void {
    const { faults, timeline } = this.#options;
    const fromMs = Math.max(atMs, this.#nowMs + 1);
    const isSoon = fromMs - this.#nowMs <= atOnceMs;
    const prompt = isSoon || (faults.onlyCallbacks && !looks);
    const seldom = fromMs - this.#calmAtMs > soonMs && !prompt;
    const everyMs = seldom ? (looks ? 720 : 180) * minuteMs : minuteMs;
    const runMs = Math.ceil(fromMs / everyMs) * everyMs;
    const planned = this.#runs.get(runMs);
    this.#runs.set(runMs, certain || planned === true);
    if (planned === undefined) timeline.at(runMs, () => void this.#strike(runMs));
  }

  #isDue(): boolean {
    for (const atMs of this.#turns.values()) if (atMs <= this.#nowMs) return true;
    return false;
  }

  /** What it was planned for may have been done since, by a callback or by the run before. */
  async #strike(runMs: number): Promise<void> {
    const { faults } = this.#options;
    if (!this.#runs.get(runMs) && !this.#isDue()) return;
    if (faults.strikes('timer late'))
      return this.wake(this.#nowMs + between(faults.random('timer late'), 1, 10) * minuteMs);
    const first = this.#run();
    if (faults.strikes('timer overlapping')) void this.#run();
    await first;
    if (faults.strikes('timer twice')) await this.#run();
  }

  async #run(): Promise<void> {
    const before = this.#writes;
    const outcome = await this.#options.invoke();
    if (!('answer' in outcome)) return this.wake(this.#nowMs);
    const isDue = this.#isDue();
    this.#idleRuns = isDue && this.#writes === before ? this.#idleRuns + 1 : 0;
    if (isDue && this.#idleRuns < mostIdleRuns) this.wake(this.#nowMs);
  }
}
