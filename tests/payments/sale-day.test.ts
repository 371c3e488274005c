/**
 * The day after a sale, in simulated time: every order of it is due at the same moment, and WeChat Pay refuses what comes
 * above its published rates. SALE_DAY says how many orders; the figures of 100,000 are in docs/guides/scale.md.
 */
import { afterAll, describe, expect, it } from 'vitest';
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

const orders = Number(process.env.SALE_DAY ?? 500);
const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 12);
const callLatencyMs = 100;
const databaseLatencyMs = 10;
const mostMinutes = 7 * 24 * 60;

/** One answer to a request that was let through. */
type Answer = (route: string, parameters: Record<string, unknown>) => unknown;

/** A shop on a simulated clock whose WeChat Pay takes the calls of one route at a limited rate. */
class Sale {
  readonly clock = new VirtualClock(startMs);
  readonly documents = memoryDocuments();
  /** Calls of the limited route: how many were made in a second at most, and how many were refused. */
  mostPerSecond = 0;
  refused = 0;
  readonly #answer: Answer;
  readonly #limited: { readonly route: string; readonly perSecond: number };
  #second = 0;
  #inSecond = 0;

  constructor(limited: { route: string; perSecond: number }, answer: Answer) {
    this.#limited = limited;
    this.#answer = answer;
    this.documents.interrupt = async (when) => {
      if (when === 'before') await this.clock.sleep(databaseLatencyMs);
    };
  }

  ports(kind: AccountKind) {
    const account = { kind, ...merchant, client: { request: this.#request } } as unknown as Account;
    return {
      clock: { nowMs: () => this.clock.nowMs },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      ...{ documents: this.documents, policy: defaultPolicy, accounts: { find: () => account } },
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

  readonly #request = async (route: string, parameters: Record<string, unknown>) => {
    const isAllowed = route !== this.#limited.route || this.#count();
    await this.clock.sleep(callLatencyMs);
    if (!isAllowed) throw new WechatpayError('refused', 'FREQUENCY_LIMITED', '频率超限，请降低请求频率');
    return this.#answer(route, parameters);
  };

  #count(): boolean {
    const second = Math.floor(this.clock.nowMs / 1000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond++;
    this.mostPerSecond = Math.max(this.mostPerSecond, this.#inSecond);
    const isAllowed = this.#inSecond <= this.#limited.perSecond;
    if (!isAllowed) this.refused++;
    return isAllowed;
  }
}

const merchant = { appid: 'wx', mchid: '19' } as const;
const idOf = (index: number) => String(index).padStart(32, '0');

function storeOrder(documents: MemoryDocuments, index: number, of: object): string {
  const _id = idOf(index);
  const order = { _id, ...merchant, ...of, state: 'SUCCESS', amountFen: 1000, items: [], version: 1 };
  documents.put('orders', { ...order, transactionId: _id } as unknown as OrderRecord);
  return _id;
}

const reports: string[] = [];
afterAll(() => {
  if (process.env.SALE_DAY) for (const line of reports) console.info(line);
});

function report(what: string, minutes: number, { mostPerSecond, refused }: Sale): void {
  const all = `${orders} orders, ${minutes} minutes, at most ${mostPerSecond} a second, ${refused} refused`;
  reports.push(`${what}: ${all}`);
}

/** Shares of one seller's orders are counted, and the time until all of it is released. */
async function shareAll(kind: AccountKind, limited: { route: string; perSecond: number }, budgetMs: number) {
  const shared = new Map<string, number>();
  const freed = new Set<string>();
  const sale = new Sale(limited, (route, parameters) => {
    if (route.includes('merchant-configs')) return { max_ratio: 3000 };
    if (route === limited.route) {
      const no = String(parameters.transaction_id);
      shared.set(no, (shared.get(no) ?? 0) + 1);
    }
    if (/unfreeze|finish-order/.test(route)) freed.add(String(parameters.transaction_id));
    const share = { amount: 100, result: 'SUCCESS' };
    const receivers = [{ account: '1900000002', receiver_mchid: '1900000002', ...share }];
    const state = route.startsWith('GET') ? 'FINISHED' : 'PROCESSING';
    return { order_id: 'o', state, status: state, receivers };
  });
  const of = { account: kind, subMchid: '20', sellerId: '20' };
  const receiver = { type: 'MERCHANT_ID', account: '1900000002', description: '佣金' };
  const rule = { productId: null, after: 'PAYMENT', days: 0, freeAfterDays: 0, onFailure: 'HOLD' };
  const receivers = [{ ...receiver, part: { permille: 100 } }];
  sale.documents.put('sharing_rules', { _id: '20:*', sellerId: '20', receivers, ...rule } as never);
  for (let index = 0; index < orders; index++) {
    const _id = storeOrder(sale.documents, index, of);
    const begun = { ...merchant, ...of, transactionId: _id, amountFen: 1000, paidAtMs: startMs - minuteMs };
    const fresh = { state: 'WAITING', plan: null, requests: [], returns: [], refunds: [], failure: null };
    const turn = { version: 1, nextAtMs: startMs, attempts: 0, createdAtMs: startMs };
    sale.documents.put('sharings', { _id, ...begun, ...fresh, ...turn } as unknown as SharingRecord);
  }
  const run = (hasTime: () => boolean) => workOnDueSharings(sale.ports(kind), [kind], hasTime);
  const minutes = await sale.runTimer(run, budgetMs, () => freed.size >= orders);
  report(`sharing, ${kind}`, minutes, sale);
  return { sale, shared, freed: freed.size };
}

describe('the orders of a sale', () => {
  it('are shared once each for one seller of a platform, below 300 a second', {
    timeout: 3_600_000,
  }, async () => {
    const limited = { route: 'POST /v3/ecommerce/profitsharing/orders', perSecond: 300 };
    const { sale, shared, freed } = await shareAll('ecommerce', limited, 20_000);
    expect([shared.size, freed]).toEqual([orders, orders]);
    expect(new Set(shared.values())).toEqual(new Set([1]));
    expect(sale.refused).toBe(0);
  });

  it('are shared once each for one seller of a provider, below 30 a second', {
    timeout: 3_600_000,
  }, async () => {
    const limited = { route: 'POST /v3/profitsharing/orders', perSecond: 30 };
    const { sale, shared, freed } = await shareAll('partner', limited, 20_000);
    expect([shared.size, freed]).toEqual([orders, orders]);
    expect(new Set(shared.values())).toEqual(new Set([1]));
    expect(sale.refused).toBe(0);
  });

  it('are refunded once each, below 150 a second and without a refusal', { timeout: 3_600_000 }, async () => {
    const refunded = new Map<string, number>();
    let ended = 0;
    const sale = new Sale(
      { route: 'POST /v3/refund/domestic/refunds', perSecond: 150 },
      (route, parameters) => {
        const no = String(parameters.out_refund_no);
        if (route.startsWith('POST')) refunded.set(no, (refunded.get(no) ?? 0) + 1);
        else ended++;
        const at = new Date(sale.clock.nowMs).toISOString();
        const status = route.startsWith('POST')
          ? { status: 'PROCESSING', create_time: at }
          : { status: 'SUCCESS', create_time: at, success_time: at };
        return { refund_id: `5${no}`, out_refund_no: no, ...status, amount: { refund: 1000, total: 1000 } };
      },
    );
    for (let index = 0; index < orders; index++) {
      const outTradeNo = storeOrder(sale.documents, index, {
        account: 'direct',
        subMchid: null,
        refunds: [],
      });
      const fresh = { state: 'REQUESTED', parameters: null, failure: null, attempts: 0, refundId: null };
      const refund = {
        ...{ _id: `R${outTradeNo.slice(1)}`, version: 1, outTradeNo, account: 'direct', ...merchant },
        ...{ subMchid: null, amountFen: 1000, totalFen: 1000, requestedBy: 'operator', reason: null },
        ...{ ...fresh, sendAfterMs: startMs, nextAtMs: startMs, createdAtMs: startMs, endedAtMs: null },
      };
      sale.documents.put('refunds', refund as unknown as RefundRecord);
    }
    const run = (hasTime: () => boolean) => workOnDueRefunds(sale.ports('direct'), hasTime);
    const { checkRunMs } = defaultPolicy;
    const minutes = await sale.runTimer(run, checkRunMs, () => ended >= orders);
    report('refunds', minutes, sale);
    expect(refunded.size).toBe(orders);
    expect(new Set(refunded.values())).toEqual(new Set([1]));
    expect(sale.documents.all<RefundRecord>('refunds').every(({ state }) => state === 'SUCCESS')).toBe(true);
    expect(sale.refused).toBe(0);
  });
});
