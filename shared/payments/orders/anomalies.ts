import { createHash } from 'node:crypto';
import { isDuplicate } from '../../core/errors.ts';
import type { AccountKind, Clock, Document, Documents, Log, Transaction } from '../../core/ports.ts';
import type { AnomalyKind } from './classify.ts';
import type { OrderRecord } from './records.ts';

const anomaliesCollection = 'anomalies';

/** Where a transaction was heard of. */
export type Source = 'callback' | 'query';

/** What the order asked for and what was received, side by side; nothing about the payer. */
export interface AnomalyRecord extends Document {
  readonly kind: AnomalyKind;
  readonly outTradeNo: string;
  readonly account: AccountKind;
  readonly source: Source;
  readonly expected: AnomalySide | null;
  readonly received: AnomalySide;
  readonly seenAtMs: number;
}

interface AnomalySide {
  readonly appid: string;
  readonly mchid: string;
  readonly subMchid: string | null;
  readonly amountFen: number | null;
  readonly currency: string | null;
  readonly transactionId: string | null;
  readonly state: string;
}

export interface AnomalyPorts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
}

/** Records something that a person must look at: once, however often it is heard of. */
export async function recordAnomaly(
  ports: AnomalyPorts,
  kind: AnomalyKind,
  order: OrderRecord | undefined,
  transaction: Transaction,
  heard: { readonly account: AccountKind; readonly source: Source },
): Promise<void> {
  const received = sideOfTransaction(transaction);
  const { outTradeNo } = transaction;
  const identity = JSON.stringify([kind, heard.account, outTradeNo, received]);
  const record: AnomalyRecord = {
    _id: createHash('sha256').update(identity).digest('hex').slice(0, 40),
    kind,
    outTradeNo,
    account: heard.account,
    source: heard.source,
    expected: order ? sideOfOrder(order) : null,
    received,
    seenAtMs: ports.clock.nowMs(),
  };
  try {
    await ports.documents.insert(anomaliesCollection, record);
    ports.log.error('order.anomaly', { kind, outTradeNo, account: heard.account, source: heard.source });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

function sideOfOrder(order: OrderRecord): AnomalySide {
  const { appid, mchid, subMchid, amountFen, currency, transactionId, state } = order;
  return { appid, mchid, subMchid, amountFen, currency, transactionId, state };
}

function sideOfTransaction(transaction: Transaction): AnomalySide {
  return {
    appid: transaction.appid,
    mchid: transaction.mchid,
    subMchid: transaction.subMchid ?? null,
    amountFen: transaction.amountFen ?? null,
    currency: transaction.currency ?? null,
    transactionId: transaction.transactionId ?? null,
    state: transaction.tradeState,
  };
}
