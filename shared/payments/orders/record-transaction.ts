import type { AccountKind } from '../../core/account.ts';
import type { Documents } from '../../core/ports.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { openSharing } from '../sharing/open.ts';
import { type AnomalyKind, type AnomalyPorts, recordAnomaly, type Source } from './anomalies.ts';
import { classify } from './classify.ts';
import type { OrderRecord } from './records.ts';
import { changeOrder, loadOrder } from './store.ts';
import type { Transaction } from './transaction.ts';

export interface Recorded {
  readonly outcome: 'changed' | 'no-news' | AnomalyKind;
  /** As it is afterwards; undefined for UNKNOWN_ORDER. */
  readonly order: OrderRecord | undefined;
}

/**
 * Records what WeChat Pay says about an order: money received is always recorded, duplicates apply once, and what
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
  const paidAtMs = transaction.successAtMs ?? nowMs;
  if (
    typeof transactionId === 'string' &&
    !(await isOwnPayment(ports.documents, known, transactionId, paidAtMs))
  ) {
    await recordAnomaly(ports, 'TRANSACTION_REUSED', known, transaction, from);
    return { outcome: 'TRANSACTION_REUSED', order: known };
  }
  if (typeof transactionId === 'string' && known.profitSharing === true) {
    await openSharing(ports, { order: known, transactionId, paidAtMs });
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

/**
 * The ledger entry, written before the order's state. Its key is WeChat Pay's number, so that one transaction_id can
 * only ever pay one order.
 */
async function isOwnPayment(
  documents: Documents,
  order: OrderRecord,
  transactionId: string,
  atMs: number,
): Promise<boolean> {
  const movement = { kind: 'PAYMENT', amountFen: order.amountFen, reference: transactionId, atMs } as const;
  const entry = await recordMovement(documents, { ...order, outTradeNo: order._id }, movement);
  return entry.outTradeNo === order._id;
}
