import type { SandboxBus, SandboxEvent } from '../bus.ts';
import type { NextOptions } from './control-types.ts';
import { SandboxProblem } from './problem.ts';

interface Delivery {
  readonly id: string;
  readonly outTradeNo: string;
  readonly eventType: string;
}

interface Waiting {
  readonly options: NextOptions;
  readonly resolve: (id: string) => void;
}

/** Callbacks in the order in which their first attempt ended, each handed out once. */
export class DeliveryQueue {
  readonly #ready: Delivery[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting = new Set<Waiting>();
  readonly #unsubscribe: () => void;

  constructor(bus: SandboxBus) {
    this.#unsubscribe = bus.subscribe((event) => this.#receive(event));
  }

  next(options: NextOptions = {}): Promise<string> {
    const at = this.#ready.findIndex((delivery) => matches(delivery, options));
    if (at >= 0) return Promise.resolve(this.#ready.splice(at, 1)[0]!.id);
    const { timeoutMs = 5_000 } = options;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        options,
        resolve: (id) => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve(id);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(nothingCame(options, timeoutMs));
      }, timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  #receive({ type, data }: SandboxEvent): void {
    if (type === 'reset') {
      this.#ready.length = 0;
      this.#seen.clear();
    }
    if (type !== 'notification') return;
    const { change, state, attempt, id, outTradeNo, eventType } = data as {
      change: string;
      state: string;
      attempt?: { kind: string };
    } & Delivery;
    const unsent = change === 'created' && (state === 'undeliverable' || state === 'held');
    const attempted = change === 'attempted' && attempt?.kind === 'scheduled';
    if ((!unsent && !attempted) || this.#seen.has(id)) return;
    this.#seen.add(id);
    this.#offer({ id, outTradeNo, eventType });
  }

  #offer(delivery: Delivery): void {
    const waiting = [...this.#waiting].find(({ options }) => matches(delivery, options));
    if (waiting) waiting.resolve(delivery.id);
    else this.#ready.push(delivery);
  }
}

function matches(delivery: Delivery, { outTradeNo, eventType }: NextOptions): boolean {
  return (
    (outTradeNo === undefined || delivery.outTradeNo === outTradeNo) &&
    (eventType === undefined || delivery.eventType === eventType)
  );
}

function nothingCame({ outTradeNo, eventType }: NextOptions, timeoutMs: number): SandboxProblem {
  const type = eventType === undefined ? '' : ` ${eventType}`;
  const about =
    outTradeNo === undefined
      ? { en: '', zh: '' }
      : { en: ` about ${outTradeNo}`, zh: `订单 ${outTradeNo} 的` };
  return new SandboxProblem(
    `No callback${type}${about.en} came within ${timeoutMs} ms.`,
    `${timeoutMs} 毫秒内没有${about.zh}回调${type}。`,
  );
}
