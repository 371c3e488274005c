import type { AccountKind, CombinedTransaction, Document, Transaction } from '../../core/ports.ts';
import type { AnomalyPorts } from '../orders/anomalies.ts';
import { recordTransaction } from '../orders/record-transaction.ts';
import { changeOrder, insertIfAbsent, loadOrder } from '../orders/store.ts';

export const notificationsCollection = 'notifications';

/** What a verified and decrypted callback says, as far as it is acted on. */
export type NotificationContent =
  | { readonly kind: 'payment'; readonly transaction: Transaction }
  | { readonly kind: 'combined'; readonly payment: CombinedTransaction }
  /** A refund of an order ended: the order's own state is asked for, before anything is delivered. */
  | { readonly kind: 'refund'; readonly outTradeNo: string }
  | { readonly kind: 'other' };

export interface Notification {
  /** WeChat Pay's: the same on every repeat. */
  readonly id: string;
  readonly eventType: string;
  /** The account whose path it came to, and whose keys verified and opened it. */
  readonly account: AccountKind;
  readonly content: NotificationContent;
}

/** For the audit: what came when and what became of it. Nothing about the payer. `_id` is the notification's id. */
export interface NotificationRecord extends Document {
  readonly eventType: string;
  readonly account: AccountKind;
  readonly outTradeNos: readonly string[];
  readonly outcomes: readonly string[];
  readonly receivedAtMs: number;
}

/**
 * Applies a callback once. What it does to an order is safe to repeat, and only when that is done is the notification
 * written down: an instance that dies between the two does nothing twice and loses nothing, since WeChat Pay repeats
 * what was not acknowledged.
 *
 * @returns whether it was new. @throws whatever the documents throw: answer 5xx, so that it comes again
 */
export async function receiveNotification(ports: AnomalyPorts, notification: Notification): Promise<boolean> {
  const known = await ports.documents.get<NotificationRecord>(notificationsCollection, notification.id);
  // By id and account: what somebody sent on to another account's path was not applied there.
  if (known?.account === notification.account) return false;
  const outcomes = await apply(ports, notification);
  const record: NotificationRecord = {
    _id: notification.id,
    eventType: notification.eventType,
    account: notification.account,
    outTradeNos: outcomes.map(([outTradeNo]) => outTradeNo),
    outcomes: outcomes.map(([, outcome]) => outcome),
    receivedAtMs: ports.clock.nowMs(),
  };
  return insertIfAbsent(ports.documents, notificationsCollection, record);
}

type Outcome = readonly [outTradeNo: string, outcome: string];

async function apply(ports: AnomalyPorts, { account, content }: Notification): Promise<Outcome[]> {
  switch (content.kind) {
    case 'payment':
      return [await record(ports, account, content.transaction)];
    case 'combined':
      return eachAlone(content.payment.orders, (order) => record(ports, account, order));
    case 'refund':
      return [await checkSoon(ports, account, content.outTradeNo)];
    case 'other':
      return [];
  }
}

async function record(ports: AnomalyPorts, account: AccountKind, transaction: Transaction): Promise<Outcome> {
  const { outcome } = await recordTransaction(ports, transaction, { account, source: 'callback' });
  return [transaction.outTradeNo, outcome];
}

/** Does all of them, and only then fails if one of them did. */
async function eachAlone<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = await Promise.allSettled(items.map(work));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** The callback of a refund does not carry the order's trade_state, so it is asked for: before a delivery, or by the timer. */
async function checkSoon(ports: AnomalyPorts, account: AccountKind, outTradeNo: string): Promise<Outcome> {
  const order = await loadOrder(ports.documents, outTradeNo);
  if (order?.account !== account) return [outTradeNo, 'UNKNOWN_ORDER'];
  const nowMs = ports.clock.nowMs();
  const { changed } = await changeOrder(
    ports.documents,
    outTradeNo,
    (current) =>
      current.state === 'REFUND' ? undefined : { checkAfterMs: nowMs, refundReportedAtMs: nowMs },
    order,
  );
  return [outTradeNo, changed ? 'check-soon' : 'no-news'];
}
