/** The sandbox's events, sorted as they arrive into what the views show, so that no view has to search. */
import type {
  Attempt,
  DocumentEvent,
  ExchangeEvent,
  InvocationEvent,
  LogEvent,
  NotificationEvent,
  NotificationState,
  Rebuild,
  SandboxEvent,
} from './events.ts';
import { problemOf } from './failures.ts';
import { notificationIdOf, orderNumberOf, ownNumbersOf } from './numbers.ts';
import { Story } from './story.ts';
import { type Trace, Traces } from './traces.ts';

/** What a view may wait for. */
export type Topic =
  | 'stories'
  | 'exchanges'
  | 'invocations'
  | 'notifications'
  | 'applications'
  | 'documents'
  | 'faults'
  | 'keys'
  | 'ledger'
  | 'clock'
  | 'phone'
  | 'build'
  | 'reset';

/** A callback, as far as the events describe it. */
export interface NotificationLog {
  id: string;
  eventType: string;
  outTradeNo: string;
  createdAtMs: number;
  state: NotificationState;
  nextAtMs: number | undefined;
  attempts: Attempt[];
}

const keepExchanges = 20_000;
const keepInvocations = 5_000;
const keepStories = 12_000;

export class Feed {
  /** Oldest first. */
  readonly exchanges: ExchangeEvent[] = [];
  /** In the order in which they ended. */
  readonly invocations: InvocationEvent[] = [];
  readonly notifications = new Map<string, NotificationLog>();
  readonly traces = new Traces();
  /** Errors in the sources, by part; a part that builds has none. */
  readonly buildProblems = new Map<Rebuild['part'], readonly string[]>();
  /** Sandbox clock minus the reader's, ms. */
  clockOffsetMs = 0;
  lastEventId = 0;
  readonly #stories = new Map<string, Story>();
  /** From the number of a sub-order to that of the combined payment. */
  readonly #paymentNos = new Map<string, string>();

  /** In the order in which they began. */
  get stories(): IterableIterator<Story> {
    return this.#stories.values();
  }

  get storyCount(): number {
    return this.#stories.size;
  }

  /** By the number of the payment, of one of its orders or of the transfer, or the id of a call that concerns no order. */
  story(number: string | undefined): Story | undefined {
    return number === undefined ? undefined : this.#stories.get(this.#paymentNoOf(number));
  }

  /** @returns what views should look at again. */
  receive(event: SandboxEvent): Topic[] {
    this.lastEventId = Math.max(this.lastEventId, event.id);
    switch (event.type) {
      case 'exchange':
        return this.#exchange(event);
      case 'invocation':
        return this.#invocation(event);
      case 'log':
        return this.#log(event);
      case 'document':
        return this.#document(event);
      case 'notification':
        return this.#notification(event);
      case 'order':
        this.#add(event, event.data.paymentNo);
        return ['stories', 'ledger'];
      case 'complaint':
        this.#add(event, event.data.outTradeNo);
        return ['stories'];
      case 'transfer':
        this.#add(event, event.data.outBillNo);
        return ['stories', 'ledger'];
      case 'reset':
        this.#clear();
        return [
          'stories',
          'exchanges',
          'invocations',
          'notifications',
          'applications',
          'documents',
          'faults',
          'keys',
          'ledger',
          'reset',
        ];
      case 'build':
        this.buildProblems.set(event.data.part, event.data.problems);
        return ['build'];
      case 'application':
        return ['applications'];
      case 'faults':
        return ['faults'];
      case 'keys':
        return ['keys'];
      case 'clock':
        return ['clock', 'applications'];
      default:
        return [];
    }
  }

  #clear(): void {
    this.exchanges.length = 0;
    this.invocations.length = 0;
    this.notifications.clear();
    this.traces.clear();
    this.#stories.clear();
    this.#paymentNos.clear();
  }

  #exchange(event: ExchangeEvent): Topic[] {
    this.exchanges.push(event);
    trim(this.exchanges, keepExchanges);
    const number = orderNumberOf(event.data);
    if (number !== undefined) this.#add(event, number);
    else this.#keepLoose(event);
    return ['stories', 'exchanges', 'faults'];
  }

  #invocation(event: InvocationEvent): Topic[] {
    this.invocations.push(event);
    trim(this.invocations, keepInvocations);
    const trace = this.traces.of(event.data.invocationId);
    trace.event = event;
    addLines(event, trace.earlyLines.splice(0));
    const notification = this.notifications.get(notificationIdOf(event.data) ?? '');
    const story = this.story(notification?.outTradeNo ?? event.outTradeNo);
    if (story) trace.paymentNos.add(story.paymentNo);
    for (const paymentNo of trace.paymentNos) this.#link(trace, this.story(paymentNo));
    if (trace.paymentNos.size === 0 && event.data.source !== 'function' && problemOf(event.data)) {
      this.#addFailedCall(event, trace);
    }
    return ['stories', 'invocations'];
  }

  #log({ data: { invocationId, line } }: LogEvent): Topic[] {
    const trace = this.traces.of(invocationId);
    if (trace.event) addLines(trace.event, [line]);
    else trace.earlyLines.push(line);
    return ['stories', 'invocations'];
  }

  /** A call that failed before it did anything for an order gets a line of its own. */
  #addFailedCall(event: InvocationEvent, trace: Trace): void {
    const story = this.#open(event.data.invocationId, event.data.startedAtMs);
    story.call = event.data;
    trace.paymentNos.add(story.paymentNo);
    this.#link(trace, story);
  }

  #document(event: DocumentEvent): Topic[] {
    const { paymentNo, orderNo } = ownNumbersOf(event.data);
    if (paymentNo !== undefined && orderNo !== undefined && paymentNo !== orderNo) {
      this.#paymentNos.set(orderNo, paymentNo);
    }
    const number = paymentNo ?? orderNo;
    if (number !== undefined) this.#add(event, number);
    else this.#keepLoose(event);
    return ['stories', 'documents'];
  }

  #notification(event: NotificationEvent): Topic[] {
    const { id, eventType, outTradeNo, state, nextAtMs, attempt } = event.data;
    const log = this.notifications.get(id) ?? {
      id,
      eventType,
      outTradeNo,
      createdAtMs: event.atMs,
      state,
      nextAtMs,
      attempts: [],
    };
    log.state = state;
    log.nextAtMs = nextAtMs;
    if (attempt) log.attempts.push(attempt);
    this.notifications.set(id, log);
    // Empty in a callback about neither an order nor a transfer, such as that of a withdrawal.
    if (outTradeNo !== '') this.#add(event, outTradeNo);
    return ['stories', 'notifications', 'faults'];
  }

  #add(event: SandboxEvent, number: string): void {
    const story = this.#open(this.#paymentNoOf(number), event.atMs);
    story.add(event);
    if (event.invocationId === undefined) return;
    const trace = this.traces.of(event.invocationId);
    trace.paymentNos.add(story.paymentNo);
    this.#link(trace, story);
  }

  /** The story takes in what this invocation did, and who called it. */
  #link(trace: Trace, story: Story | undefined): void {
    if (!story) return;
    story.addTrace(trace.id);
    const problem = trace.event && problemOf(trace.event.data);
    if (problem) story.problems.add(problem);
    const caller = this.traces.callerOf(trace);
    if (!caller) return;
    caller.paymentNos.add(story.paymentNo);
    this.#link(caller, story);
  }

  #keepLoose(event: ExchangeEvent | DocumentEvent): void {
    if (event.invocationId !== undefined) this.traces.of(event.invocationId).loose.push(event);
  }

  #open(paymentNo: string, atMs: number): Story {
    const known = this.#stories.get(paymentNo);
    if (known) return known;
    const story = new Story(paymentNo, atMs);
    this.#stories.set(paymentNo, story);
    if (this.#stories.size > keepStories) this.#stories.delete(this.#stories.keys().next().value!);
    return story;
  }

  #paymentNoOf(number: string): string {
    return this.#paymentNos.get(number) ?? number;
  }
}

/** In a new object, since views remember what they made of one. */
function addLines(event: InvocationEvent, lines: readonly string[]): void {
  if (lines.length > 0) event.data = { ...event.data, logs: [...event.data.logs, ...lines] };
}

/** Drops the oldest in batches, since each removal copies the list. */
function trim(list: unknown[], limit: number): void {
  if (list.length > limit * 1.1) list.splice(0, list.length - limit);
}
