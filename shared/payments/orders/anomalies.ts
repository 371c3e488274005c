import { createHash } from 'node:crypto';
import type { AccountKind } from '../../core/account.ts';
import type { Clock, Document, Documents, Log } from '../../core/ports.ts';
import type { OrderRecord } from './records.ts';
import type { Transaction } from './transaction.ts';

export const anomaliesCollection = 'anomalies';

/** What a person must look at. */
export type AnomalyKind =
  | 'UNKNOWN_ORDER'
  | 'WRONG_ACCOUNT'
  | 'WRONG_APPID'
  | 'WRONG_MCHID'
  | 'WRONG_SUB_MCHID'
  | 'WRONG_AMOUNT'
  | 'WRONG_CURRENCY'
  | 'PAID_TWICE'
  /** The transaction_id belongs to another order already. */
  | 'TRANSACTION_REUSED'
  | 'REFUNDED_BEFORE_FULFILMENT'
  /** WeChat Pay reports a refund under our number with another sum or of another order. */
  | 'REFUND_MISMATCH'
  /** WeChat Pay reports a transfer under our number with another sum or to another person. `outTradeNo` is its out_bill_no. */
  | 'TRANSFER_MISMATCH'
  /** WeChat reminds of the shipment of an order that was paid days ago. */
  | 'NOT_SHIPPED'
  /** The order was placed with a merchant number, appid or account kind that is no longer configured. */
  | 'ACCOUNT_CHANGED'
  /** WeChat Pay is about to unfreeze automatically what was meant to be shared. */
  | 'SHARING_EXPIRES'
  /** Receivers returned shares for a refund that WeChat Pay then refused or closed. */
  | 'SHARES_RETURNED_WITHOUT_REFUND';

/** Where the information came from. */
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
  /** When somebody resolved it; null while it is open, and absent in records of older versions. */
  readonly resolvedAtMs?: number | null;
  /** What was done about it. */
  readonly note?: string;
}

export interface AnomalySide {
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

const maxListed = 200;

/** Newest first. @param all also those that were resolved */
export function listAnomalies(documents: Documents, all: boolean): Promise<AnomalyRecord[]> {
  return documents.find<AnomalyRecord>(anomaliesCollection, {
    where: all ? {} : { resolvedAtMs: null },
    orderBy: { field: 'seenAtMs', direction: 'desc' },
    limit: maxListed,
  });
}

/** Only the first resolution is kept. @returns whether it was open until now */
export function resolveAnomaly(
  documents: Documents,
  id: string,
  note: string,
  nowMs: number,
): Promise<boolean> {
  return documents.update(anomaliesCollection, id, { resolvedAtMs: null }, { resolvedAtMs: nowMs, note });
}

/** Records a transaction that was not applied, for a person to look at: once, however often it comes. */
export function recordAnomaly(
  ports: AnomalyPorts,
  kind: AnomalyKind,
  order: OrderRecord | undefined,
  transaction: Transaction,
  from: { readonly account: AccountKind; readonly source: Source },
): Promise<void> {
  const { outTradeNo } = transaction;
  const expected = order ? sideOfOrder(order) : null;
  return insertOnce(ports, { kind, outTradeNo, ...from, expected, received: sideOfTransaction(transaction) });
}

/** The same for an order of ours that is not as it should be. @param received the actual state */
export function recordOrderAnomaly(
  ports: AnomalyPorts,
  kind: AnomalyKind,
  order: OrderRecord,
  received: Partial<AnomalySide> = {},
): Promise<void> {
  const expected = sideOfOrder(order);
  const { account } = order;
  return insertOnce(ports, {
    kind,
    outTradeNo: order._id,
    account,
    source: 'query',
    expected,
    received: { ...expected, ...received },
  });
}

/** A transfer to a person that WeChat Pay reports otherwise than it was asked for. */
export function recordTransferAnomaly(
  ports: AnomalyPorts,
  outBillNo: string,
  { source, expected, received }: Pick<AnomalyRecord, 'source' | 'expected' | 'received'>,
): Promise<void> {
  const kind = 'TRANSFER_MISMATCH';
  return insertOnce(ports, { kind, outTradeNo: outBillNo, account: 'direct', source, expected, received });
}

async function insertOnce(
  ports: AnomalyPorts,
  anomaly: Omit<AnomalyRecord, '_id' | 'seenAtMs' | 'resolvedAtMs' | 'note'>,
): Promise<void> {
  const { kind, account, outTradeNo, source, received } = anomaly;
  const identity = JSON.stringify([kind, account, outTradeNo, received]);
  const _id = createHash('sha256').update(identity).digest('hex').slice(0, 40);
  const record: AnomalyRecord = { _id, ...anomaly, seenAtMs: ports.clock.nowMs(), resolvedAtMs: null };
  if ((await ports.documents.insertIfAbsent(anomaliesCollection, record)) === undefined) {
    ports.log.error('order.anomaly', { kind, outTradeNo, account, source });
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
