import type { ScheduledTask } from '../../clock.ts';
import type { Kernel } from '../context.ts';
import { OrderBook } from './order-store.ts';
import { type Payment, stateOf } from './types.ts';

/** Tells of orders whose time is up, and closes what nobody paid, on the clock. One task for all of them. */
export class ExpiryWatch {
  readonly #kernel: Kernel;
  #task: ScheduledTask | undefined;
  #sweptAtMs: number;
  readonly #unsubscribe: () => void;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#sweptAtMs = kernel.clock.now();
    this.#unsubscribe = kernel.bus.subscribe(({ type, data, outTradeNo }) => {
      const { change } = (data ?? {}) as { change?: string };
      if (type !== 'order' || change !== 'placed' || outTradeNo === undefined) return;
      const payment = new OrderBook(kernel.world).find(outTradeNo);
      if (payment) this.#watch(payment.expiresAtMs);
    });
  }

  /** Looks at all orders anew, after a reset or restore. */
  resume(): void {
    this.#task?.cancel();
    this.#task = undefined;
    this.#sweptAtMs = this.#kernel.clock.now();
    this.#watchNext();
  }

  close(): void {
    this.#task?.cancel();
    this.#unsubscribe();
  }

  #watch(atMs: number): void {
    if (this.#task && this.#task.dueAtMs <= atMs) return;
    this.#task?.cancel();
    this.#task = this.#kernel.clock.schedule(atMs, 'order expiry', () => this.#sweep());
  }

  #sweep(): void {
    this.#task = undefined;
    const { world, clock, bus } = this.#kernel;
    const nowMs = clock.now();
    const book = new OrderBook(world);
    for (const payment of book.payments()) {
      const { paymentNo, expiresAtMs } = payment;
      if (isUnpaid(payment) && expiresAtMs > this.#sweptAtMs && expiresAtMs <= nowMs) {
        bus.publish('order', { change: 'expired', paymentNo, state: stateOf(payment) }, paymentNo);
      }
      if (book.settle(payment, nowMs)) {
        bus.publish('order', { change: 'closed', paymentNo, state: 'CLOSED' }, paymentNo);
      }
    }
    this.#sweptAtMs = nowMs;
    this.#watchNext();
  }

  #watchNext(): void {
    const nowMs = this.#kernel.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const payment of new OrderBook(this.#kernel.world).payments()) {
      if (!isUnpaid(payment)) continue;
      const atMs = payment.expiresAtMs > nowMs ? payment.expiresAtMs : payment.closesAtMs;
      next = Math.min(next, atMs);
    }
    if (Number.isFinite(next)) this.#watch(next);
  }
}

function isUnpaid(payment: Payment): boolean {
  const state = stateOf(payment);
  return state === 'NOTPAY' || state === 'PAYERROR';
}
