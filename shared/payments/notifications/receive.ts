import type { AccountKind } from '../../core/account.ts';
import type { Document } from '../../core/ports.ts';
import { recordViolation } from '../../merchants/violations.ts';
import type {
  ComplaintNotificationResource,
  RefundNotificationResource,
  ViolationNotificationResource,
  WechatpayNotification,
  WithdrawalNotificationResource,
} from '../../wechatpay/notifications/types.ts';
import { noteComplaint } from '../complaints/store.ts';
import type { AnomalyPorts } from '../orders/anomalies.ts';
import { recordTransaction } from '../orders/record-transaction.ts';
import { changeOrder, loadOrder } from '../orders/store.ts';
import { fromCombined, fromDirect, fromPartner, type Transaction } from '../orders/transaction.ts';
import { applyRefundCallback } from '../refunds/callback.ts';
import { applySharingCallback } from '../sharing/callback.ts';
import { applyAuthorizationCallback } from '../transfers/authorization-callback.ts';
import { applyTransferCallback } from '../transfers/callback.ts';
import { applyWithdrawalCallback } from '../withdrawals/callback.ts';

export const notificationsCollection = 'notifications';

/** Audit record: what arrived, when, and the outcome. Nothing about the payer. `_id` is the notification's id. */
export interface NotificationRecord extends Document {
  readonly eventType: string;
  readonly account: AccountKind;
  readonly outTradeNos: readonly string[];
  readonly outcomes: readonly string[];
  readonly receivedAtMs: number;
}

/**
 * Applies a verified callback once. What it does to an order is safe to repeat, and the notification is recorded only
 * after that: an instance that dies between the two does nothing twice and loses nothing, since WeChat Pay repeats what
 * was not acknowledged.
 *
 * @param account the one whose path it came to, and whose keys verified and opened it
 * @returns whether it was new. @throws whatever the documents throw: answer 5xx, so that it comes again
 */
export async function receiveNotification(
  ports: AnomalyPorts,
  notification: WechatpayNotification,
  account: AccountKind,
): Promise<boolean> {
  const known = await ports.documents.get<NotificationRecord>(notificationsCollection, notification.id);
  // Identified by id and account: a callback that was forwarded to another account's path was not applied there.
  if (known?.account === account) return false;
  const outcomes = await apply(ports, notification, account);
  const record: NotificationRecord = {
    _id: notification.id,
    eventType: notification.eventType,
    account,
    outTradeNos: outcomes.flatMap(([outTradeNo]) => (outTradeNo === '' ? [] : [outTradeNo])),
    outcomes: outcomes.map(([, outcome]) => outcome),
    receivedAtMs: ports.clock.nowMs(),
  };
  return (await ports.documents.insertIfAbsent(notificationsCollection, record)) === undefined;
}

/** out_trade_no is empty when it concerns no order. */
type Outcome = readonly [outTradeNo: string, outcome: string];

async function apply(
  ports: AnomalyPorts,
  notification: WechatpayNotification,
  account: AccountKind,
): Promise<Outcome[]> {
  const record = async (transaction: Transaction): Promise<Outcome> => {
    const { outcome } = await recordTransaction(ports, transaction, { account, source: 'callback' });
    return [transaction.outTradeNo, outcome];
  };
  switch (notification.kind) {
    case 'direct-payment':
      return [await record(fromDirect(notification.resource))];
    case 'partner-payment':
      return [await record(fromPartner(notification.resource))];
    case 'combined-payment':
      return eachAlone(fromCombined(notification.resource), record);
    case 'refund':
      return [await recordRefund(ports, account, notification.resource)];
    case 'complaint':
      return [await recordComplaint(ports, account, notification.resource)];
    case 'violation':
      return [await recordPunishment(ports, account, notification.eventType, notification.resource)];
    case 'withdrawal':
      return [await recordWithdrawal(ports, account, notification.resource)];
    case 'sharing':
      return [await applySharingCallback(ports, account, notification.resource)];
    case 'transfer': {
      const outcome = await applyTransferCallback(ports, account, notification.resource);
      return [[notification.resource.out_bill_no, outcome]];
    }
    case 'transfer-authorization':
      return [['', await applyAuthorizationCallback(ports, account, notification.resource)]];
    case 'other':
      return [];
  }
}

/** Runs all of them, then fails if any of them failed. */
async function eachAlone<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = await Promise.allSettled(items.map(work));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/**
 * The refund itself, and the order's trade_state, which the callback does not carry: it is asked for before a delivery,
 * or by the timer.
 */
async function recordRefund(
  ports: AnomalyPorts,
  account: AccountKind,
  resource: RefundNotificationResource,
): Promise<Outcome> {
  const outTradeNo = resource.out_trade_no;
  const refund = await applyRefundCallback(ports, account, resource);
  if (!refund) return [outTradeNo, 'UNKNOWN_ORDER'];
  const order = await loadOrder(ports.documents, outTradeNo);
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

/** One that was made in the merchant platform is not ours, and is left to it. */
async function recordWithdrawal(
  ports: AnomalyPorts,
  account: AccountKind,
  resource: WithdrawalNotificationResource,
): Promise<Outcome> {
  const withdrawal = await applyWithdrawalCallback(ports, account, resource);
  if (withdrawal) return ['', withdrawal.state];
  ports.log.warn('withdrawal.unknown', { outRequestNo: resource.out_request_no, account });
  return ['', 'UNKNOWN_WITHDRAWAL'];
}

/** The function that holds the key queries the details. */
async function recordComplaint(
  ports: AnomalyPorts,
  account: AccountKind,
  { complaint_id: complaintId, action_type: actionType }: ComplaintNotificationResource,
): Promise<Outcome> {
  await noteComplaint(ports, account, complaintId);
  return ['', String(actionType)];
}

async function recordPunishment(
  ports: AnomalyPorts,
  account: AccountKind,
  eventType: string,
  resource: ViolationNotificationResource,
): Promise<Outcome> {
  // A direct merchant has no sub-merchants: a message that names one is not for it.
  if (account === 'direct') return ['', 'WRONG_ACCOUNT'];
  const event = eventType.replace('VIOLATION.', '') as 'PUNISH' | 'INTERCEPT' | 'APPEAL';
  const isNew = await recordViolation(ports, account, event, resource);
  return ['', isNew ? 'recorded' : 'no-news'];
}
