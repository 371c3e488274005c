import type { ScheduledTask } from '../../clock.ts';
import type { SimulatorContext } from '../context.ts';
import { OrderStore } from './order-store.ts';
import { isUnpaid, stateOf } from './types.ts';

/** Publishes orders whose time is up, and closes unpaid ones, on the clock. One task for all of them. */
export class ExpiryWatch {
  readonly #context: SimulatorContext;
  #task: ScheduledTask | undefined;
  #sweptAtMs: number;
  readonly #unsubscribe: () => void;

  constructor(context: SimulatorContext) {
    this.#context = context;
    this.#sweptAtMs = context.clock.now();
    this.#unsubscribe = context.bus.subscribe(({ type, data, outTradeNo }) => {
      const { change } = (data ?? {}) as { change?: string };
      if (type !== 'order' || change !== 'placed' || outTradeNo === undefined) return;
      const payment = new OrderStore(context.state).find(outTradeNo);
      if (payment) this.#watch(payment.expiresAtMs);
    });
  }

  /** Reschedules all orders, after a reset or restore. */
  resume(): void {
    this.#task?.cancel();
    this.#task = undefined;
    this.#sweptAtMs = this.#context.clock.now();
    this.#watchNext();
  }

  close(): void {
    this.#task?.cancel();
    this.#unsubscribe();
  }

  #watch(atMs: number): void {
    if (this.#task && this.#task.dueAtMs <= atMs) return;
    this.#task?.cancel();
    this.#task = this.#context.clock.schedule(atMs, 'order expiry', () => this.#sweep());
  }

  #sweep(): void {
    this.#task = undefined;
    const { state, clock, bus } = this.#context;
    const nowMs = clock.now();
    const store = new OrderStore(state);
    for (const payment of store.payments()) {
      const { paymentNo, expiresAtMs } = payment;
      if (isUnpaid(payment) && expiresAtMs > this.#sweptAtMs && expiresAtMs <= nowMs) {
        bus.publish('order', { change: 'expired', paymentNo, state: stateOf(payment) }, paymentNo);
      }
      if (store.settle(payment, nowMs)) {
        bus.publish('order', { change: 'closed', paymentNo, state: 'CLOSED' }, paymentNo);
      }
    }
    this.#sweptAtMs = nowMs;
    this.#watchNext();
  }

  #watchNext(): void {
    const nowMs = this.#context.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const payment of new OrderStore(this.#context.state).payments()) {
      if (!isUnpaid(payment)) continue;
      const atMs = payment.expiresAtMs > nowMs ? payment.expiresAtMs : payment.closesAtMs;
      next = Math.min(next, atMs);
    }
    if (Number.isFinite(next)) this.#watch(next);
  }
}
