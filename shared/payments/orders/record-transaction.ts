import type { AccountKind, Transaction } from '../../core/ports.ts';
import { type AnomalyPorts, recordAnomaly, type Source } from './anomalies.ts';
import { type AnomalyKind, judge } from './classify.ts';
import type { OrderRecord } from './records.ts';
import { changeOrder, loadOrder } from './store.ts';

export interface Recorded {
  readonly outcome: 'changed' | 'no-news' | AnomalyKind;
  /** As it is afterwards; undefined for UNKNOWN_ORDER. */
  readonly order: OrderRecord | undefined;
}

/**
 * Writes down what WeChat Pay says about an order: money received is always recorded, twice told is once applied, and
 * what does not fit the order becomes an anomaly and changes nothing.
 */
export async function recordTransaction(
  ports: AnomalyPorts,
  transaction: Transaction,
  heard: { readonly account: AccountKind; readonly source: Source },
): Promise<Recorded> {
  const known = await loadOrder(ports.documents, transaction.outTradeNo);
  if (!known) {
    await recordAnomaly(ports, 'UNKNOWN_ORDER', undefined, transaction, heard);
    return { outcome: 'UNKNOWN_ORDER', order: undefined };
  }
  let anomaly: AnomalyKind | undefined;
  const decide = (order: OrderRecord) => {
    const judgement = judge(order, transaction, heard.account, ports.clock.nowMs());
    anomaly = judgement.kind === 'anomaly' ? judgement.anomaly : undefined;
    return judgement.kind === 'change' ? judgement.set : undefined;
  };
  const { order, changed } = await changeOrder(ports.documents, known._id, decide, known);
  if (anomaly) {
    await recordAnomaly(ports, anomaly, order, transaction, heard);
    return { outcome: anomaly, order };
  }
  if (changed)
    ports.log.info('order.state', { outTradeNo: order._id, state: order.state, source: heard.source });
  return { outcome: changed ? 'changed' : 'no-news', order };
}
