import type { AccountKind, Transaction } from '../../core/ports.ts';
import type { OrderRecord } from './records.ts';
import type { OrderChanges } from './store.ts';
import { advance, isFinal, isPaid } from './transitions.ts';

/** Why a transaction was not applied to an order. */
export type AnomalyKind =
  | 'UNKNOWN_ORDER'
  | 'WRONG_ACCOUNT'
  | 'WRONG_APPID'
  | 'WRONG_MCHID'
  | 'WRONG_SUB_MCHID'
  | 'WRONG_AMOUNT'
  | 'WRONG_CURRENCY'
  | 'PAID_TWICE'
  | 'REFUNDED_BEFORE_FULFILMENT';

export type Judgement =
  | { readonly kind: 'anomaly'; readonly anomaly: AnomalyKind }
  | { readonly kind: 'no-news' }
  | { readonly kind: 'change'; readonly set: OrderChanges };

/**
 * What a transaction, which WeChat Pay's signature vouches for, means for an order. It is compared with what the
 * order asked for: a transaction that differs in payee, amount or currency is no payment of this order.
 */
export function judge(
  order: OrderRecord,
  transaction: Transaction,
  account: AccountKind,
  nowMs: number,
): Judgement {
  const anomaly = differenceOf(order, transaction, account);
  if (anomaly) return { kind: 'anomaly', anomaly };
  const state = advance(order.state, transaction.tradeState);
  const set: OrderChanges = {
    ...(state !== order.state && { state }),
    ...(isPaid(transaction.tradeState) && paymentFacts(order, transaction)),
    // The outbox: the same write that records the payment says that fulfilment is owed.
    ...(isPaid(state) && !isPaid(order.state) && ({ fulfilment: 'PENDING', fulfilAfterMs: nowMs } as const)),
    ...(isFinal(transaction.tradeState) && order.checkAfterMs !== null && { checkAfterMs: null }),
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

/** Facts that one event may have and another may lack: whichever comes first fills them, and they stay. */
function paymentFacts(order: OrderRecord, transaction: Transaction): OrderChanges {
  const { transactionId, successAtMs } = transaction;
  return {
    ...(order.transactionId === null && transactionId !== undefined && { transactionId }),
    ...(order.paidAtMs === null && successAtMs !== undefined && { paidAtMs: successAtMs }),
  };
}
