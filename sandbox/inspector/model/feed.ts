/** The sandbox's events, sorted as they arrive into what the views show, so that no view has to search. */
import type {
  Attempt,
  DocumentEvent,
  ExchangeEvent,
  InvocationEvent,
  NotificationEvent,
  NotificationState,
  SandboxEvent,
} from './events.ts';
import { notificationIdOf, orderNumberOf, ownNumbersOf } from './numbers.ts';
import { Story } from './story.ts';

/** What a view may wait for. */
export type Topic =
  | 'stories'
  | 'exchanges'
  | 'notifications'
  | 'applications'
  | 'documents'
  | 'faults'
  | 'keys'
  | 'ledger'
  | 'clock'
  | 'reset';

/** A callback as far as the events tell it. */
export interface NotificationLog {
  id: string;
  eventType: string;
  outTradeNo: string;
  createdAtMs: number;
  state: NotificationState;
  nextAtMs: number | undefined;
  attempts: Attempt[];
}

/** Events that belong to no order by themselves; a story takes in those that one of its invocations caused. */
export interface Loose {
  invocations: InvocationEvent[];
  effects: (ExchangeEvent | DocumentEvent)[];
}

const keepExchanges = 20_000;
const keepStories = 12_000;
const keepLoose = 3_000;

export class Feed {
  /** Oldest first. */
  readonly exchanges: ExchangeEvent[] = [];
  readonly notifications = new Map<string, NotificationLog>();
  readonly loose: Loose = { invocations: [], effects: [] };
  /** Sandbox clock minus the reader's, ms. */
  clockOffsetMs = 0;
  lastEventId = 0;
  /** How many faults are set. */
  faultCount = 0;
  /** Grows with each loose event. */
  looseRevision = 0;
  readonly #stories = new Map<string, Story>();
  /** From the number of a sub-order to that of the combined payment. */
  readonly #paymentNos = new Map<string, string>();
  readonly #realNow: () => number;

  constructor(realNow: () => number) {
    this.#realNow = realNow;
  }

  /** In the order in which they began. */
  get stories(): IterableIterator<Story> {
    return this.#stories.values();
  }

  get storyCount(): number {
    return this.#stories.size;
  }

  /** By the number of the payment or of one of its orders. */
  story(outTradeNo: string | undefined): Story | undefined {
    return outTradeNo === undefined ? undefined : this.#stories.get(this.#paymentNoOf(outTradeNo));
  }

  /** @returns what views should look at again. */
  receive(event: SandboxEvent): Topic[] {
    this.lastEventId = Math.max(this.lastEventId, event.id);
    this.clockOffsetMs = event.atMs - this.#realNow();
    switch (event.type) {
      case 'exchange':
        return this.#exchange(event);
      case 'invocation':
        return this.#invocation(event);
      case 'document':
        return this.#document(event);
      case 'notification':
        return this.#notification(event);
      case 'order':
        this.#tell(event, event.data.paymentNo);
        return ['stories', 'ledger'];
      case 'reset':
        this.#reset(event);
        return [
          'stories',
          'exchanges',
          'notifications',
          'applications',
          'documents',
          'faults',
          'keys',
          'ledger',
          'reset',
        ];
      case 'application':
        return ['applications'];
      case 'faults':
        this.faultCount = (event.data as { faults?: unknown[] }).faults?.length ?? 0;
        return ['faults'];
      case 'keys':
        return ['keys'];
      case 'clock':
        return ['clock', 'applications'];
      default:
        return [];
    }
  }

  /** The sandbox starts over, or (with `toEventId`) goes back to a snapshot taken after that event. */
  #reset({ data }: SandboxEvent): void {
    const { toEventId } = (data ?? {}) as { toEventId?: number };
    const kept = toEventId === undefined ? [] : this.#eventsUntil(toEventId);
    this.#clear();
    for (const event of kept) this.receive(event);
  }

  #eventsUntil(lastId: number): SandboxEvent[] {
    const stories = [...this.#stories.values()].flatMap((story) => story.events);
    const all = [...this.exchanges, ...this.loose.invocations, ...this.loose.effects, ...stories];
    const byId = new Map(
      all.filter(({ id }) => id <= lastId).map((event) => [event.id, event as SandboxEvent]),
    );
    return [...byId.values()].sort((a, b) => a.id - b.id);
  }

  #clear(): void {
    this.faultCount = 0;
    this.exchanges.length = 0;
    this.notifications.clear();
    this.#stories.clear();
    this.#paymentNos.clear();
    this.loose.invocations.length = 0;
    this.loose.effects.length = 0;
  }

  #exchange(event: ExchangeEvent): Topic[] {
    this.exchanges.push(event);
    trim(this.exchanges, keepExchanges);
    const number = orderNumberOf(event.data);
    if (number !== undefined) this.#tell(event, number);
    else this.#keep(this.loose.effects, event);
    return ['stories', 'exchanges', 'faults'];
  }

  #invocation(event: InvocationEvent): Topic[] {
    const notification = this.notifications.get(notificationIdOf(event.data) ?? '');
    const number = notification?.outTradeNo ?? event.outTradeNo;
    if (number !== undefined && this.story(number)) this.#tell(event, number);
    else if (event.data.door !== 'user') this.#keep(this.loose.invocations, event);
    return ['stories'];
  }

  #document(event: DocumentEvent): Topic[] {
    const { paymentNo, orderNo } = ownNumbersOf(event.data);
    if (paymentNo !== undefined && orderNo !== undefined && paymentNo !== orderNo) {
      this.#paymentNos.set(orderNo, paymentNo);
    }
    const number = paymentNo ?? orderNo;
    if (number !== undefined) this.#tell(event, number);
    else this.#keep(this.loose.effects, event);
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
    this.#tell(event, outTradeNo);
    return ['stories', 'notifications', 'faults'];
  }

  #tell(event: SandboxEvent, number: string): void {
    const paymentNo = this.#paymentNoOf(number);
    let story = this.#stories.get(paymentNo);
    if (!story) {
      story = new Story(paymentNo, event.atMs);
      this.#stories.set(paymentNo, story);
      if (this.#stories.size > keepStories) this.#stories.delete(this.#stories.keys().next().value!);
    }
    story.add(event);
  }

  #keep<T>(list: T[], item: T): void {
    list.push(item);
    trim(list, keepLoose);
    this.looseRevision += 1;
  }

  #paymentNoOf(number: string): string {
    return this.#paymentNos.get(number) ?? number;
  }
}

/** Drops the oldest in larger bites, since each costs a copy. */
function trim(list: unknown[], limit: number): void {
  if (list.length > limit * 1.1) list.splice(0, list.length - limit);
}
