/** What must hold when everything has settled: WeChat Pay's books, ours, and what was delivered. */

import { users } from '../../sandbox/system/shop.ts';
import type { Order, Payment } from '../../sandbox/wechatpay/orders/types.ts';
import type { Refund } from '../../sandbox/wechatpay/refunds/types.ts';
import type { LedgerEntry as TheirEntry } from '../../sandbox/wechatpay/state/ledger.ts';
import type { SavedState } from '../../sandbox/wechatpay/state/saved-state.ts';
import { findContradictions } from '../../shared/payments/ledger/check.ts';
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import type { AnomalyRecord } from '../../shared/payments/orders/anomalies.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { isPaid } from '../../shared/payments/orders/transitions.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import { type Books, checkProcesses, type Slots } from './settled-processes.ts';
import type { Shop } from './shop.ts';

/** What WeChat Pay holds, read from the simulator's snapshot. */
export interface Theirs extends Slots {
  readonly orders: ReadonlyMap<string, { readonly order: Order; readonly payment: Payment }>;
  readonly refunds: readonly Refund[];
  readonly ledger: readonly TheirEntry[];
}

/** @returns what does not hold */
export async function findAtTheEnd(shop: Shop): Promise<string[]> {
  const theirs = readTheirs(shop.simulator.snapshot());
  return [
    ...checkPayments(shop, theirs),
    ...checkPromptness(shop, theirs),
    ...checkRefunds(shop, theirs),
    ...checkDeliveries(shop, theirs),
    ...checkProcesses(shop, theirs),
    ...checkSecrets(shop),
    ...checkBooks(shop, theirs),
  ];
}

/** @param snapshot of the simulator */
export function readTheirs({ history }: Pick<SavedState, 'history'>): Theirs {
  const slot = <T>(name: string) => (history.slots[name] ?? []).map(([, value]) => value as T);
  const orders = slot<Payment>('payments').flatMap((payment) =>
    payment.orders.map((order) => [order.outTradeNo, { order, payment }] as const),
  );
  return { orders: new Map(orders), refunds: slot<Refund>('refunds'), ledger: history.ledger, slot };
}

/** From one check of an unpaid order to the next (shared/core/policy.ts), the timer's minute, and the run itself. */
const latestFoundMs = { soon: 62 * 60_000, later: 362 * 60_000 };
/** The checks of the first two hours are no further apart than an hour. */
const soonMs = 120 * 60_000;

/** A payment whose callback is lost is found by asking, in the time that the policy promises. */
function checkPromptness({ memory, faults, recordedAtMs }: Shop, theirs: Theirs): string[] {
  if (!faults.onlyCallbacks) return [];
  return [...theirs.orders].flatMap(([outTradeNo, { payment }]) => {
    const ours = memory.peek<OrderRecord>('orders', outTradeNo);
    const foundAtMs = recordedAtMs.get(outTradeNo);
    if (payment.paidAtMs === undefined || !ours || foundAtMs === undefined) return [];
    const tookMs = foundAtMs - payment.paidAtMs;
    const mostMs = payment.paidAtMs - ours.createdAtMs < soonMs ? latestFoundMs.soon : latestFoundMs.later;
    return tookMs <= mostMs ? [] : [`${outTradeNo}: paid, and found ${tookMs} ms later`];
  });
}

export function checkPayments({ memory, nowMs }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const ledger = memory.all<LedgerEntry>('ledger');
  for (const [outTradeNo, { order, payment }] of theirs.orders) {
    const ours = memory.peek<OrderRecord>('orders', outTradeNo);
    if (!ours) {
      found.push(`${outTradeNo}: WeChat Pay has it, and here it is not stored`);
      continue;
    }
    const entries = ledger.filter((entry) => entry.outTradeNo === outTradeNo && entry.kind === 'PAYMENT');
    if (order.transactionId === undefined) {
      if (isPaid(ours.state)) found.push(`${outTradeNo}: ${ours.state} here, and not paid`);
      if (ours.state !== 'CLOSED') found.push(`${outTradeNo}: never paid, and ${ours.state} in the end`);
      if (entries.length > 0) found.push(`${outTradeNo}: a payment in the ledger that nobody made`);
      if (order.state === 'NOTPAY' && payment.expiresAtMs > nowMs)
        found.push(`${outTradeNo}: closed here, and can still be paid`);
      continue;
    }
    if (!isPaid(ours.state)) found.push(`${outTradeNo}: paid, and ${ours.state} here`);
    const right =
      entries.length === 1 &&
      entries[0]!.reference === order.transactionId &&
      entries[0]!.amountFen === order.amountFen;
    if (!right)
      found.push(`${outTradeNo}: paid ${order.amountFen} fen, and in the ledger ${JSON.stringify(entries)}`);
    if (ours.transactionId !== order.transactionId) found.push(`${outTradeNo}: another transaction_id`);
  }
  for (const { _id, state } of memory.all<OrderRecord>('orders'))
    if (!theirs.orders.has(_id) && state !== 'CLOSED')
      found.push(`${_id}: unknown to WeChat Pay, and ${state} in the end`);
  return found;
}

export function checkRefunds({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const refunds = memory.all<RefundRecord>('refunds');
  const ledger = memory.all<LedgerEntry>('ledger');
  for (const order of memory.all<OrderRecord>('orders')) {
    const of = <T extends { outTradeNo: string | null }>(all: T[]) =>
      all.filter(({ outTradeNo }) => outTradeNo === order._id);
    found.push(...findContradictions(order, of(refunds), of(ledger)));
    const refundedFen = theirs.refunds
      .filter(({ outTradeNo, status }) => outTradeNo === order._id && status !== 'CLOSED')
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
    if (refundedFen > order.amountFen)
      found.push(`${order._id}: ${refundedFen} fen refunded of ${order.amountFen}`);
  }
  for (const theirs_ of theirs.refunds) {
    const ours = refunds.find(({ _id }) => _id === theirs_.outRefundNo);
    if (ours?.state !== theirs_.status)
      found.push(`${theirs_.outRefundNo}: ${theirs_.status} there, ${ours?.state} here`);
    if (ours?.amountFen !== theirs_.amountFen) found.push(`${theirs_.outRefundNo}: another amount`);
  }
  for (const { _id, state } of refunds) {
    const known = theirs.refunds.some(({ outRefundNo }) => outRefundNo === _id);
    if (!known && state !== 'REFUSED') found.push(`${_id}: unknown to WeChat Pay, and ${state} in the end`);
  }
  return found;
}

/** What was confirmed a moment ago may have gone back since: shared/core/policy.ts, and how far clocks may differ. */
const latestAfterRefundMs = 2 * 60_000 + 2 * 120_000 + 60_000;

function checkDeliveries({ memory, deliveries }: Shop, theirs: Theirs): string[] {
  const found: string[] = [];
  const anomalies = memory.all<AnomalyRecord>('anomalies');
  for (const outTradeNo of theirs.orders.keys()) {
    const ours = memory.peek<OrderRecord>('orders', outTradeNo);
    if (!ours || !isPaid(ours.state)) continue;
    const delivered = memory.peek('deliveries', outTradeNo) !== undefined;
    const refunds = theirs.refunds.filter(
      (refund) => refund.outTradeNo === outTradeNo && refund.status !== 'CLOSED',
    );
    if (ours.fulfilment === 'DONE' && !delivered)
      found.push(`${outTradeNo}: DONE, and nothing was delivered`);
    if (ours.fulfilment === 'PENDING') found.push(`${outTradeNo}: paid, and not delivered in the end`);
    if (ours.fulfilment === 'NONE') found.push(`${outTradeNo}: paid, and its delivery was never begun`);
    const held = anomalies.some(
      (each) => each.kind === 'REFUNDED_BEFORE_FULFILMENT' && each.outTradeNo === outTradeNo,
    );
    const givenBackFen = (ours.refunds ?? []).reduce((total, { amountFen }) => total + amountFen, 0);
    if (ours.fulfilment === 'HELD' && !held && givenBackFen < ours.amountFen)
      found.push(
        `${outTradeNo}: held, with ${givenBackFen} fen of ${ours.amountFen} refunded and no word about it`,
      );
    const firstRefundMs = Math.min(...refunds.map(({ createdAtMs }) => createdAtMs));
    const late = deliveries.find(
      (each) => each.outTradeNo === outTradeNo && each.atMs > firstRefundMs + latestAfterRefundMs,
    );
    if (
      late &&
      ours.releasedAtRefundedFen === undefined &&
      !wasDeliveredBefore(deliveries, outTradeNo, firstRefundMs)
    )
      found.push(`${outTradeNo}: delivered ${late.atMs - firstRefundMs} ms after it was refunded`);
  }
  for (const { outTradeNo } of deliveries)
    if (theirs.orders.get(outTradeNo)?.order.transactionId === undefined)
      found.push(`${outTradeNo}: delivered, and never paid`);
  return found;
}

/** Its first delivery came before the refund; what follows repeats it. */
function wasDeliveredBefore(deliveries: Shop['deliveries'], outTradeNo: string, beforeMs: number): boolean {
  return deliveries.some(
    (each) => each.outTradeNo === outTradeNo && each.atMs < beforeMs + latestAfterRefundMs,
  );
}

function checkSecrets({ memory, logged, answers, secrets }: Shop): string[] {
  const texts = [
    ['a document', memory.dump()],
    ['the log', logged.join('\n')],
    ['an answer', JSON.stringify(answers)],
  ] as const;
  const openids = users.filter(({ openid }) => texts[1][1].includes(openid));
  if (openids.length > 0) return ['an openid in the log'];
  return texts.flatMap(([where, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [`a secret in ${where}`] : [],
  );
}

/** WeChat Pay's own books sum to zero, and its movements of payments and refunds are ours. */
export function checkBooks({ memory }: Books, { ledger, refunds }: Theirs): string[] {
  const ours = memory.all<LedgerEntry>('ledger');
  const paidFen = sum(ledger.filter(({ kind }) => kind === 'payment'));
  const paidHere = sum(ours.filter(({ kind }) => kind === 'PAYMENT'));
  const refundedFen = sum(refunds.filter(({ status }) => status === 'SUCCESS'));
  const refundedHere = -sum(ours.filter(({ kind }) => kind === 'REFUND'));
  return [
    ...(paidFen === paidHere ? [] : [`paid ${paidFen} fen, in our ledger ${paidHere}`]),
    ...(refundedFen === refundedHere ? [] : [`refunded ${refundedFen} fen, in our ledger ${refundedHere}`]),
  ];
}

function sum(entries: readonly { readonly amountFen: number }[]): number {
  return entries.reduce((total, { amountFen }) => total + amountFen, 0);
}
