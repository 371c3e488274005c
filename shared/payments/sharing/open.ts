import { createHash } from 'node:crypto';
import type { Clock, Documents } from '../../core/ports.ts';
import type { OrderRecord } from '../orders/records.ts';
import { familyOf } from './families.ts';
import { changeSharing, loadSharing, type SharingRecord, sharingsCollection } from './records.ts';

/** The payment's data at the time it is recorded. */
export interface SharedPayment {
  readonly order: OrderRecord;
  readonly transactionId: string;
  readonly paidAtMs: number;
}

/**
 * Begins the sharing of an order that was placed for it: stored before the order is marked as paid, so that no paid
 * order is forgotten. @returns what is stored for the order, which may be there already
 */
export async function openSharing(
  { clock, documents }: { readonly clock: Clock; readonly documents: Documents },
  { order, transactionId, paidAtMs }: SharedPayment,
): Promise<SharingRecord> {
  const record: SharingRecord = {
    _id: order._id,
    version: 1,
    account: order.account,
    appid: order.appid,
    mchid: order.mchid,
    subMchid: order.subMchid,
    sellerId: order.sellerId,
    transactionId,
    amountFen: order.amountFen,
    paidAtMs,
    state: 'WAITING',
    plan: null,
    requests: [],
    returns: [],
    refunds: [],
    nextAtMs: paidAtMs + familyOf(order.account).minAgeMs,
    attempts: 0,
    failure: null,
    createdAtMs: clock.nowMs(),
  };
  return (await documents.insertIfAbsent(sharingsCollection, record)) ?? record;
}

/** Makes the order due now, after an event that a rule may wait for, like the shipment. */
export async function wakeSharing(
  { clock, documents }: { readonly clock: Clock; readonly documents: Documents },
  outTradeNo: string,
): Promise<void> {
  const known = await loadSharing(documents, outTradeNo);
  if (!known) return;
  const nowMs = clock.nowMs();
  await changeSharing(documents, known, ({ plan, paidAtMs, account }) =>
    plan ? undefined : { nextAtMs: Math.max(nowMs, paidAtMs + familyOf(account).minAgeMs) },
  );
}

/**
 * The numbers of an order's requests derive from it: the same step gives the same number. 32 characters of [0-9a-f].
 */
export function sharingNumber(
  kind: 'share' | 'free' | 'return',
  ...parts: readonly (string | number)[]
): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('hex')
    .slice(0, 32);
}
