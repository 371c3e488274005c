/**
 * The day after a sale, in simulated time: every order of it is due at the same moment, and WeChat Pay refuses what comes
 * above its published rates. Nothing waits for real time: 100,000 orders take minutes of a processor.
 */
import type { Account, AccountKind } from '../../shared/core/account.ts';
import { createPace } from '../../shared/core/pace.ts';
import { defaultPolicy } from '../../shared/core/policy.ts';
import { type MemoryDocuments, memoryDocuments } from '../../shared/core/testing/documents.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import type { SharingRecord } from '../../shared/payments/sharing/records.ts';
import { workOnDueSharings } from '../../shared/payments/sharing/work.ts';
import { VirtualClock } from '../../shared/payments/testing/virtual-clock.ts';
import { WechatpayError } from '../../shared/wechatpay/errors.ts';

export interface SaleDayFigures {
  readonly what: string;
  readonly orders: number;
  /** Runs of the timer, one a minute, until the last order was done. */
  readonly minutes: number;
  /** Calls of the limited API in one second at most, and how many of all were refused as too frequent. */
  readonly mostPerSecond: number;
  readonly refused: number;
  readonly databaseRequestsPerOrder: number;
  readonly mostDatabaseRequestsPerSecond: number;
  /** How often an order was shared or refunded: 1, if each was it once. */
  readonly timesPerOrder: readonly number[];
  /** Orders whose share was released, or whose refund is recorded as arrived. */
  readonly done: number;
}

export interface SaleDayOptions {
  readonly orders: number;
  /** Orders that the timer works on at the same time; default as deployed. */
  readonly concurrency?: number | undefined;
}

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 12);
const callLatencyMs = 100;
const databaseLatencyMs = 10;
const mostMinutes = 7 * 24 * 60;
/** The part of a minute that partnerOrders gives to sharing: shared/payments/reconcile/provider.ts. */
const providerRunMs = 20_000;

/** One answer to a request that was let through. */
type Answer = (route: string, parameters: Record<string, unknown>) => unknown;

/** How many of something happened, and how many in one second at most. */
class Rate {
  total = 0;
  mostPerSecond = 0;
  #second = 0;
  #inSecond = 0;

  /** @returns how many there were in this second, with this one */
  count(nowMs: number): number {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond++;
    this.total++;
    this.mostPerSecond = Math.max(this.mostPerSecond, this.#inSecond);
    return this.#inSecond;
  }
}

/** A shop on a simulated clock whose WeChat Pay takes the calls of one route at a limited rate. */
class Sale {
  readonly clock = new VirtualClock(startMs);
  readonly documents = memoryDocuments();
  readonly calls = new Rate();
  readonly database = new Rate();
  refused = 0;
  readonly #answer: Answer;
  readonly #limited: { readonly route: string; readonly perSecond: number };

  constructor(limited: { route: string; perSecond: number }, answer: Answer) {
    this.#limited = limited;
    this.#answer = answer;
    this.documents.interrupt = async (when) => {
      if (when === 'after') return;
      this.database.count(this.clock.nowMs);
      await this.clock.sleep(databaseLatencyMs);
    };
  }

  ports(kind: AccountKind, concurrency: number | undefined) {
    const account = { kind, ...merchant, client: { request: this.#request } } as unknown as Account;
    const policy = concurrency
      ? { ...defaultPolicy, sharingConcurrency: concurrency, checkConcurrency: concurrency }
      : defaultPolicy;
    return {
      clock: { nowMs: () => this.clock.nowMs },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      ...{ documents: this.documents, policy, accounts: { find: () => account } },
      pace: createPace({ nowMs: () => this.clock.nowMs, sleep: (forMs) => this.clock.sleep(forMs) }),
      notifyUrlOf: () => undefined,
    };
  }

  /** The timer, each minute, until nothing is due any more. @returns the minutes that it took */
  async runTimer(run: (hasTime: () => boolean) => Promise<unknown>, budgetMs: number, isDone: () => boolean) {
    for (let minutes = 0; minutes < mostMinutes; minutes++) {
      if (isDone()) return minutes;
      const endMs = this.clock.nowMs + budgetMs;
      const running = run(() => this.clock.nowMs < endMs);
      await this.clock.runUntil(endMs - budgetMs + minuteMs);
      await running;
    }
    throw new Error(`not done after ${mostMinutes} minutes`);
  }

  figures(what: string, orders: number, minutes: number, times: ReadonlyMap<string, number>, done: number) {
    return {
      ...{ what, orders, minutes, refused: this.refused, done },
      mostPerSecond: this.calls.mostPerSecond,
      databaseRequestsPerOrder: this.database.total / orders,
      mostDatabaseRequestsPerSecond: this.database.mostPerSecond,
      timesPerOrder: times.size === orders ? [...new Set(times.values())] : [0, ...new Set(times.values())],
    } satisfies SaleDayFigures;
  }

  readonly #request = async (route: string, parameters: Record<string, unknown>) => {
    const { route: limited, perSecond } = this.#limited;
    const isAllowed = route !== limited || this.calls.count(this.clock.nowMs) <= perSecond;
    await this.clock.sleep(callLatencyMs);
    if (isAllowed) return this.#answer(route, parameters);
    this.refused++;
    throw new WechatpayError('refused', 'FREQUENCY_LIMITED', '频率超限，请降低请求频率');
  };
}

const merchant = { appid: 'wx', mchid: '19' } as const;
const idOf = (index: number) => String(index).padStart(32, '0');
const counted = (times: Map<string, number>, key: string) => times.set(key, (times.get(key) ?? 0) + 1);

function storeOrder(documents: MemoryDocuments, index: number, of: object): string {
  const _id = idOf(index);
  const order = { _id, ...merchant, ...of, state: 'SUCCESS', amountFen: 1000, items: [], version: 1 };
  documents.put('orders', { ...order, transactionId: _id } as unknown as OrderRecord);
  return _id;
}

const sharingLimits = {
  ecommerce: { route: 'POST /v3/ecommerce/profitsharing/orders', perSecond: 300 },
  partner: { route: 'POST /v3/profitsharing/orders', perSecond: 30 },
} as const;

/** A tenth of each of one seller's orders goes to the provider; the rest is released to the seller. */
export async function shareSale(
  kind: keyof typeof sharingLimits,
  { orders, concurrency }: SaleDayOptions,
): Promise<SaleDayFigures> {
  const limited = sharingLimits[kind];
  const shared = new Map<string, number>();
  const freed = new Set<string>();
  const sale = new Sale(limited, (route, parameters) => {
    if (route.includes('merchant-configs')) return { max_ratio: 3000 };
    const transactionId = String(parameters.transaction_id);
    if (route === limited.route) counted(shared, transactionId);
    if (/unfreeze|finish-order/.test(route)) freed.add(transactionId);
    const share = { amount: 100, result: 'SUCCESS' };
    const receivers = [{ account: '1900000002', receiver_mchid: '1900000002', ...share }];
    const state = route.startsWith('GET') ? 'FINISHED' : 'PROCESSING';
    return { order_id: 'o', state, status: state, receivers };
  });
  storeSharings(sale.documents, kind, orders);
  const run = (hasTime: () => boolean) => workOnDueSharings(sale.ports(kind, concurrency), [kind], hasTime);
  const minutes = await sale.runTimer(run, providerRunMs, () => freed.size >= orders);
  return sale.figures(`sharing, ${kind}`, orders, minutes, shared, freed.size);
}

function storeSharings(documents: MemoryDocuments, kind: AccountKind, orders: number): void {
  const of = { account: kind, subMchid: '20', sellerId: '20' };
  const receiver = { type: 'MERCHANT_ID', account: '1900000002', description: '佣金' };
  const rule = { productId: null, after: 'PAYMENT', days: 0, freeAfterDays: 0, onFailure: 'HOLD' };
  const receivers = [{ ...receiver, part: { permille: 100 } }];
  documents.put('sharing_rules', { _id: '20:*', sellerId: '20', receivers, ...rule } as never);
  for (let index = 0; index < orders; index++) {
    const _id = storeOrder(documents, index, of);
    const begun = { ...merchant, ...of, transactionId: _id, amountFen: 1000, paidAtMs: startMs - minuteMs };
    const fresh = { state: 'WAITING', plan: null, requests: [], returns: [], refunds: [], failure: null };
    const turn = { version: 1, nextAtMs: startMs, attempts: 0, createdAtMs: startMs };
    documents.put('sharings', { _id, ...begun, ...fresh, ...turn } as unknown as SharingRecord);
  }
}

/** Every order of the direct account is refunded in full, and no callback arrives. */
export async function refundSale({ orders, concurrency }: SaleDayOptions): Promise<SaleDayFigures> {
  const refunded = new Map<string, number>();
  const limited = { route: 'POST /v3/refund/domestic/refunds', perSecond: 150 };
  let ended = 0;
  const sale = new Sale(limited, (route, parameters) => {
    const no = String(parameters.out_refund_no);
    const isNew = route === limited.route;
    if (isNew) counted(refunded, no);
    else ended++;
    const at = new Date(sale.clock.nowMs).toISOString();
    const status = isNew ? { status: 'PROCESSING' } : { status: 'SUCCESS', success_time: at };
    const amount = { refund: 1000, total: 1000 };
    return { refund_id: `5${no}`, out_refund_no: no, create_time: at, ...status, amount };
  });
  storeRefunds(sale.documents, orders);
  const run = (hasTime: () => boolean) => workOnDueRefunds(sale.ports('direct', concurrency), hasTime);
  const minutes = await sale.runTimer(run, defaultPolicy.checkRunMs, () => ended >= orders);
  const arrived = sale.documents.all<RefundRecord>('refunds').filter(({ state }) => state === 'SUCCESS');
  return sale.figures('refunds', orders, minutes, refunded, arrived.length);
}

function storeRefunds(documents: MemoryDocuments, orders: number): void {
  for (let index = 0; index < orders; index++) {
    const of = { account: 'direct', subMchid: null, refunds: [] };
    const outTradeNo = storeOrder(documents, index, of);
    const fresh = { state: 'REQUESTED', parameters: null, failure: null, attempts: 0, refundId: null };
    const refund = {
      ...{ _id: `R${outTradeNo.slice(1)}`, version: 1, outTradeNo, account: 'direct', ...merchant },
      ...{ subMchid: null, amountFen: 1000, totalFen: 1000, requestedBy: 'operator', reason: null },
      ...{ ...fresh, sendAfterMs: startMs, nextAtMs: startMs, createdAtMs: startMs, endedAtMs: null },
    };
    documents.put('refunds', refund as unknown as RefundRecord);
  }
}

/** One line of figures. */
export function saleDayText(figures: SaleDayFigures): string {
  const { what, orders, minutes, refused, mostPerSecond, timesPerOrder } = figures;
  const { databaseRequestsPerOrder, mostDatabaseRequestsPerSecond } = figures;
  const hours = `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const database = `${databaseRequestsPerOrder.toFixed(1)} database requests an order, at most ${mostDatabaseRequestsPerSecond} a second`;
  return `${what}: ${orders} orders in ${hours}, each ${timesPerOrder.join(' or ')} times; at most ${mostPerSecond} calls a second, ${refused} refused; ${database}`;
}
