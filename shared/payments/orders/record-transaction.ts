import type { AccountKind } from '../../core/account.ts';
import type { Document, Documents } from '../../core/ports.ts';
import { type AnomalyKind, type AnomalyPorts, recordAnomaly, type Source } from './anomalies.ts';
import { classify } from './classify.ts';
import type { OrderRecord } from './records.ts';
import { changeOrder, loadOrder } from './store.ts';
import type { Transaction } from './transaction.ts';

const transactionsCollection = 'transactions';

/** Whose a transaction_id is: one payment pays one order. `_id` is the transaction_id. */
interface TransactionRecord extends Document {
  readonly outTradeNo: string;
}

export interface Recorded {
  readonly outcome: 'changed' | 'no-news' | AnomalyKind;
  /** As it is afterwards; undefined for UNKNOWN_ORDER. */
  readonly order: OrderRecord | undefined;
}

/**
 * Writes down what WeChat Pay says about an order: money received is always recorded, duplicates apply once, and what
 * does not fit the order becomes an anomaly and changes nothing.
 * @param read the order as it was just read, which saves reading it again
 */
export async function recordTransaction(
  ports: AnomalyPorts,
  transaction: Transaction,
  from: { readonly account: AccountKind; readonly source: Source },
  read?: OrderRecord,
): Promise<Recorded> {
  const known = read ?? (await loadOrder(ports.documents, transaction.outTradeNo));
  if (!known) {
    await recordAnomaly(ports, 'UNKNOWN_ORDER', undefined, transaction, from);
    return { outcome: 'UNKNOWN_ORDER', order: undefined };
  }
  const nowMs = ports.clock.nowMs();
  const first = classify(known, transaction, from, nowMs);
  const transactionId = first.kind === 'change' ? first.set.transactionId : undefined;
  if (typeof transactionId === 'string' && !(await claim(ports.documents, transactionId, known._id))) {
    await recordAnomaly(ports, 'TRANSACTION_REUSED', known, transaction, from);
    return { outcome: 'TRANSACTION_REUSED', order: known };
  }
  let anomaly: AnomalyKind | undefined;
  const decide = (order: OrderRecord) => {
    const classified = classify(order, transaction, from, nowMs);
    // After a lost race the order is classified again: only the last result counts.
    anomaly = classified.kind === 'anomaly' ? classified.anomaly : undefined;
    return classified.kind === 'change' ? classified.set : undefined;
  };
  const { order, changed } = await changeOrder(ports.documents, known._id, decide, known);
  if (anomaly) {
    await recordAnomaly(ports, anomaly, order, transaction, from);
    return { outcome: anomaly, order };
  }
  if (changed)
    ports.log.info('order.state', { outTradeNo: order._id, state: order.state, source: from.source });
  return { outcome: changed ? 'changed' : 'no-news', order };
}

/** Before the payment is recorded, so that of two orders with one transaction_id only one is ever paid by it. */
async function claim(documents: Documents, transactionId: string, outTradeNo: string): Promise<boolean> {
  const record: TransactionRecord = { _id: transactionId, outTradeNo };
  const holder = await documents.insertIfAbsent(transactionsCollection, record);
  return holder === undefined || holder.outTradeNo === outTradeNo;
}
