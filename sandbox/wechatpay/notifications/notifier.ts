import type { ScheduledTask } from '../../clock.ts';
import { outsideInvocation } from '../../invocation-scope.ts';
import type { SimulatorContext } from '../context.ts';
import type { FaultSet } from '../http/faults.ts';
import type { Slot } from '../state/slot.ts';
import { hostnameOf, isLoopback, type PostCallback, Poster, type PostResult } from './post.ts';
import { idsToDrop, retention } from './retention.ts';
import { notificationBody, signCallback } from './sign-callback.ts';
import {
  type Attempt,
  answerTimeoutMs,
  type NewNotification,
  type Notification,
  type NotificationSettings,
  retrySecondsOf,
  type Tamper,
} from './types.ts';

export interface NotifierOptions {
  readonly context: () => SimulatorContext;
  readonly faults: () => FaultSet;
  /** The time for Wechatpay-Timestamp, in epoch ms. */
  readonly transportNow: () => number;
  /** Allowed hosts besides loopback addresses. */
  readonly callbackHosts: readonly string[];
  /** Waits until what the callback is about is in the state file: no callback reports what a kill could take back. */
  readonly written: () => Promise<void> | undefined;
  /** Default: over HTTP. */
  readonly post?: PostCallback | undefined;
}

/** The longest that a callback waits for the next one about its order. */
const longestBehindMs = 24 * 3_600_000;

/** Delivers callbacks on the official schedule, and logs every attempt. */
export class Notifier {
  readonly settings: NotificationSettings = { hold: false, duplicates: 0, probe: false };
  readonly #options: NotifierOptions;
  readonly #poster = new Poster();
  readonly #post: PostCallback;
  readonly #tasks = new Map<string, ScheduledTask>();
  readonly #inFlight = new Set<Promise<void>>();
  /** Callbacks that wait for the next one about the same order, by order number. */
  readonly #behind = new Map<string, Notification>();
  #closed = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#post = options.post ?? ((...callback) => this.#poster.post(...callback));
  }

  list(): Notification[] {
    return [...this.#slot().peek()];
  }

  get(id: string): Notification | undefined {
    return this.#slot().get(id);
  }

  /** Creates a callback; its first delivery begins at once, unless held. */
  create(given: NewNotification): Notification {
    const { state, clock } = this.#options.context();
    const head = { ...given, id: state.random.uuid(), createdAtMs: clock.now() };
    const notification: Notification = {
      ...head,
      body: notificationBody(state, head, given.resource),
      state: this.settings.hold ? 'held' : 'pending',
      scheduled: 0,
      attempts: [],
    };
    if (!this.#mayContact(given.url)) {
      notification.state = 'undeliverable';
      notification.reason =
        'The sandbox only delivers to loopback addresses; it sends nothing to the network.';
    } else if (given.delivery?.lost) {
      notification.state = 'exhausted';
      notification.reason = 'The order asked for it: this callback is lost.';
    }
    this.#slot().set(notification.id, notification);
    if (this.#slot().size >= retention.mostOver + retention.droppedAtOnce) {
      for (const old of idsToDrop(this.#slot().peek(), retention.mostOver)) this.#slot().delete(old);
    }
    this.#publish(notification, 'created');
    if (notification.state === 'pending') this.#begin(notification);
    return notification;
  }

  /** The first attempt: now, or when the order's scenario schedules it. */
  #begin(notification: Notification): void {
    const { delayMs, behindNext } = notification.delivery ?? {};
    if (behindNext) this.#behind.set(notification.outTradeNo, notification);
    const waitMs = behindNext ? longestBehindMs : delayMs;
    if (waitMs === undefined) outsideInvocation(() => this.#track(this.#deliver(notification)));
    else this.#schedule(notification, notification.createdAtMs + waitMs);
  }

  /** The callback that was waiting to be sent after this one, if any. */
  async #deliverBehind(first: Notification): Promise<void> {
    const behind = this.#behind.get(first.outTradeNo);
    if (!behind) return;
    this.#behind.delete(first.outTradeNo);
    if (behind === first) return;
    this.#tasks.get(behind.id)?.cancel();
    this.#tasks.delete(behind.id);
    await this.#deliver(behind);
  }

  /** Sends a callback again now, genuine or tampered with. @returns the attempts made. */
  async replay(notification: Notification, tamper: Tamper | undefined, times: number): Promise<Attempt[]> {
    const made: Attempt[] = [];
    for (let count = 0; count < times; count++) {
      made.push(await this.#attempt(notification, 'replay', tamper));
    }
    return made;
  }

  /** Delivers what was held, in the order given, and waits for the first attempts. */
  async release(order: 'in-order' | 'reversed'): Promise<number> {
    this.settings.hold = false;
    const held = this.list().filter((notification) => notification.state === 'held');
    if (order === 'reversed') held.reverse();
    for (const notification of held) {
      notification.state = 'pending';
      await this.#deliver(notification);
    }
    return held.length;
  }

  /** Resolves when no first delivery is in progress. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /** Drops the schedule, and resumes that of the current state. */
  resume(): void {
    this.#cancelAll();
    this.#behind.clear();
    for (const notification of this.#slot().values()) {
      const { state, delivery, scheduled, outTradeNo } = notification;
      if (delivery?.behindNext && state === 'pending' && scheduled === 0)
        this.#behind.set(outTradeNo, notification);
      if (state === 'pending') this.#schedule(notification, notification.nextAtMs);
    }
  }

  /** Aborts deliveries in flight; the schedule stays in the state, for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelAll();
    this.#poster.close();
    await this.settled();
  }

  #mayContact(url: string): boolean {
    return isLoopback(url) || this.#options.callbackHosts.includes(hostnameOf(url));
  }

  #cancelAll(): void {
    for (const task of this.#tasks.values()) task.cancel();
    this.#tasks.clear();
  }

  #slot(): Slot<Notification> {
    return this.#options.context().state.slot<Notification>('notifications');
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  async #deliver(notification: Notification): Promise<void> {
    const { state } = this.#options.context();
    if (this.settings.probe && notification.scheduled === 0)
      await this.#attempt(notification, 'probe', 'signtest');
    notification.scheduled++;
    delete notification.nextAtMs;
    const attempt = await this.#attempt(notification, 'scheduled', undefined);
    await this.#deliverBehind(notification);
    // After a reset or restore in the meantime, this notification no longer exists.
    if (state !== this.#options.context().state) return;
    if (!attempt.ok) {
      this.#scheduleNext(notification);
      return;
    }
    notification.state = 'delivered';
    this.#publish(notification, 'delivered');
    const copies = this.settings.duplicates + (notification.delivery?.copies ?? 0);
    for (let count = 0; count < copies; count++) {
      await this.#attempt(notification, 'duplicate', undefined);
    }
  }

  #scheduleNext(notification: Notification): void {
    const waits = retrySecondsOf(notification);
    const seconds = waits[notification.scheduled - 1];
    if (seconds === undefined) {
      notification.state = 'exhausted';
      notification.reason = `Not acknowledged in ${waits.length + 1} attempts; no more will come.`;
      this.#publish(notification, 'exhausted');
      return;
    }
    this.#schedule(notification, this.#options.context().clock.now() + seconds * 1000);
  }

  #schedule(notification: Notification, atMs: number | undefined): void {
    const { clock } = this.#options.context();
    const dueAtMs = atMs ?? clock.now();
    notification.nextAtMs = dueAtMs;
    this.#publish(notification, 'scheduled');
    if (this.#closed) return;
    const task = clock.schedule(
      dueAtMs,
      `notification ${notification.id} of ${notification.outTradeNo}`,
      () => {
        this.#tasks.delete(notification.id);
        return this.#deliver(notification);
      },
    );
    this.#tasks.set(notification.id, task);
  }

  async #attempt(
    notification: Notification,
    kind: Attempt['kind'],
    tamper: Tamper | undefined,
  ): Promise<Attempt> {
    const { transportNow } = this.#options;
    const context = this.#options.context();
    const atMs = context.clock.now();
    const signed = signCallback(context.state, notification, transportNow(), tamper);
    const result = this.#mayContact(notification.url)
      ? await this.#send(notification.url, signed.headers, signed.body)
      : { error: 'not delivered: sandbox only delivers to loopback', ms: 0 };
    const attempt: Attempt = {
      atMs,
      kind,
      ...(tamper !== undefined && { tamper }),
      ...result,
      ok: result.status !== undefined && result.status >= 200 && result.status < 300,
      serial: signed.serial,
      ...(signed.headers['Request-ID'] !== undefined && { requestId: signed.headers['Request-ID'] }),
    };
    notification.attempts.push(attempt);
    this.#publish(notification, 'attempted', attempt);
    return attempt;
  }

  /** A fault on the route `notify` may break the connection before or after delivery, or delay it. */
  async #send(url: string, headers: Record<string, string>, body: string): Promise<PostResult> {
    const fault = this.#options.faults().next(['notify']);
    if (fault?.kind === 'reset' && !fault.afterEffect)
      return { error: 'fault: connection reset before delivery', ms: 0 };
    if (fault?.kind === 'latency')
      await new Promise((resolve) => setTimeout(resolve, fault.latencyMs ?? 1000));
    await this.#options.written();
    const result = await this.#post(url, headers, body, answerTimeoutMs);
    if (fault?.kind === 'reset') return { error: 'fault: delivered, but the answer was lost', ms: result.ms };
    return result;
  }

  #publish(notification: Notification, change: string, attempt?: Attempt): void {
    const { id, outTradeNo, state, nextAtMs, eventType } = notification;
    this.#slot().touch(id);
    const data = { change, id, outTradeNo, eventType, state, nextAtMs, attempt };
    // Not every callback is about an order.
    this.#options.context().bus.publish('notification', data, outTradeNo || undefined);
  }
}
