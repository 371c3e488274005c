/**
 * Many orders that are due at one moment, in simulated time. SHARING_FLOOD says how many: 10,000 take the hour that is
 * allowed for them here, a tenth of them a tenth of it.
 */
import { expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { createPace } from '../../core/pace.ts';
import { defaultPolicy } from '../../core/policy.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import type { OrderRecord } from '../orders/records.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { SharingRecord } from './records.ts';
import { workOnDueSharings } from './work.ts';

const orders = Number(process.env.SHARING_FLOOD ?? 1_000);
/** An hour for 10,000, and the minutes in which even one order is shared, asked about and freed. */
const allowedMinutes = Math.max(6, Math.ceil((60 * orders) / 10_000));
const minuteMs = 60_000;
const startMs = Date.UTC(2026, 0, 2);
const callLatencyMs = 100;
const databaseLatencyMs = 10;
/** What partnerOrders has for all its work, each minute. */
const runMs = 20_000;
/** Of the partner's account, and of requests to share for one merchant that was paid: ordinary.ts. */
const limitPerSecond = 300;
const limitPerPayee = 30;

function shop() {
  const clock = new VirtualClock(startMs);
  const documents = memoryDocuments();
  const perSecond = new Map<number, number>();
  const sharesPerSecond = new Map<number, number>();
  const shared = new Map<string, number>();
  const request = async (route: string, parameters: Record<string, unknown>) => {
    const second = Math.floor(clock.nowMs / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    await clock.sleep(callLatencyMs);
    if (route.includes('merchant-configs')) return { max_ratio: 3000 };
    const no = String(parameters.transaction_id);
    if (route.endsWith('POST /v3/profitsharing/orders')) {
      shared.set(no, (shared.get(no) ?? 0) + 1);
      sharesPerSecond.set(second, (sharesPerSecond.get(second) ?? 0) + 1);
    }
    const receivers = [{ account: '1900000002', amount: 100, result: 'SUCCESS' }];
    return { order_id: 'o', state: route.startsWith('GET') ? 'FINISHED' : 'PROCESSING', receivers };
  };
  const account = { kind: 'partner', appid: 'wx', mchid: '19', client: { request } } as unknown as Account;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const ports = {
    clock: { nowMs: () => clock.nowMs },
    ...{ documents, log, policy: defaultPolicy, accounts: { find: () => account } },
    pace: createPace({ nowMs: () => clock.nowMs, sleep: (forMs) => clock.sleep(forMs) }),
  };
  return { clock, documents, ports, perSecond, sharesPerSecond, shared };
}

const common = { account: 'partner', appid: 'wx', mchid: '19', subMchid: '20', sellerId: '20' } as const;

it('are all shared and freed in time, under the published rates, each of them once', async () => {
  const { clock, documents, ports, perSecond, sharesPerSecond, shared } = shop();
  const receivers = [
    { type: 'MERCHANT_ID', account: '1900000002', part: { permille: 100 }, description: '佣金' },
  ];
  const when = { after: 'PAYMENT', days: 0, freeAfterDays: 0, onFailure: 'HOLD' };
  documents.put('sharing_rules', {
    _id: '20:*',
    sellerId: '20',
    productId: null,
    receivers,
    ...when,
  } as never);
  for (let index = 0; index < orders; index++) {
    const _id = String(index).padStart(32, '0');
    const order = { _id, ...common, state: 'SUCCESS', amountFen: 1000, items: [], version: 1 };
    documents.put('orders', order as unknown as OrderRecord);
    const sharing = {
      _id,
      version: 1,
      ...common,
      transactionId: _id,
      amountFen: 1000,
      paidAtMs: startMs - minuteMs,
    };
    const fresh = { state: 'WAITING', plan: null, requests: [], returns: [], refunds: [], failure: null };
    const turn = { nextAtMs: startMs, attempts: 0, createdAtMs: startMs };
    documents.put('sharings', { ...sharing, ...fresh, ...turn } as unknown as SharingRecord);
  }
  documents.interrupt = async (when) => {
    if (when === 'before') await clock.sleep(databaseLatencyMs);
  };
  const isDone = () => documents.all<SharingRecord>('sharings').every(({ state }) => state === 'FREED');
  let minutes = 0;
  while (minutes < allowedMinutes && !isDone()) {
    const endMs = clock.nowMs + runMs;
    const run = workOnDueSharings(ports, ['partner'], () => clock.nowMs < endMs);
    await clock.runUntil(clock.nowMs + minuteMs);
    await run;
    minutes++;
  }
  expect(isDone()).toBe(true);
  const most = [perSecond, sharesPerSecond].map((counted) => Math.max(...counted.values()));
  expect(most[0]).toBeLessThan(limitPerSecond);
  expect(most[1]).toBeLessThan(limitPerPayee);
  expect(shared.size).toBe(orders);
  expect(new Set(shared.values())).toEqual(new Set([1]));
  if (process.env.SHARING_FLOOD)
    console.info(`${orders} orders: ${minutes} min, ${most[0]} requests/s, ${most[1]} to share/s`);
}, 600_000);
