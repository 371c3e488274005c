import type { AccountKind } from '../../core/account.ts';
import type { AnomalyKind, Source } from './anomalies.ts';
import type { OrderRecord } from './records.ts';
import type { OrderChanges } from './store.ts';
import type { Transaction } from './transaction.ts';
import { advance, isFinal, isPaid } from './transitions.ts';

export type Classification =
  | { readonly kind: 'anomaly'; readonly anomaly: AnomalyKind }
  | { readonly kind: 'no-news' }
  | { readonly kind: 'change'; readonly set: OrderChanges };

/**
 * What a transaction, authenticated by WeChat Pay's signature, means for an order. It is compared with what the
 * order asked for: a transaction that differs in payee, amount or currency is not a payment for this order.
 */
export function classify(
  order: OrderRecord,
  transaction: Transaction,
  from: { readonly account: AccountKind; readonly source: Source },
  nowMs: number,
): Classification {
  const anomaly = differenceOf(order, transaction, from.account);
  if (anomaly) return { kind: 'anomaly', anomaly };
  const state = advance(order.state, transaction.tradeState);
  const paidNow = isPaid(state) && !isPaid(order.state);
  const set: OrderChanges = {
    ...(state !== order.state && { state }),
    ...(isPaid(transaction.tradeState) && paymentFacts(order, transaction)),
    // The outbox: the write that records the payment also schedules its fulfilment.
    ...(paidNow && ({ fulfilment: 'PENDING', fulfilAfterMs: nowMs } as const)),
    ...((paidNow || order.fulfilment === 'PENDING') && confirmation(order, transaction, from.source, nowMs)),
    ...(settles(order, transaction, from.source) && { checkAfterMs: null }),
  };
  return Object.keys(set).length === 0 ? { kind: 'no-news' } : { kind: 'change', set };
}

function differenceOf(
  order: OrderRecord,
  transaction: Transaction,
  account: AccountKind,
): AnomalyKind | undefined {
  if (order.account !== account) return 'WRONG_ACCOUNT';
  if (transaction.appid !== order.appid) return 'WRONG_APPID';
  if (transaction.mchid !== order.mchid) return 'WRONG_MCHID';
  if ((transaction.subMchid ?? null) !== order.subMchid) return 'WRONG_SUB_MCHID';
  if (!isPaid(transaction.tradeState)) return undefined;
  if (transaction.amountFen !== order.amountFen) return 'WRONG_AMOUNT';
  // The field is optional in the documents; without it WeChat Pay means CNY.
  if ((transaction.currency ?? 'CNY') !== order.currency) return 'WRONG_CURRENCY';
  const { transactionId } = transaction;
  const other = transactionId !== undefined && order.transactionId !== null;
  return other && transactionId !== order.transactionId ? 'PAID_TWICE' : undefined;
}

/** Nothing is left to ask. A callback about the payment does not answer what a callback about a refund asked. */
function settles(order: OrderRecord, { tradeState }: Transaction, source: Source): boolean {
  if (order.checkAfterMs === null || !isFinal(tradeState)) return false;
  return source === 'query' || order.refundReportedAtMs === null;
}

/**
 * When the payment was last confirmed. A query answers for the present; a callback, which may be hours late, only for
 * the time of payment.
 */
function confirmation(
  { confirmedAtMs }: OrderRecord,
  { tradeState, successAtMs }: Transaction,
  source: Source,
  nowMs: number,
): OrderChanges {
  const atMs = source === 'query' ? nowMs : successAtMs;
  if (tradeState !== 'SUCCESS' || atMs === undefined || atMs <= (confirmedAtMs ?? 0)) return {};
  return { confirmedAtMs: atMs };
}

/** Fields that only some events carry: the first event that has one sets it, and it is not changed afterwards. */
function paymentFacts(order: OrderRecord, transaction: Transaction): OrderChanges {
  const { transactionId, successAtMs } = transaction;
  return {
    ...(order.transactionId === null && transactionId !== undefined && { transactionId }),
    ...(order.paidAtMs === null && successAtMs !== undefined && { paidAtMs: successAtMs }),
  };
}
